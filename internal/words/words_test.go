package words_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/words"
	"github.com/rapport-calls/rapport/personas"
)

// maya is a customer some turns into a call, with what a model is asked for her answer to the last of them.
type maya struct {
	scenario practice.Scenario
	mind     customer.Mind
	reply    customer.Reply
	script   []customer.ScriptLine
	wording  customer.Wording
}

// talk plays turns of a trainee with Maya in her authored words, and asks for other words for the last answer.
func talk(t *testing.T, turns ...string) maya {
	t.Helper()
	e, err := library.Load(personas.FS, "late-birthday-parcel")
	if err != nil {
		t.Fatal(err)
	}
	m := maya{scenario: e.Scenario, mind: customer.NewMind(e.Scenario, e.Lines, 7, nil)}
	ear := customer.NewEar(&e.Scenario)
	var open customer.Reply
	m.mind, open = m.mind.Open()
	m.mind = m.mind.Said(open.Text, false)
	m.script = append(m.script, customer.ScriptLine{Speaker: practice.Customer, Text: open.Text})
	for i, text := range turns {
		heard := customer.HeardTurn{Turn: 2*i + 1, Text: text, Acts: ear.Perceive(customer.PerceiveInput{Text: text, CustomerSaid: m.mind.CustomerSaid()})}
		m.mind, m.reply = m.mind.Hear(heard)
		m.script = append(m.script, customer.ScriptLine{Speaker: practice.Trainee, Text: text})
		if i+1 == len(turns) {
			var ok bool
			if m.wording, ok = m.mind.Wording(m.reply, heard, m.script); !ok {
				t.Fatalf("no words are asked for %q (%s)", m.reply.Text, m.reply.Move)
			}
			break
		}
		m.mind = m.mind.Said(m.reply.Text, false)
		m.script = append(m.script, customer.ScriptLine{Speaker: practice.Customer, Text: m.reply.Text})
	}
	return m
}

// vents is Maya told to calm down: she lets it out.
func vents(t *testing.T) maya {
	t.Helper()
	return talk(t, "Hello, you are through to support.", "Please calm down, it is only a parcel.")
}

// say asks for a line and joins what was given.
func say(t *testing.T, c *words.Call, w customer.Wording) (string, practice.Worded) {
	t.Helper()
	var given []string
	out := c.Say(t.Context(), w, func(clause string) { given = append(given, clause) })
	return strings.Join(given, " "), out
}

const honest = "Don't tell me to calm down. Nobody there has told me a thing I can use."

func TestWordsAreHandedOutClauseByClauseWhileTheRestIsStillComing(t *testing.T) {
	m := vents(t)
	heard := make(chan struct{})
	s := newServer(t, nil)
	s.turns = []turn{func(w httpWriter, _ httpRequest, _ body) {
		w.Header().Set("Content-Type", "text/event-stream")
		chunk(w, piece("Don't tell me to calm down. Nobody"))
		<-heard // the rest is sent only once the first clause has been given
		chunk(w, piece(" there has told me a thing I can use."))
		chunk(w, `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`)
		chunk(w, "[DONE]")
	}}
	var given []string
	out := s.maker(t, words.Options{}).Call().Say(t.Context(), m.wording, func(clause string) {
		if given = append(given, clause); len(given) == 1 {
			close(heard)
		}
	})
	if out.Source != practice.SourceModel || !slices.Equal(given, []string{"Don't tell me to calm down.", "Nobody there has told me a thing I can use."}) {
		t.Fatalf("given %q: %+v", given, out)
	}
	if out.FirstMS == nil || !out.Spent.Usage.Estimated {
		t.Errorf("without a usage chunk tokens are estimated and said to be: %+v", out)
	}
}

func TestUsageAndMoneyAreCountedAndTheLimitEndsTheModelsPart(t *testing.T) {
	m := vents(t)
	s := newServer(t, says(honest))
	// 100 at 2, 400 cached at 0.5 and 20 out at 10 a million: 0.0006 a line.
	c := s.maker(t, words.Options{Prices: words.Prices{In: 2, CachedIn: 0.5, Out: 10, Currency: "€"}, MostMoney: 0.001}).Call()
	for n, want := range []struct {
		source string
		money  float64
		over   bool
	}{{practice.SourceModel, 0.0006, false}, {practice.SourceModel, 0.0012, true}, {practice.SourceAuthored, 0.0012, true}} {
		_, out := say(t, c, m.wording)
		if out.Source != want.source || out.Spent.Over != want.over || out.Spent.Money < want.money-1e-9 || out.Spent.Money > want.money+1e-9 || out.Spent.Usage.Estimated {
			t.Errorf("line %d: %s, %+v", n+1, out.Source, out.Spent)
		}
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("%d requests were sent; past the limit none may be", n)
	}
}

