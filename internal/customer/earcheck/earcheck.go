// Package earcheck measures how well perception hears what a trainee's words do: precision and recall of each act on
// utterances that two people labelled independently, and how far the two agree.
package earcheck

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Utterance is one turn of a trainee as a recogniser would give it.
type Utterance struct {
	ID       string        `json:"id"`
	Scenario practice.Slug `json:"scenario"`
	Customer string        `json:"customer"` // what she had said just before
	Text     string        `json:"text"`
	Kind     string        `json:"kind"` // plain, or what makes it hard: sarcasm, conditional, quoted, negation, misheard, non-native, mixed, nothing
	Writer   string        `json:"-"`    // the utterances are split by who wrote them
}

// Labels are the acts that each of two labellers gave an utterance, by its id.
type Labels [2]map[string][]string

// Corpus is utterances with their labels.
type Corpus struct {
	Utterances []Utterance
	Labels     Labels
}

// Load reads utterances-*.jsonl and labels-a.jsonl, labels-b.jsonl of a folder. Every utterance needs both labels.
func Load(dir fs.FS) (Corpus, error) {
	var c Corpus
	files, err := fs.Glob(dir, "utterances-*.jsonl")
	if err != nil {
		return c, fmt.Errorf("utterances: %w", err)
	}
	for _, file := range files {
		writer := strings.TrimSuffix(strings.TrimPrefix(file, "utterances-"), ".jsonl")
		if err := lines(dir, file, func(raw []byte) error {
			u := Utterance{Writer: writer}
			if err := json.Unmarshal(raw, &u); err != nil {
				return err
			}
			c.Utterances = append(c.Utterances, u)
			return nil
		}); err != nil {
			return c, err
		}
	}
	if len(c.Utterances) == 0 {
		return c, errors.New("no utterances-*.jsonl in the folder")
	}
	for i, who := range []string{"a", "b"} {
		c.Labels[i] = map[string][]string{}
		if err := lines(dir, "labels-"+who+".jsonl", func(raw []byte) error {
			var row struct {
				ID   string   `json:"id"`
				Acts []string `json:"acts"`
			}
			if err := json.Unmarshal(raw, &row); err != nil {
				return err
			}
			c.Labels[i][row.ID] = row.Acts
			return nil
		}); err != nil {
			return c, err
		}
		for _, u := range c.Utterances {
			if _, ok := c.Labels[i][u.ID]; !ok {
				return c, fmt.Errorf("labels-%s.jsonl has no %s", who, u.ID)
			}
		}
	}
	return c, nil
}

func lines(dir fs.FS, name string, each func([]byte) error) error {
	f, err := dir.Open(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer f.Close() //nolint:errcheck // only read
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		if len(s.Bytes()) == 0 {
			continue
		}
		if err := each(s.Bytes()); err != nil {
			return fmt.Errorf("%s line %d: %w", name, n, err)
		}
	}
	return s.Err()
}

// Acts lists every act that either labeller used, sorted. A variant ("named_feeling:stock") counts as its act.
func (c *Corpus) Acts() []string {
	var out []string
	for _, by := range c.Labels {
		for _, acts := range by {
			for _, a := range acts {
				if name := act(a); !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func act(label string) string {
	name, _, _ := strings.Cut(label, ":")
	return name
}

// did tells whether labeller i found the act in the utterance.
func (c *Corpus) did(i int, id, name string) bool {
	return slices.ContainsFunc(c.Labels[i][id], func(l string) bool { return act(l) == name })
}

// Score is how one act is heard.
type Score struct {
	Act   string
	Kappa float64 // Cohen's, between the two labellers (Cohen 1960); 1 where neither ever found it
	// Disputed utterances, on which the labellers disagree about this act, count nowhere below.
	Disputed             int
	Hits, Missed, Wrong  int
	Precision, Recall    float64 // 1 where there was nothing to find or to get wrong
	WrongIDs, MissingIDs []string
}

// Heard is what a perceiver found in an utterance: names of acts.
type Heard func(u Utterance) ([]practice.ActName, error)

// Check scores a perceiver on the utterances that use lets through; nil takes all.
func (c *Corpus) Check(hear Heard, use func(Utterance) bool) ([]Score, error) {
	found := map[string][]practice.ActName{}
	var asked []Utterance
	for _, u := range c.Utterances {
		if use != nil && !use(u) {
			continue
		}
		acts, err := hear(u)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u.ID, err)
		}
		found[u.ID], asked = acts, append(asked, u)
	}
	var out []Score
	for _, name := range c.Acts() {
		s := Score{Act: name}
		var both, a, b int
		for _, u := range asked {
			x, y := c.did(0, u.ID, name), c.did(1, u.ID, name)
			a, b = a+one(x), b+one(y)
			if x != y {
				s.Disputed++
				continue
			}
			both++
			switch heard := slices.Contains(found[u.ID], practice.ActName(name)); {
			case x && heard:
				s.Hits++
			case x:
				s.Missed, s.MissingIDs = s.Missed+1, append(s.MissingIDs, u.ID)
			case heard:
				s.Wrong, s.WrongIDs = s.Wrong+1, append(s.WrongIDs, u.ID)
			}
		}
		s.Kappa = kappa(both, a, b, len(asked))
		s.Precision, s.Recall = share(s.Hits, s.Hits+s.Wrong), share(s.Hits, s.Hits+s.Missed)
		out = append(out, s)
	}
	return out, nil
}

// kappa is Cohen's kappa of two labellers who agree on same of n and said yes a and b times.
func kappa(same, a, b, n int) float64 {
	if n == 0 {
		return 1
	}
	p, q, size := float64(a)/float64(n), float64(b)/float64(n), float64(n)
	chance := p*q + (1-p)*(1-q)
	if chance >= 1 {
		return 1
	}
	return (float64(same)/size - chance) / (1 - chance)
}

func share(k, n int) float64 {
	if n == 0 {
		return 1
	}
	return float64(k) / float64(n)
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Sum adds scores up over all acts: micro-averaged precision and recall, and the mean kappa weighted by how often an act
// was found.
func Sum(scores []Score) Score {
	s := Score{Act: "all"}
	weight := 0.0
	for _, x := range scores {
		s.Hits, s.Missed, s.Wrong, s.Disputed = s.Hits+x.Hits, s.Missed+x.Missed, s.Wrong+x.Wrong, s.Disputed+x.Disputed
		w := float64(x.Hits + x.Missed + x.Disputed)
		s.Kappa, weight = s.Kappa+w*x.Kappa, weight+w
	}
	if weight > 0 {
		s.Kappa /= weight
	}
	s.Precision, s.Recall = share(s.Hits, s.Hits+s.Wrong), share(s.Hits, s.Hits+s.Missed)
	return s
}
