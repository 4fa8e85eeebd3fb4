package floor

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestLook(t *testing.T) {
	for text, want := range map[string]Completeness{
		"":                                   Unknown,
		"I will send it today.":              Complete,
		"I will send it today":               Unknown,
		"Yeah":                               Complete,
		"I will send it and.":                Incomplete,
		"We can refund that because":         Incomplete,
		"Let me see, um.":                    Incomplete,
		"What is this about?":                Complete,
		"It is about":                        Incomplete,
		"I think so.":                        Complete,
		"So,":                                Incomplete,
		"The number is four one two":         Digits,
		"It is 41 22.":                       Digits,
		"I want one.":                        Complete,
		"The voucher is worth":               Unknown,
		"I have your order in front of the.": Incomplete,
		"I am...":                            Incomplete,
	} {
		if got := Look(text); got != want {
			t.Errorf("Look(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestClassify(t *testing.T) {
	said := "My parcel never came, and my son has no present today."
	for text, want := range map[string]Kind{
		"":                          Nothing,
		"Mm-hm.":                    Backchannel,
		"Right, okay.":              Backchannel,
		"I see.":                    Backchannel,
		"Of course.":                Backchannel,
		"Okay, but listen to me":    Speech,
		"Stop.":                     Speech,
		"Mana.":                     Backchannel,
		"Mama, hmm.":                Backchannel,
		"Man.":                      Speech,
		"never came and my son":     Echo,
		"present":                   Echo,
		"Your parcel is in Leeds":   Speech,
		"Can I ask for your number": Speech,
	} {
		if got, _ := Classify(text, said); got != want {
			t.Errorf("Classify(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestStopWaits(t *testing.T) {
	p := func(text string, estimate float64) Pause {
		return Pause{Text: text, HasWords: true, Probability: estimate, HasEstimate: true}
	}
	for _, c := range []struct {
		name     string
		stop     Stop
		pause    Pause
		min, max int64
	}{
		{"a sure and complete question is answered at once", Stop{}, p("Shall I send it today?", 0.97), 200, 200},
		{"a short answer too", Stop{}, p("Yes, I can.", 0.97), 200, 200},
		{"a sentence that sounds finished too", Stop{}, p("I will send it today.", 0.97), 230, 230},
		{"… longer when what came after its full stop is no sentence", Stop{}, p("I will send it today. By a courier.", 0.97), 260, 400},
		{"words that are sure bound a wrong model", Stop{}, p("Shall I send it today?", 0), 900, 900},
		{"a statement may go on when it does not sound finished", Stop{}, p("I will send it today.", 0), 1300, 1400},
		{"in between the wait is graded", Stop{}, p("Shall I send it today?", 0.85), 400, 500},
		{"an open sentence waits whatever the model says", Stop{}, p("I will send it because", 1), 1300, 1300},
		{"… longer when the model agrees", Stop{}, p("I will send it because", 0), 2200, 2200},
		{"a condition without its main clause waits", Stop{}, p("If you give me your order number.", 1), 1200, 1300},
		{"digits are waited for", Stop{}, p("four one two", 1), 1500, 1500},
		{"so is a code being spelled", Stop{}, p("It is B as in bravo, 4, T", 1), 1500, 1500},
		{"words alone", Stop{Endpoint: EndpointWords}, p("Shall I send it today?", 0), 450, 650},
		{"sound alone", Stop{Endpoint: EndpointAudio}, p("I will send it because", 1), 200, 200},
		{"pauses alone", Stop{Endpoint: EndpointPauses}, p("I will send it because", 1), 800, 800},
		{"patience multiplies", Stop{Patience: 2.5}, p("Shall I send it today?", 0.97), 500, 500},
		{"a speaker who pauses long gets time", Stop{}, Pause{Text: "I will send it today", HasWords: true, Probability: 0.9, HasEstimate: true, UsualMS: 1800}, 1000, 2000},
		{"… and is answered at once all the same when it is sure", Stop{}, Pause{Text: "Shall I send it?", HasWords: true, Probability: 0.99, HasEstimate: true, UsualMS: 1800}, 200, 200},
		{"nonsense from the model counts as no answer", Stop{}, p("Shall I send it today?", math.NaN()), 450, 650},
	} {
		if got := c.stop.WaitMS(c.pause); got < c.min || got > c.max {
			t.Errorf("%s: %d ms, want %d–%d", c.name, got, c.min, c.max)
		}
	}
}

func TestPropertyWaitsStayInBoundsAndFallWithTheEstimate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stop := Stop{Endpoint: rapid.SampledFrom([]Endpoint{"", EndpointAuto, EndpointAudio, EndpointWords, EndpointPauses}).Draw(t, "endpoint")}
		p := Pause{
			Text:     strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"and", "one", "two", "parcel", "today.", "so,", "yeah"}), 0, 6).Draw(t, "text"), " "),
			HasWords: rapid.Bool().Draw(t, "has words"), HasEstimate: rapid.Bool().Draw(t, "has estimate"),
			Melody:      Melody{Known: rapid.Bool().Draw(t, "has melody"), FinalST: rapid.Float64Range(-20, 20).Draw(t, "melody")},
			Probability: rapid.Float64().Draw(t, "p"), UsualMS: rapid.Int64Range(0, MaxWaitMS).Draw(t, "usual"),
		}
		wait := stop.WaitMS(p)
		if wait < MinWaitMS || wait > MaxWaitMS {
			t.Fatalf("%d ms", wait)
		}
		higher := p
		higher.Probability = 1
		lower := p
		lower.Melody.FinalST = lowST
		if p.HasEstimate && stop.WaitMS(lower) > wait {
			t.Fatalf("the melody has come down, and yet a longer wait: %d after %d", stop.WaitMS(lower), wait)
		}
		if p.HasEstimate && stop.WaitMS(higher) > wait {
			t.Fatalf("surer, and yet a longer wait: %d after %d", stop.WaitMS(higher), wait)
		}
	})
}

