package floor

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestAtMostOneReplyInFiveBeginsWithABreath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Breathing{Seed: rapid.Uint64().Draw(t, "seed")}
		before := 0
		for replies := range 40 {
			a := Answering{
				Heat: rapid.IntRange(0, 1000).Draw(t, "heat"), Replies: replies, Before: before,
				Move: rapid.SampledFrom([]practice.Move{practice.MoveSigh, practice.MoveVent, practice.MovePressUnmetNeed, practice.MoveRevealConcern, practice.MoveSoften}).Draw(t, "move"),
			}
			mark := b.Mark(a)
			if mark != b.Mark(a) {
				t.Fatal("the same reply is drawn twice differently")
			}
			if mark != "" {
				before++
			}
			if 5*before > replies+1 {
				t.Fatalf("%d of %d replies begin with a breath or a sigh", before, replies+1)
			}
			if mark != "" && !practice.IsMark(mark) {
				t.Fatalf("%q is no mark", mark)
			}
		}
	})
}

func TestHeatAndMoveSayWhetherSheBreathesOrSighs(t *testing.T) {
	const calls = 400
	count := func(move practice.Move, heat int) (breaths, sighs int) {
		for seed := range uint64(calls) {
			switch (Breathing{Seed: seed}).Mark(Answering{Heat: heat, Move: move, Replies: 7}) {
			case practice.MarkBreath:
				breaths++
			case practice.MarkSighs:
				sighs++
			}
		}
		return breaths, sighs
	}
	if b, s := count(practice.MoveAnswer, 300); b+s > 0 {
		t.Errorf("a calm answer: %d breaths, %d sighs", b, s)
	}
	if b, s := count(practice.MoveAnswer, 900); b < calls/5 || s > 0 {
		t.Errorf("a furious answer: %d breaths, %d sighs", b, s)
	}
	if b, s := count(practice.MoveSigh, 500); b > 0 || s < calls {
		t.Errorf("a sigh: %d breaths, %d sighs", b, s)
	}
	if _, s := count(practice.MovePressUnmetNeed, 550); s < calls/6 {
		t.Errorf("asking once more: %d sighs", s)
	}
	if b, s := count(practice.MoveHangUp, 1000); b+s > 0 {
		t.Errorf("hanging up: %d breaths, %d sighs", b, s)
	}
}
