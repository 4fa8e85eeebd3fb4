package floor

import "testing"

func TestMonologueIsShorterTheAngrierSheIs(t *testing.T) {
	m := Monologue{Above: 700}
	for heat, want := range map[int]int64{0: 0, 699: 0, 700: 20_000, 850: 16_000, 1000: 12_000} {
		if got := m.LimitMS(heat); got != want {
			t.Errorf("at heat %d she listens for %d ms, want %d", heat, got, want)
		}
	}
	if got := (Monologue{Above: 700, Patience: 2.5}).LimitMS(1000); got != 30_000 {
		t.Errorf("with much more patience %d ms", got)
	}
	if got := (Monologue{}).LimitMS(1000); got != 0 {
		t.Errorf("a customer who never interrupts has a limit of %d ms", got)
	}
	if got := (Monologue{Above: 1000}).LimitMS(1000); got != 12_000 {
		t.Errorf("at the very top %d ms", got)
	}
}

func TestAngerHurriesWithinBounds(t *testing.T) {
	for _, c := range []struct {
		wait int64
		heat int
		want int64
	}{{900, 300, 900}, {900, EvenHeat, 900}, {900, 699, 900}, {900, 1000, 600}, {MinWaitMS, 1000, MinWaitMS}, {MinWaitMS + 30, 1000, MinWaitMS}} {
		if got := hurriedMS(c.wait, c.heat); got != c.want {
			t.Errorf("%d ms at heat %d became %d, want %d", c.wait, c.heat, got, c.want)
		}
	}
	last := int64(3000)
	for heat := AngryHeat; heat <= 1000; heat += 10 {
		got := hurriedMS(2000, heat)
		if got > last {
			t.Fatalf("at heat %d she waits longer than before", heat)
		}
		last = got
	}
}

func TestAngerTakesNothingFromPatienceOrDictation(t *testing.T) {
	statement := Pause{Text: "I will send it and", HasWords: true, Probability: 0.4, HasEstimate: true}
	number := Pause{Text: "The number is four one two", HasWords: true, Probability: 0.4, HasEstimate: true}
	angry := func(p Pause) Pause { p.Heat = 1000; return p }
	if calm, got := (Stop{}).WaitMS(statement), (Stop{}).WaitMS(angry(statement)); got >= calm {
		t.Errorf("she waits %d ms angry and %d calm", got, calm)
	}
	for _, endpoint := range []Endpoint{EndpointAuto, EndpointAudio, EndpointWords, EndpointPauses} {
		for _, patience := range []float64{1.6, 2.5} {
			s := Stop{Endpoint: endpoint, Patience: patience}
			if calm, got := s.WaitMS(statement), s.WaitMS(angry(statement)); got != calm {
				t.Errorf("%s with patience %v: %d ms angry, %d calm", endpoint, patience, got, calm)
			}
		}
		if calm, got := (Stop{Endpoint: endpoint}).WaitMS(number), (Stop{Endpoint: endpoint}).WaitMS(angry(number)); got != calm {
			t.Errorf("%s: a number being read out is waited for %d ms angry, %d calm", endpoint, got, calm)
		}
	}
}

func TestHumsComeAtPausesInsideLongTurns(t *testing.T) {
	due := Listened{Heat: 200, SinceMS: 9000, QuietMS: 250, Text: "so the depot has looked at all of it and", HasWords: true, Probability: 0.1, HasEstimate: true}
	change := func(f func(*Listened)) Listened { l := due; f(&l); return l }
	for name, l := range map[string]Listened{
		"no turn yet worth it":   change(func(l *Listened) { l.SinceMS = 5900 }),
		"tense":                  change(func(l *Listened) { l.Heat = CalmHeat }),
		"too early in the pause": change(func(l *Listened) { l.QuietMS = 100 }),
		"too late in the pause":  change(func(l *Listened) { l.QuietMS = 600 }),
		"a likely end":           change(func(l *Listened) { l.Probability = 0.5 }),
		"words not known":        change(func(l *Listened) { l.HasWords = false }),
		"a question":             change(func(l *Listened) { l.Text = "and what was the number on the card?" }),
		"a short answer":         change(func(l *Listened) { l.Text = "yes, sure" }),
		"a number being read":    change(func(l *Listened) { l.Text = "the number is four one two" }),
		"words alone, complete":  change(func(l *Listened) { l.HasEstimate, l.Text = false, "I have looked at all of it." }),
	} {
		if (Listening{Seed: 1}).Due(l) {
			t.Errorf("%s: she hums", name)
		}
	}
	for name, l := range map[string]Listened{
		"words and sound go on": due,
		"words alone go on":     change(func(l *Listened) { l.HasEstimate = false }),
		"the sound says so":     change(func(l *Listened) { l.Text = "I have looked at all of it." }),
	} {
		if !(Listening{Seed: 1}).Due(l) {
			t.Errorf("%s: she does not hum", name)
		}
	}
	if (Listening{}).Which(0, 0) != 0 {
		t.Error("one of none")
	}
	for said := range 9 {
		if (Listening{Seed: 3}).Which(said, 4) == (Listening{Seed: 3}).Which(said+1, 4) {
			t.Error("the same one twice in a row")
		}
	}
}

func TestMoodMovesWhoYields(t *testing.T) {
	one := Overlap{VoicedMS: 260, HasWords: true, Text: "sorry", Confidence: 0.8}
	two := Overlap{VoicedMS: 400, HasWords: true, Text: "sorry but", Confidence: 0.8}
	three := Overlap{VoicedMS: 500, HasWords: true, Text: "let me say", Confidence: 0.8}
	for _, c := range []struct {
		name string
		o    Overlap
		heat int
		want Verdict
	}{
		{"calm, a word", one, 200, Yield},
		{"tense, a word", one, 500, Duck},
		{"tense, two words", two, 500, Yield},
		{"angry, two words", two, 800, Duck},
		{"angry, three words", three, 800, Yield},
		{"angry, a word that goes on", Overlap{VoicedMS: 650, HasWords: true, Text: "sorry", Confidence: 0.8}, 800, Yield},
		{"angry, a word that is over", Overlap{VoicedMS: 400, QuietMS: 300, HasWords: true, Text: "sorry", Confidence: 0.8}, 800, TalkOn},
		{"calm, mm-hm", Overlap{VoicedMS: 400, HasWords: true, Text: "mm-hm"}, 200, Duck},
	} {
		c.o.Heat = c.heat
		if got := (Interruption{}).Judge(c.o); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWhoeverSheCutsInOnYieldsOrTalksOn(t *testing.T) {
	words := Overlap{CutIn: true, HasWords: true, Text: "and so what we do is", Confidence: 0.9, Heat: 900}
	for _, c := range []struct {
		voiced, quiet int64
		want          Verdict
	}{{400, 0, TalkOn}, {1700, 0, TalkOn}, {1800, 0, Yield}, {900, 300, TalkOn}, {2500, 300, TalkOn}} {
		words.VoicedMS, words.QuietMS = c.voiced, c.quiet
		if got := (Interruption{}).Judge(words); got != c.want {
			t.Errorf("%d ms of voice, %d of quiet: %v, want %v", c.voiced, c.quiet, got, c.want)
		}
	}
}

func TestSupportiveBackchannelsSayThatOneListens(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "Mm-hm.": true, "I see.": true, "Right, okay.": true, "Oh dear.": true, "Of course.": true,
		"Uh.": false, "Really?": false, "Okay, but listen": false, "Um": false,
	} {
		if got := Supportive(text); got != want {
			t.Errorf("Supportive(%q) = %v", text, got)
		}
	}
}
