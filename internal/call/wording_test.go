package call

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Wording lets every line of a rote customer be said in other words.
func (r rote) Wording(reply customer.Reply, _ customer.HeardTurn, script []customer.ScriptLine) (customer.Wording, bool) {
	return customer.Wording{Authored: reply.Text}, len(script) > 0 && reply.Ending == practice.EndingNone
}

// Reworded implements reworder.
func (r rote) Reworded(string) Mind { return r }

// worded is a stage whose customer is spoken by a model: it gives each clause after so many ticks, and then its outcome.
type wordedLine struct {
	after  int64
	clause string // empty: the end
	out    practice.Worded
}

func newWordedStage(t fataler, line ...wordedLine) *stage {
	s := newStageWith(t, rote{lines: []string{opening, "That is what they told me last week. I do not believe it any more.", "Fine, and when will that be?"}}, Config{
		Voice: true, Model: true, Speaker: "test", Started: practice.CallStarted{Endpoint: "auto", Mode: practice.ModeVoice, Words: "a-model", Seed: 7},
	})
	s.findWords = func(f FindWords) {
		for _, l := range line {
			s.later(l.after, f.ID, WordsFound{ID: f.ID, Clause: l.clause, Done: l.clause == "", Worded: l.out})
		}
	}
	return s
}

func model() practice.Worded { return practice.Worded{Source: practice.SourceModel} }

func authored(why string) practice.Worded {
	return practice.Worded{Source: practice.SourceAuthored, Why: why}
}

func (s *stage) worded() []practice.ReplyWorded {
	var out []practice.ReplyWorded
	for _, e := range s.events {
		if d, err := practice.DecodeEvent(e); err == nil {
			if w, ok := d.(practice.ReplyWorded); ok {
				out = append(out, w)
			}
		}
	}
	return out
}

func TestModelsFirstClauseIsSpokenWhileTheRestIsStillComing(t *testing.T) {
	s := opened(newWordedStage(t, wordedLine{after: 20, clause: "I was told that on Monday."}, wordedLine{after: 90, clause: "So what is different now?"}, wordedLine{after: 91, out: model()}))
	end := s.says(s.nowMS()+1000, "I am sorry, shall I look that up now?")
	s.run(9000)
	if at := s.firstAudible(end); at < 0 || at-end > 740 {
		t.Fatalf("answered %d ms after the trainee's end\n%s", at-end, s.log())
	}
	wantTranscript(t, s, "C "+opening, "T I am sorry, shall I look that up now?", "C I was told that on Monday. So what is different now?")
	if w := s.worded(); len(w) != 1 || w[0].Source != practice.SourceModel {
		t.Errorf("%+v", w)
	}
}

func TestModelThatDoesNotComeIsReplacedWithin1200MS(t *testing.T) {
	s := opened(newWordedStage(t))
	end := s.says(s.nowMS()+1000, "I am sorry, shall I look that up now?")
	s.run(13_000)
	taken := int64(0) // when the turn could be taken: as fast as without a model
	without := opened(newStage(t))
	e := without.says(without.nowMS()+1000, "I am sorry, shall I look that up now?")
	without.run(9000)
	taken = end + without.firstAudible(e) - e
	if at := s.firstAudible(end); at < 0 || at-taken > 1200 {
		t.Fatalf("answered %d ms after the turn was over\n%s", at-taken, s.log())
	}
	wantTranscript(t, s, "C "+opening, "T I am sorry, shall I look that up now?", "C That is what they told me last week. I do not believe it any more.")
	if w := s.worded(); len(w) != 1 || w[0].Source != practice.SourceAuthored || w[0].Why == "" {
		t.Errorf("%+v", w)
	}
}

func TestModelsFailureIsToldOnceAndTheAuthoredWordsAreSaid(t *testing.T) {
	out := authored("the server failed")
	out.Outage = out.Why
	s := opened(newWordedStage(t, wordedLine{after: 5, out: out}))
	s.says(s.nowMS()+1000, "I am sorry, shall I look that up now?")
	s.run(9000)
	wantTranscript(t, s, "C "+opening, "T I am sorry, shall I look that up now?", "C That is what they told me last week. I do not believe it any more.")
	if !slices.Contains(s.shown, practice.LineOutput(practice.Advice{Code: practice.AdviceWords})) || len(s.record().Troubles) != 1 {
		t.Errorf("the page was told %v, the record %v", s.shown, s.record().Troubles)
	}
}