func TestMelodyThatStaysUpAsksForTime(t *testing.T) {
	at := func(text string, st float64) int64 {
		return Stop{}.WaitMS(Pause{Text: text, HasWords: true, Probability: 0.97, HasEstimate: true, Melody: Melody{Known: true, FinalST: st}})
	}
	if low, up := at("I will send it today.", -4), at("I will send it today.", 4); low > 280 || up < 1200 {
		t.Errorf("a statement waits %d ms when the pitch has come down, %d when it is up", low, up)
	}
	if level := at("I will send it today.", 0.5); level < 400 || level > 1000 {
		t.Errorf("a level pitch waits %d ms: there is a cliff", level)
	}
	if up := at("Shall I send it today?", 4); up > 220 {
		t.Errorf("a question may rise, and waits %d ms", up)
	}
	if creak := at("I will send it today.", 18); creak > 280 {
		t.Errorf("a lost octave is no melody: %d ms", creak)
	}
	without := func(st float64) int64 {
		return Stop{}.WaitMS(Pause{Text: "I will send it today.", HasWords: true, Melody: Melody{Known: true, FinalST: st}})
	}
	if low, up := without(-6), without(3); low >= 500 || up < 1200 {
		t.Errorf("without a model the melody decides: %d and %d ms", low, up)
	}
}

func TestEstimatesBelieveTheFirstAnswersMost(t *testing.T) {
	var e Estimates
	if e.Known() {
		t.Fatal("known without an answer")
	}
	e.Add(math.NaN())
	for _, p := range []float64{0.2, 0.4, 1} {
		e.Add(p)
	}
	if got := e.Probability(); got <= 0.3 || got > 0.6 {
		t.Fatalf("0.2, 0.4 and then 1 make %.2f", got)
	}
	e.Add(0.1)
	if got := e.Probability(); math.Abs(got-0.3) > 1e-9 {
		t.Fatalf("a late doubt makes %.2f of 0.3", got)
	}
}

func TestPausesLearnWhatASpeakerUsuallyDoes(t *testing.T) {
	var p Pauses
	for range 3 {
		p.Learn(500)
	}
	if p.UsualMS() != 0 {
		t.Fatal("learnt from three pauses")
	}
	for _, ms := range []int64{100, 500, 500, 500, 2000} {
		p.Learn(ms)
	}
	if got := p.UsualMS(); got != 500 {
		t.Fatalf("usual pause %d ms", got)
	}
}

