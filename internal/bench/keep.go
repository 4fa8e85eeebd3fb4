package bench

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files of an --out folder besides the calls' sound.
const (
	turnsFile = "turns.jsonl"
	runFile   = "run.json"
)

// run is what a folder keeps of its run besides the trials, so that runs can be merged.
type run struct {
	Result   Result    `json:"result"`
	Trials   int       `json:"trials"`
	Planned  int       `json:"planned"`
	Speech   string    `json:"speech_sha256"` // of everything that was said
	Connects []float64 `json:"connects_ms"`

	Server ServerFigures `json:"server"`
}

// keep writes the trials and what is needed to merge them with other runs.
func keep(o Options, m measured, r Result) error {
	k := run{Result: r, Trials: o.Trials, Planned: m.planned, Speech: o.digest(), Server: m.server}
	k.Connects = byCall(m.connects)
	b, err := json.MarshalIndent(k, "", " ")
	if err != nil {
		return fmt.Errorf("write %s: %w", runFile, err)
	}
	if err := os.WriteFile(filepath.Join(o.Out, runFile), append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", runFile, err)
	}
	return writeTurns(o.Out, m.turns)
}

// byCall are values in the order of their calls' numbers, however the calls came up: merged runs draw by that order.
func byCall(in []sample) []float64 {
	in = slices.Clone(in)
	slices.SortFunc(in, func(a, b sample) int {
		return cmp.Or(len(a.recording)-len(b.recording), strings.Compare(a.recording, b.recording))
	})
	out := make([]float64, len(in))
	for i, s := range in {
		out[i] = s.value
	}
	return out
}

// digest names everything that a run can say.
func (o Options) digest() string {
	h := sha256.New()
	add := func(recs []Recording) {
		for _, r := range recs {
			_, _ = fmt.Fprintln(h, r.Name, r.Text, r.Boundaries)
			_ = binary.Write(h, binary.LittleEndian, r.PCM) // a hash takes everything
		}
	}
	add(o.Speech)
	add(o.Script.BargeIns)
	add(o.Script.Backchannels)
	add(o.Script.Noises)
	for _, d := range o.Script.Dictations {
		add(d.groups)
	}
	for _, p := range o.Script.Phrases {
		add(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func writeTurns(dir string, turns []turnResult) (err error) {
	f, err := os.Create(filepath.Join(dir, turnsFile)) //nolint:gosec // the folder that the user named
	if err != nil {
		return fmt.Errorf("write %s: %w", turnsFile, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	enc := json.NewEncoder(f)
	for _, t := range turns {
		if err := enc.Encode(t); err != nil {
			return fmt.Errorf("write %s: %w", turnsFile, err)
		}
	}
	return nil
}
