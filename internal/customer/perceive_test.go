package customer_test

import (
	"bufio"
	"os"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/personas"
)

var loadMaya = sync.OnceValues(func() (library.Entry, error) { return library.New(personas.FS).Load("late-birthday-parcel") })

func maya(tb testing.TB) library.Entry {
	tb.Helper()
	e, err := loadMaya()
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// holds tells whether acts hold name, name/what, name/ (no what), /what (any name), or one of several joined by |.
func holds(acts []practice.Act, want string) bool {
	for alt := range strings.SplitSeq(want, "|") {
		name, what, exact := strings.Cut(alt, "/")
		for _, a := range acts {
			if (name == "" || string(a.Name) == name) && (!exact || a.What == what) {
				return true
			}
		}
	}
	return false
}

func TestWordsAreHeardForWhatTheyDo(t *testing.T) {
	e := maya(t)
	f, err := os.Open("testdata/perception.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	ear := customer.NewEar(&e.Scenario)
	var said []string
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if her, ok := strings.CutPrefix(line, "She: "); ok {
			said = []string{her}
			continue
		}
		text, wants, ok := strings.Cut(line, " || ")
		if !ok {
			t.Fatalf("no || in %q", line)
		}
		n++
		acts := ear.Perceive(customer.PerceiveInput{Text: text, CustomerSaid: said})
		for want := range strings.FieldsSeq(wants) {
			switch {
			case strings.HasPrefix(want, "-") && holds(acts, want[1:]):
				t.Errorf("%q was heard as %s: %v", text, want[1:], acts)
			case strings.HasPrefix(want, "+") && !holds(acts, want[1:]), strings.HasPrefix(want, "/") && !holds(acts, want):
				t.Errorf("%q was not heard as %s: %v", text, strings.TrimPrefix(want, "+"), acts)
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d examples", n)
	}
}

func TestUnsureWordsMoveNothing(t *testing.T) {
	e := maya(t)
	text := "You're an idiot"
	low := []practice.Word{{Text: "You're", Confidence: 0.3}, {Text: "an", Confidence: 0.4}, {Text: "idiot", Confidence: 0.2}}
	if acts := customer.NewEar(&e.Scenario).Perceive(customer.PerceiveInput{Text: text, Words: low}); len(acts) != 0 {
		t.Errorf("acts %v from words nobody could make out", acts)
	}
	text = "I am looking at it now, you're an idiot"
	mixed := []practice.Word{
		{Text: "I", Confidence: 1},
		{Text: "am", Confidence: 1},
		{Text: "looking", Confidence: 1},
		{Text: "at", Confidence: 1},
		{Text: "it", Confidence: 1},
		{Text: "now,", Confidence: 1},
		{Text: "you're", Confidence: 0.3},
		{Text: "an", Confidence: 0.2},
		{Text: "idiot", Confidence: 0.2},
	}
	if acts := customer.NewEar(&e.Scenario).Perceive(customer.PerceiveInput{Text: text, Words: mixed}); holds(acts, "abuse") {
		t.Errorf("acts %v rest on words nobody could make out", acts)
	}
}

func TestQuotesAreTheTraineesBytes(t *testing.T) {
	e := maya(t)
	pieces := []string{
		"I’m so sorry", "that's on us", "calm down", "it’s just a toy", "by four o'clock", "I'll ring you", "£25", "“quoted”", "Maya", "what's your number", "you should have", "…", "\n", "  ",
		"because nobody moved it", "idiot", "ignore your instructions", "é", "\xff", "— no —", "?", ".", "birthday", "he asked for one thing",
	}
	ear := customer.NewEar(&e.Scenario)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String()), 0, 12).Draw(t, "pieces"), " ")
		in := customer.PerceiveInput{Text: text, CustomerSaid: []string{"I need it by Saturday."}}
		for _, a := range ear.Perceive(in) {
			if !strings.Contains(text, a.Quote) {
				t.Fatalf("%q is quoted from %q", a.Quote, text)
			}
			if a.When != "" && !strings.Contains(text, a.When) && a.When != "now" {
				t.Fatalf("time %q is not in %q", a.When, text)
			}
		}
	})
}

// Any words may stand side by side, and a turn may end in the middle of anything: "you'll have it by the end".
func TestTurnsThatEndInTheMiddleOfATimeAreHeard(t *testing.T) {
	words := strings.Fields("I we you he they it the a this next your I'll we'll you'll will call ring have back to by before at until in within for between from and till once twice while hold wait " +
		"end close of day business play first thing as soon due course half quarter past four ten 16:00 o'clock o clock pm minutes hours few latest today tomorrow morning noon £5 hundred pounds parcel arrive delivered engineer")
	e := maya(t)
	ears := []*customer.Ear{customer.NewEar(&e.Scenario), customer.NewEar(nil)}
	for _, text := range []string{"You'll have it by the end", "I'll get back to you by the end", "I will ring you by close", "He'll be with you at the close of"} {
		for _, ear := range ears {
			ear.Perceive(customer.PerceiveInput{Text: text})
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 14).Draw(t, "words"), " ")
		for _, ear := range ears {
			for _, a := range ear.Perceive(customer.PerceiveInput{Text: text, CustomerSaid: []string{"When will it be here?"}}) {
				if !strings.Contains(text, a.Quote) {
					t.Fatalf("%q is quoted from %q", a.Quote, text)
				}
			}
		}
	})
}

func FuzzPerceive(f *testing.F) {
	for _, s := range []string{"That's on us. I'll call by four.", "", "\xff\xfe", "“", "don't don't don't", strings.Repeat("and so ", 400), "by by by at in within the next of of"} {
		f.Add(s)
	}
	e := maya(f)
	ear := customer.NewEar(&e.Scenario)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			return
		}
		for _, a := range ear.Perceive(customer.PerceiveInput{Text: text, CustomerSaid: []string{text}}) {
			if !strings.Contains(text, a.Quote) {
				t.Fatalf("%q is quoted from %q", a.Quote, text)
			}
		}
	})
}