func TestSentenceWhoseRestDoesNotComeIsBroughtToAnEnd(t *testing.T) {
	s := opened(newWordedStage(t, wordedLine{after: 10, clause: "I was told on Monday,"}))
	s.says(s.nowMS()+1000, "I am sorry, shall I look that up now?")
	s.run(9000)
	got := s.transcript()
	if last := got[len(got)-1]; !strings.HasPrefix(last, "C I was told on Monday, ") || !strings.HasSuffix(last, ".") {
		t.Errorf("she said %q", last)
	}
	s = opened(newWordedStage(t, wordedLine{after: 10, clause: "I was told that on Monday."}))
	s.says(s.nowMS()+1000, "I am sorry, shall I look that up now?")
	s.run(9000)
	wantTranscript(t, s, "C "+opening, "T I am sorry, shall I look that up now?", "C I was told that on Monday.")
}

func TestWordsForATurnThatGoesOnAreThrownAwayAndNeverSaid(t *testing.T) {
	asked := 0
	s := newWordedStage(t)
	s.probability = 0.6
	s.findWords = func(f FindWords) {
		asked++
		s.later(2, f.ID, WordsFound{ID: f.ID, Clause: "This was found for half a turn."})
		s.later(3, f.ID, WordsFound{ID: f.ID, Done: true, Worded: model()})
		if asked > 1 {
			s.due = s.due[:len(s.due)-2]
			s.later(2, f.ID, WordsFound{ID: f.ID, Clause: "This was found for all of it."})
			s.later(3, f.ID, WordsFound{ID: f.ID, Done: true, Worded: model()})
		}
	}
	s.keepDropped = true
	opened(s)
	at := s.says(s.nowMS()+1000, "I will send it today.")
	s.run(at - s.nowMS() + 300)
	s.says(s.nowMS()+40, "And I will ring you tomorrow.")
	s.run(9000)
	spoken := strings.Join(s.transcript(), "\n")
	if strings.Contains(spoken, "half a turn") && asked > 1 || strings.Count(spoken, "This was found") != 1 {
		t.Errorf("asked %d times:\n%s", asked, spoken)
	}
}

func TestTraineeWhoCutsAModelsLineOffEndsItsRequest(t *testing.T) {
	s := opened(newWordedStage(t, wordedLine{after: 10, clause: "I was told that on Monday and on Tuesday and I waited for it all day long."}, wordedLine{after: 400, clause: "This must never be said."}, wordedLine{after: 401, out: model()}))
	end := s.says(s.nowMS()+1000, "I am sorry, shall I look that up now?")
	s.run(end - s.nowMS() + 1500)
	s.says(s.nowMS(), "Please let me say something about that now, it was our fault.")
	s.run(12_000)
	if got := strings.Join(s.transcript(), "\n"); strings.Contains(got, "never be said") || !strings.Contains(got, "I was told") {
		t.Errorf("%s", got)
	}
}

// scripted gives every line the same words, and counts what it is asked.
type scripted struct{ asked chan customer.Wording }

func (s scripted) Say(_ context.Context, w customer.Wording, give func(string)) practice.Worded {
	s.asked <- w
	give("I was told that on Monday.")
	give("So what is different now?")
	return practice.Worded{Source: practice.SourceModel}
}

func (scripted) Spent() practice.WordsSpent {
	return practice.WordsSpent{Model: "a-model", Lines: 1, Requests: 3}
}

func TestLiveCallAsksItsWordsmithAndKeepsWhatItCost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		smith := scripted{asked: make(chan customer.Wording, 8)}
		s := newScene(t, func(_ *Ports, tk *Ticket) { tk.Words = smith }).join()
		s.line.hears(nil, 7*time.Second)
		s.line.hears(voiceOf("your parcel is in leeds"), 9*time.Second)
		if len(smith.asked) == 0 {
			t.Fatal("nobody asked for words")
		}
		if w := s.live.inspect().Words; w == nil || w.Requests != 3 {
			t.Errorf("the inspection tells %+v", w)
		}
		s.house.Close()
		r := s.log.record(t)
		if r.Words == nil || r.Words.Requests != 3 {
			t.Errorf("the record tells %+v", r.Words)
		}
		said := ""
		for _, turn := range r.Turns {
			said += turn.Text + " "
		}
		if !strings.Contains(said, "I was told that on Monday. So what is different now?") {
			t.Errorf("she said %q", said)
		}
	})
}
