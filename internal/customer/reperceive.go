package customer

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Drift is one turn that is heard otherwise today than it was in its call.
type Drift struct {
	Turn      int            `json:"turn"`
	Perceiver string         `json:"perceiver"` // that heard it then
	Text      string         `json:"text"`
	Gone      []practice.Act `json:"gone"`  // heard then and not now
	Found     []practice.Act `json:"found"` // heard now and not then
}

// Reperceived says how far perception has drifted from what a call recorded.
type Reperceived struct {
	Perceiver string  `json:"perceiver"` // today's
	Turns     int     `json:"turns"`
	Drift     []Drift `json:"drift"`
}

// Reperceive hears every turn of a call again and compares. hear is today's perception: the words, and what had been heard
// of the customer until then. Nothing of it moves the recorded call.
func Reperceive(ctx context.Context, events []practice.Event, hear func(ctx context.Context, in PerceiveInput) ([]practice.Act, error)) (Reperceived, error) {
	out := Reperceived{Perceiver: PerceiverVersion, Drift: []Drift{}}
	turns := map[int]practice.TraineeTurn{}
	var said []string
	for _, e := range events {
		data, err := practice.DecodeEvent(e)
		if err != nil {
			continue // of another release: nothing to hear in it
		}
		switch d := data.(type) {
		case practice.ReplyHeard:
			if text := practice.WithoutMarks(d.Text); text != "" {
				said = append(said, text)
			}
		case practice.TraineeTurn:
			turns[d.Turn] = d
		case practice.TurnPerceived:
			turn, ok := turns[d.Turn]
			if !ok || d.Unsure {
				continue
			}
			text, words := turn.Text, turn.Words
			if turn.MindText != "" {
				text, words = turn.MindText, nil
			}
			now, err := hear(ctx, PerceiveInput{Text: text, Words: words, CustomerSaid: slices.Clip(said)})
			if err != nil {
				return out, fmt.Errorf("hear turn %d again: %w", d.Turn, err)
			}
			out.Turns++
			drift := Drift{Turn: d.Turn, Perceiver: d.Perceiver, Text: text, Gone: without(d.Acts, now), Found: without(now, d.Acts)}
			if len(drift.Gone)+len(drift.Found) > 0 {
				out.Drift = append(out.Drift, drift)
			}
		}
	}
	return out, nil
}

// without are the acts of a that b has not, by name, what and quote, each as often as it stands.
func without(a, b []practice.Act) []practice.Act {
	out := []practice.Act{}
	rest := slices.Clone(b)
	for _, act := range a {
		i := slices.IndexFunc(rest, func(x practice.Act) bool {
			return x.Name == act.Name && x.What == act.What && x.Quote == act.Quote && x.When == act.When
		})
		if i < 0 {
			out = append(out, act)
			continue
		}
		rest = slices.Delete(rest, i, i+1)
	}
	return out
}