func TestStruckOutWordsAreTriedOnceMoreWithTheReason(t *testing.T) {
	m := vents(t)
	s := newServer(t, says("I understand your frustration. How can I help you today?"), says(honest))
	text, out := say(t, s.maker(t, words.Options{RetryWithin: time.Hour}).Call(), m.wording)
	if text != honest || out.Source != practice.SourceModel || len(out.Refused) != 1 {
		t.Fatalf("%q, %+v", text, out)
	}
	if asked := s.requests(); !strings.Contains(asked[1].raw, "struck out because it "+out.Refused[0]) {
		t.Error("the second request does not say what was wrong")
	}
}

func TestWordsThatComeTooLateToBeTriedAgainAreReplacedAtOnce(t *testing.T) {
	m := vents(t)
	now := newClock()
	s := newServer(t, func(w httpWriter, r httpRequest, b body) {
		now.add(700 * time.Millisecond)
		says("I am an AI and cannot be upset.")(w, r, b)
	})
	text, out := say(t, s.maker(t, words.Options{Now: now.Now}).Call(), m.wording)
	if text != "" || out.Source != practice.SourceAuthored || len(s.requests()) != 1 {
		t.Fatalf("%q, %+v, %d requests", text, out, len(s.requests()))
	}
}

// What a server does wrong, and what the customer says then.
func TestEveryFaultOfAServerEndsInWords(t *testing.T) {
	m := vents(t)
	for _, c := range []struct {
		name   string
		turn   func(s *server) turn
		said   string // empty: the authored words
		why    string
		outage bool
	}{
		{"a key that is refused", func(*server) turn { return fails(401, "", "", `{"error":{"message":"bad sk-canary"}}`) }, "", "refused the key", true},
		{"too many requests", func(*server) turn { return fails(429, "Retry-After", "3", `{"error":{"message":"slow down"}}`) }, "", "no more requests", true},
		{"an error of the server", func(*server) turn { return fails(500, "", "", "oops") }, "", "failed", true},
		{"an unknown model", func(*server) turn { return fails(404, "", "", `{"error":{"message":"no such model"}}`) }, "", "--llm-model", true},
		{"a redirect", func(*server) turn { return fails(302, "Location", "http://169.254.169.254/", "") }, "", "does not take", true},
		{"a page", func(*server) turn { return fails(200, "Content-Type", "text/html", "<html>Welcome</html>") }, "", "chat format", true},
		{"bad JSON", func(*server) turn {
			return func(w httpWriter, _ httpRequest, _ body) { chunk(w, `{"choices":[{"del`); chunk(w, "[DONE]") }
		}, "", "chat format", true},
		{"no choices", func(*server) turn {
			return func(w httpWriter, _ httpRequest, _ body) { chunk(w, `{"choices":[]}`); chunk(w, "[DONE]") }
		}, "", "chat format", true},
		{"an empty line", func(*server) turn { return says("") }, "", "says nothing", false},
		{"silence", func(s *server) turn { return s.stalls("") }, "", "in time", true},
		{"a stall before a clause is whole", func(s *server) turn { return s.stalls("Don't tell") }, "", "in time", true},
		{"a stall after a sentence", func(s *server) turn { return s.stalls("Don't tell me that. And I") }, "Don't tell me that.", "in time", false},
		{"a stall inside a sentence", func(s *server) turn { return s.stalls("I have been waiting, and") }, "I have been waiting, anyway. You see what I'm saying.", "in time", false},
		{"a cut connection", func(*server) turn { return breaks("") }, "", "cannot be reached", true},
		{"a cut after a sentence", func(*server) turn { return breaks("Don't tell me that. And I") }, "Don't tell me that.", "broke", false},
		{"a line that does not end", func(*server) turn { return floods }, "", "longer than people say", false},
		{"a line that was cut off for its length", func(*server) turn { return streams("Don't tell me that. And another thing is the", "length", true) }, "Don't tell me that.", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // those that stall take their time: an honest answer must come within it on any machine
			s := newServer(t, nil)
			s.turns = []turn{c.turn(s)}
			maker := s.maker(t, words.Options{FirstToken: 2 * time.Second, Line: 2500 * time.Millisecond, RetryWithin: time.Nanosecond})
			text, out := say(t, maker.Call(), m.wording)
			if text != c.said || (out.Source == practice.SourceAuthored) != (c.said == "") || !strings.Contains(out.Why, c.why) || (out.Outage != "") != c.outage {
				t.Errorf("said %q\n%+v", text, out)
			}
			if strings.Contains(out.Why+out.Outage+maker.Failing(), "canary") {
				t.Error("the key is in what is told")
			}
		})
	}
}

