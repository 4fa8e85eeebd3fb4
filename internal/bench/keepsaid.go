package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// saidLine is one turn as net-turns.jsonl keeps it.
type saidLine struct {
	Profile        string  `json:"profile"`
	Call           int     `json:"call"`
	Recording      string  `json:"recording"`
	Reference      string  `json:"reference"`
	Recognised     string  `json:"recognised"`
	VoiceToVoiceMS float64 `json:"voice_to_voice_ms"`
	Answered       bool    `json:"answered"`
	Talking        bool    `json:"talking"` // the customer spoke as the trainee ended
	Void           bool    `json:"void"`    // the network was cut in it
}

// keepSaid appends turns to a folder's net-turns.jsonl.
func keepSaid(dir, profile string, turns []said) (err error) {
	f, err := os.OpenFile(filepath.Join(dir, "net-turns.jsonl"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the folder that the user named
	if err != nil {
		return fmt.Errorf("write net-turns.jsonl: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	enc := json.NewEncoder(f)
	for _, t := range turns {
		if err := enc.Encode(saidLine{profile, t.call, t.recording, t.reference, t.recognised, t.waitMS, t.answered, t.talking, t.void}); err != nil {
			return fmt.Errorf("write net-turns.jsonl: %w", err)
		}
	}
	return nil
}