func TestInterruptionVerdicts(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Overlap
		want Verdict
	}{
		{"a click", Overlap{VoicedMS: 100}, TalkOn},
		{"a voice", Overlap{VoicedMS: 200}, Duck},
		{"a voice that goes on", Overlap{VoicedMS: 620}, Yield},
		{"two words", Overlap{VoicedMS: 350, HasWords: true, Text: "wait please"}, Yield},
		{"mm-hm", Overlap{VoicedMS: 500, HasWords: true, Text: "mm-hm", WordsVoicedMS: 320}, Duck},
		{"a long mm-hm right", Overlap{VoicedMS: 700, HasWords: true, Text: "mm-hm right", WordsVoicedMS: 560}, Duck},
		{"mm-hm and then much more", Overlap{VoicedMS: 1300, HasWords: true, Text: "mm-hm", WordsVoicedMS: 560}, Yield},
		{"mm-hm, over", Overlap{VoicedMS: 500, QuietMS: 260, HasWords: true, Text: "mm-hm"}, TalkOn},
		{"over, words on their way", Overlap{VoicedMS: 400, QuietMS: 260}, TalkOn},
		{"over, and then they say stop", Overlap{VoicedMS: 400, QuietMS: 400, HasWords: true, Text: "stop"}, Yield},
		{"words that come much too late", Overlap{VoicedMS: 400, QuietMS: 1500, HasWords: true, Text: "stop it"}, TalkOn},
		{"her own echo", Overlap{VoicedMS: 3000, HasWords: true, Text: "never came and my son", Said: "parcel never came and my son has"}, TalkOn},
		{"noise without words", Overlap{VoicedMS: 700, HasWords: true}, Duck},
		{"noise without end", Overlap{VoicedMS: 950, HasWords: true}, Yield},
		{"weak, and she is angry", Overlap{VoicedMS: 700, Heat: 800}, Duck},
		{"an uh-huh heard as two doubtful words", Overlap{VoicedMS: 450, HasWords: true, Text: "is her", Confidence: 0.55}, Duck},
		{"… is over", Overlap{VoicedMS: 450, QuietMS: 260, HasWords: true, Text: "is her", Confidence: 0.55}, TalkOn},
		{"doubtful words that go on", Overlap{VoicedMS: 610, HasWords: true, Text: "printing then", Confidence: 0.5}, Yield},
		{"a sure word", Overlap{VoicedMS: 350, HasWords: true, Text: "sorry", Confidence: 0.7}, Yield},
		{"her goodbye", Overlap{VoicedMS: 3000, HasWords: true, Text: "no wait please", Protected: true}, Duck},
	} {
		if got := (Interruption{}).Judge(c.o); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestVoiceFollowsRuns(t *testing.T) {
	var v Voice
	feed := func(from, to int64, p float64) {
		for at := from; at < to; at += 32 {
			v.Window(at, at+32, p)
		}
	}
	feed(0, 320, 0.01)
	feed(320, 640, 0.9)
	feed(640, 736, 0.01) // 96 ms: inside a run
	feed(736, 960, 0.9)
	if v.OnsetMS() != 320 || v.VoicedMS() != 544 || v.QuietMS() != 0 {
		t.Fatalf("onset %d, voiced %d, quiet %d", v.OnsetMS(), v.VoicedMS(), v.QuietMS())
	}
	feed(960, 1280, 0.4) // trailing off: neither voice nor its end
	if v.LastMS() != 1280 {
		t.Fatalf("voice ended at %d", v.LastMS())
	}
	v.Missing(2000)
	if v.QuietMS() != 720 {
		t.Fatalf("quiet for %d ms after sound went missing", v.QuietMS())
	}
	feed(2016, 2080, 0.9)
	if v.OnsetMS() != 2016 || v.VoicedMS() != 64 {
		t.Fatalf("a new run begins at %d with %d", v.OnsetMS(), v.VoicedMS())
	}
}

func TestSilenceIsBrokenAfterSixToEightSecondsAndNotAtOnceAgain(t *testing.T) {
	for turn := range 50 {
		s := Silence{Seed: 1}
		q := Quiet{LimitMS: 7000, SinceAskedMS: 1 << 40, Turn: turn}
		if s.Due(6000, q) || !s.Due(8001, q) {
			t.Fatalf("turn %d", turn)
		}
		q.SinceAskedMS = 1000
		if s.Due(20_000, q) {
			t.Fatal("asked again within a second")
		}
	}
}
