// Package fit fits the grader's small models on labelled replies and checks, by cross-validation grouped by conversation,
// how well they and the scores that ship rank replies as people did.
package fit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Item is one labelled reply: the last turn of Transcript, which the earlier turns lead up to.
type Item struct {
	Group      string
	Transcript practice.Transcript
	Labels     map[string]float64
	Reasons    map[string][]string // label → the passages that raters gave as its reason, where the corpus has them
}

// Files are the labelled files by name, without the ending.
type Files map[string][]Item

// Names lists the files that are read.
func Names() []string { return []string{"epitome", "receptiveness", "uptake", "politeness"} }

// Load reads the labelled files of a folder. See docs/grading for what they are and under which licences.
func Load(dir fs.FS) (Files, error) {
	out := Files{}
	for _, name := range Names() {
		items, err := loadFile(dir, name+".jsonl")
		if err != nil {
			return nil, err
		}
		out[name] = items
	}
	return out, nil
}

func loadFile(dir fs.FS, name string) ([]Item, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, fmt.Errorf("labelled data: %w; give --data the folder that holds it", err)
	}
	defer f.Close() //nolint:errcheck // only read
	var out []Item
	r := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s line %d: %w", name, n, err)
		}
		if len(line) > 1 {
			item, bad := parse(line)
			if bad != nil {
				return nil, fmt.Errorf("%s line %d: %w", name, n, bad)
			}
			out = append(out, item)
		}
		if err != nil {
			break
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no labelled replies", name)
	}
	return out, nil
}

func parse(line []byte) (Item, error) {
	var row struct {
		ID    string `json:"id"`
		Group string `json:"group"`
		Turns []struct {
			Role string `json:"role"`
			Text string `json:"text"`
		} `json:"turns"`
		Labels map[string]any `json:"labels"`
	}
	if err := json.Unmarshal(line, &row); err != nil {
		return Item{}, err
	}
	if len(row.Turns) == 0 || row.Turns[len(row.Turns)-1].Role != "agent" {
		return Item{}, errors.New("the last turn must be the agent's")
	}
	item := Item{Group: row.Group, Transcript: practice.Transcript{ID: row.ID, Language: "en"}, Labels: map[string]float64{}, Reasons: map[string][]string{}}
	for i, t := range row.Turns {
		speaker := practice.Customer
		if t.Role == "agent" {
			speaker = practice.Trainee
		}
		item.Transcript.Turns = append(item.Transcript.Turns, practice.TranscriptTurn{Index: i, Speaker: speaker, Text: t.Text})
	}
	for k, v := range row.Labels {
		switch x := v.(type) {
		case float64:
			item.Labels[k] = x
		case []any:
			for _, passage := range x {
				if s, ok := passage.(string); ok {
					label := strings.TrimSuffix(k, "_rationales")
					item.Reasons[label] = append(item.Reasons[label], s)
				}
			}
		}
	}
	return item, nil
}

// Folds is how many parts the cross-validation has.
const Folds = 5

// Fold is a group's part, 0 to Folds-1, by its name alone, so that it never changes with the order of the file.
func Fold(group string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte("fold " + group)) // a hash never fails
	return int(h.Sum32() % Folds)
}
