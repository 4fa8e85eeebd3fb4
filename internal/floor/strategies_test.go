package floor

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAVoiceBeginsATurnWhenItIsNoClick(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Started
		want Move
	}{
		{"a click", Started{VoicedMS: 32}, Ignore},
		{"a voice", Started{VoicedMS: 64}, Begin},
		{"a click in a pause", Started{VoicedMS: 32, Speaking: true, Paused: true}, Ignore},
		{"a voice after a pause", Started{VoicedMS: 64, Speaking: true, Paused: true}, GoOn},
		{"a voice that goes on", Started{VoicedMS: 640, Speaking: true}, Keep},
		{"a voice in the room while somebody types", Started{VoicedMS: 640, Speaking: true, Typed: true}, Ignore},
	} {
		if got := (Start{}).Judge(c.in); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestMutedSoundIsNotHeard(t *testing.T) {
	for _, c := range []struct {
		name string
		mute Mute
		at   int64
		deaf bool
	}{
		{"an open line", Mute{}, 1000, false},
		{"the mute switch", Mute{Button: true}, 1000, true},
		{"the hold button", Mute{Held: true, HeldFrom: 900}, 1000, true},
		{"sound from before the hold button, still on its way", Mute{Held: true, HeldFrom: 1001}, 1000, false},
		{"a released hold button", Mute{HeldFrom: 900}, 1000, false},
		{"a typed call", Mute{Typed: true}, 1000, true},
		{"no line", Mute{Down: true}, 1000, true},
		{"after hanging up", Mute{Closing: true}, 1000, true},
	} {
		if got := c.mute.Deaf(c.at); got != c.deaf {
			t.Errorf("%s: deaf %v", c.name, got)
		}
	}
}

func TestPropertyPatienceOnlyLengthensAndScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Pause{
			Text: rapid.SampledFrom([]string{"", "Yes.", "I will send it today.", "and so", "four one two", "If you", "Shall I?"}).Draw(t, "text"), HasWords: true,
			HasEstimate: true, Probability: rapid.Float64Range(0, 1).Draw(t, "p"), UsualMS: rapid.Int64Range(0, MaxWaitMS).Draw(t, "usual"),
		}
		normal := Stop{}.WaitMS(p)
		for _, patience := range []float64{-1, 0, 0.5, 1, 1.6, 2.5} {
			got := Stop{Patience: patience}.WaitMS(p)
			if want := int64(float64(normal) * max(patience, 1)); got != want {
				t.Fatalf("patience %v makes %d ms of %d", patience, got, normal)
			}
		}
	})
}

func TestPropertyAWaitHasNoCliffs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Pause{
			Text: rapid.SampledFrom([]string{"Yes.", "I will send it today.", "and so", "It is here. By Monday.", "Shall I?"}).Draw(t, "text"), HasWords: true,
			HasEstimate: true, Probability: rapid.Float64Range(0, 0.99).Draw(t, "p"),
			Melody: Melody{Known: true, FinalST: rapid.Float64Range(-12, 10).Draw(t, "melody")},
		}
		a := Stop{}.WaitMS(p)
		p.Probability += 0.01
		b := Stop{}.WaitMS(p)
		p.Melody.FinalST += 0.1
		c := Stop{}.WaitMS(p)
		if a-b > 100 || b > a || c-b > 120 {
			t.Fatalf("%d, then %d with 0.01 more, then %d with a tenth of a semitone", a, b, c)
		}
	})
}
