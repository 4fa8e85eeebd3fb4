package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/rapport-calls/rapport/internal/bench/sound"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Voice renders what no recording says: interruptions, backchannels, dictation. The figures call it synthetic.
type Voice interface {
	Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error)
}

// Script is everything that bench floor can say besides the recordings.
type Script struct {
	BargeIns, Backchannels, Noises []Recording
	Dictations                     []dictated
	Phrases                        [][]Recording // the phrases of one turn
}

// dictated is a turn whose groups are parted by pauses.
type dictated struct {
	name   string
	groups []Recording
}

// Bounds of what falls into the customer's line.
const (
	backchannelMostMS = 700
	bargeInLeastMS    = 1500
)

// voices are those that speak over the customer, whose own voice is another.
func voices() []string {
	return []string{"hibari/man", "hibari/younger-woman", "hibari/older-man", "hibari/woman"}
}

func bargeInTexts() []string {
	return []string{
		"Sorry, can I just stop you there and ask for your order number?",
		"Let me check one thing with you before you go on, please.",
		"I think I know what you mean, could you tell me the date?",
		"Excuse me, I need to ask you a question about the first one.",
		"Before we get to that, what was the name on the account?",
		"I can see it here on my screen, it was sent on Monday.",
		"May I come in there, because I can already help you with that.",
		"Sorry to interrupt you, but which of the two boxes do you mean?",
		"Yes, and I can send you a new one today if you like.",
		"No, that is not what our records say about the delivery.",
		"Just so that I understand you, was the parcel open or closed?",
		"Could you read me the number on the label first of all?",
	}
}

func backchannelTexts() []string {
	return []string{"Mm-hm.", "Right.", "Okay.", "Yeah.", "I see.", "Uh-huh.", "Sure.", "Yes."}
}

func dictationTexts() [][]string {
	return [][]string{
		{"My order number is", "four one seven", "nine two eight", "six zero five."},
		{"The number on the card is", "two two five", "eight eight one", "three four."},
		{"It is spelled", "B, A, R", "K, W, E", "double L."},
		{"The postcode is", "S, W, one", "four, T, D."},
		{"You can call me on", "zero seven seven", "one nine three", "five five two", "eight four."},
		{"My reference is", "K, T, nine", "zero four", "seven, Q."},
		{"The account is", "one one eight", "five two zero", "nine nine three."},
		{"My email is", "J, dot", "M, A, R, S, H", "at home dot net."},
		{"The serial number is", "X, five, five", "B, three", "nine zero one."},
		{"The date on it is", "the twelfth", "of the third", "nineteen eighty four."},
	}
}

func phraseTexts() [][]string {
	return [][]string{
		{"The parcel came on Tuesday.", "My neighbour took it in.", "Nobody rang the bell.", "It was left by the gate."},
		{"Please look at the first page.", "There is a number at the top.", "Our driver wrote it down.", "Somebody signed for it."},
		{"We can send another one.", "Delivery takes two days.", "That costs you nothing.", "Just keep the old box."},
		{"Your refund is on its way.", "Banks need about a week.", "Nothing else is open.", "Every step is in the letter."},
		{"Let us start from the beginning.", "When did you order it?", "Did the lamp arrive?", "How many were in the box?"},
	}
}

// NewScript renders the script. It takes some seconds.
func NewScript(ctx context.Context, v Voice) (Script, error) {
	var s Script
	say := func(text, speaker string, seed int) (Recording, error) {
		sp, err := v.Synthesize(ctx, practice.SpeechRequest{Text: text, Speaker: speaker, Heat: 300, Seed: uint64(seed)}, practice.PriorityBackground) //nolint:gosec // a small count
		if err != nil {
			return Recording{}, fmt.Errorf("render %q: %w", text, err)
		}
		from, to := sound.Edges(sp.PCM)
		_, name, _ := strings.Cut(speaker, "/")
		return Recording{
			Name: name + ": " + text, Text: text, PCM: sp.PCM[from:to], Source: synthetic, Finished: true, endAt: to - from,
		}, nil
	}
	for i, text := range bargeInTexts() {
		r, err := say(text, voices()[i%len(voices())], i)
		if err != nil {
			return s, err
		}
		if r.EndMS() < bargeInLeastMS {
			return s, fmt.Errorf("the interruption %q takes only %.0f ms: %w", text, r.EndMS(), practice.ErrInvalid)
		}
		s.BargeIns = append(s.BargeIns, r)
	}
	for i, text := range backchannelTexts() {
		for k := range 2 {
			r, err := say(text, voices()[(i+k)%len(voices())], i)
			if err != nil {
				return s, err
			}
			if r.EndMS() <= backchannelMostMS {
				s.Backchannels = append(s.Backchannels, r)
			}
		}
	}
	for i, groups := range dictationTexts() {
		d := dictated{name: "dictation: " + strings.Join(groups, " … ")}
		for _, g := range groups {
			r, err := say(g, voices()[i%len(voices())], i)
			if err != nil {
				return s, err
			}
			d.groups = append(d.groups, r)
		}
		s.Dictations = append(s.Dictations, d)
	}
	for i, texts := range phraseTexts() {
		var set []Recording
		for _, t := range texts {
			r, err := say(t, voices()[i%len(voices())], i)
			if err != nil {
				return s, err
			}
			set = append(set, r)
		}
		s.Phrases = append(s.Phrases, set)
	}
	for i := range 6 {
		s.Noises = append(s.Noises, noiseClip("cough", i, sound.Cough(uint64(i))), noiseClip("keyboard", i, sound.Keyboard(uint64(i))))
	}
	return s, nil
}

func noiseClip(name string, i int, pcm []int16) Recording {
	from, to := sound.Edges(pcm)
	return Recording{Name: fmt.Sprintf("%s %d", name, i+1), PCM: pcm[from:to], Source: generated, endAt: to - from}
}

// spoken joins clips with silences before each but the first, in milliseconds, and tells where each begins.
func spoken(name string, clips []Recording, gapsMS []int) (r Recording, from []float64) {
	r = Recording{Name: name, Source: synthetic, Finished: true}
	for i, c := range clips {
		if i > 0 {
			r.PCM = append(r.PCM, roomNoise(gapsMS[i-1]*practice.SampleRateOut/1000, i)...)
			r.Text += " "
		}
		from = append(from, float64(len(r.PCM))*1000/practice.SampleRateOut)
		r.Places = append(r.Places, Place{Word: len(practice.Tokens(r.Text)), AtMS: from[i]})
		r.Text += c.Text
		r.PCM = append(r.PCM, c.PCM...)
	}
	r.endAt = len(r.PCM)
	return r, from
}

// roomNoise is a quiet room at about −70 dBFS, as between turns.
func roomNoise(n, seed int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(practice.Draw(uint64(seed), i, "room", 33) - 16) //nolint:gosec // −16…16
	}
	return out
}
