package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
}

// keep writes the trials and what is needed to merge them with other runs.
func keep(o Options, m measured, r Result) error {
	k := run{Result: r, Trials: o.Trials, Planned: m.planned}
	for _, c := range m.connects {
		k.Connects = append(k.Connects, c.value)
	}
	b, err := json.MarshalIndent(k, "", " ")
	if err != nil {
		return fmt.Errorf("write %s: %w", runFile, err)
	}
	if err := os.WriteFile(filepath.Join(o.Out, runFile), append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", runFile, err)
	}
	return writeTurns(o.Out, m.turns)
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