func TestADeadServerCostsOneTurnAndIsFoundWellAgainBesideTheCalls(t *testing.T) {
	m := vents(t)
	now := newClock()
	probed := make(chan struct{})
	s := newServer(t, fails(500, "", "", ""), func(w httpWriter, r httpRequest, b body) {
		says("Yes.")(w, r, b)
		close(probed)
	}, says(honest))
	maker := s.maker(t, words.Options{Now: now.Now})
	c := maker.Call()
	if _, out := say(t, c, m.wording); out.Outage == "" {
		t.Fatalf("the failure is not told: %+v", out)
	}
	for range 5 {
		if _, out := say(t, c, m.wording); out.Source != practice.SourceAuthored || out.Outage != "" || out.Why == "" {
			t.Fatalf("%+v", out)
		}
	}
	if n := len(s.requests()); n != 1 {
		t.Fatalf("a dead server was asked %d times", n)
	}
	now.add(11 * time.Second)
	if _, out := say(t, c, m.wording); out.Source != practice.SourceAuthored {
		t.Fatal("a turn waited for a server that is not known to be well")
	}
	<-probed
	untilWell(t, maker)
	if text, out := say(t, c, m.wording); text != honest || out.Source != practice.SourceModel {
		t.Errorf("%q, %+v", text, out)
	}
}

func TestAFailureIsToldOnceToEachCallAndNotLostWithALineThatWasGivenUp(t *testing.T) {
	m := vents(t)
	now := newClock()
	s := newServer(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	s.turns = []turn{func(w httpWriter, r httpRequest, b body) {
		now.add(2 * time.Second) // nobody waits so long
		cancel()
		s.stalls("")(w, r, b)
	}}
	maker := s.maker(t, words.Options{Now: now.Now})
	c := maker.Call()
	if out := c.Say(ctx, m.wording, func(string) {}); out.Outage != "" {
		t.Fatalf("nobody hears of it: %+v", out)
	}
	for i, call := range []*words.Call{c, maker.Call()} {
		if _, out := say(t, call, m.wording); !strings.Contains(out.Outage, "in time") {
			t.Errorf("call %d is not told: %+v", i, out)
		}
		if _, out := say(t, call, m.wording); out.Outage != "" {
			t.Errorf("call %d is told twice: %+v", i, out)
		}
	}
}

// untilWell waits for the question that finds a server well again.
func untilWell(t *testing.T, maker *words.Maker) {
	t.Helper()
	for maker.Failing() != "" {
		select {
		case <-t.Context().Done():
			t.Fatal("the server was never found well")
		case <-time.After(time.Millisecond):
		}
	}
}

func TestAServerThatAsksForPatienceIsLeftAloneForSoLong(t *testing.T) {
	m := vents(t)
	now := newClock()
	s := newServer(t, fails(429, "Retry-After", "60", ""), says("Yes."))
	maker := s.maker(t, words.Options{Now: now.Now})
	c := maker.Call()
	_, _ = say(t, c, m.wording)
	now.add(59 * time.Second)
	if _, _ = say(t, c, m.wording); len(s.requests()) != 1 {
		t.Fatal("it was asked before its time")
	}
	now.add(2 * time.Second)
	_, _ = say(t, c, m.wording)
	untilWell(t, maker)
	if n := len(s.requests()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestAReplyThatIsThrownAwayEndsItsRequestAndNothingMoreIsGiven(t *testing.T) {
	m := vents(t)
	s := newServer(t, nil)
	s.turns = []turn{s.stalls("Don't tell me that. And")}
	ctx, cancel := context.WithCancel(t.Context())
	var given []string
	out := s.maker(t, words.Options{}).Call().Say(ctx, m.wording, func(clause string) { given = append(given, clause); cancel() })
	if len(given) != 1 || out.Spent.Lines+out.Spent.Authored != 0 || out.Spent.Requests != 1 {
		t.Errorf("%q, %+v", given, out)
	}
}
