package library

import (
	"encoding/json"
	"fmt"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Snapshot is a loaded scenario as one JSON text, from which FromSnapshot makes it again whatever becomes of its files.
func Snapshot(e Entry) ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("snapshot of %s: %w", e.Scenario.Slug, err)
	}
	return b, nil
}

// FromSnapshot reads what Snapshot made. Text that is none is practice.ErrInvalid.
func FromSnapshot(b []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(b, &e); err != nil {
		return Entry{}, fmt.Errorf("snapshot of a scenario: %w: %w", practice.ErrInvalid, err)
	}
	return e, nil
}
