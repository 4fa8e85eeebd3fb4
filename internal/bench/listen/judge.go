package listen

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
)

// Python is the Judge of development machines: scripts/listen/score.py in the environment that scripts/listen/setup.sh
// makes.
type Python struct {
	Interpreter string // path of the environment's python
	Script      string // path of score.py
}

// Overall scores files with DNSMOS.
func (p Python) Overall(ctx context.Context, files []string) ([]float64, error) {
	cmd := exec.CommandContext(ctx, p.Interpreter, p.Script) //nolint:gosec // a developer's own command line
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n") + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run %s (made by scripts/listen/setup.sh): %w: %s", p.Script, err, strings.TrimSpace(stderr.String()))
	}
	scores := make([]float64, 0, len(files))
	dec := json.NewDecoder(bytes.NewReader(out))
	for range files {
		var line struct {
			Overall float64 `json:"overall"`
		}
		if err := dec.Decode(&line); err != nil {
			return nil, fmt.Errorf("read the scores of %s: %w", p.Script, err)
		}
		scores = append(scores, line.Overall)
	}
	return scores, nil
}
