package main

import (
	"fmt"
	"path/filepath"

	"github.com/rapport-calls/rapport/internal/embed"
)

// keepVectors opens the file in which commands keep the vectors of texts that they meet again and again.
func keepVectors(s *Settings, m *models) (*embed.Kept, error) {
	hash, err := embed.ModelHash(filepath.Join(s.Assets, "minilm"))
	if err != nil {
		return nil, fmt.Errorf("sentence model: %w", err)
	}
	return embed.Keep(m.embeds, filepath.Join(s.Assets, "cache"), hash)
}
