package library

import (
	_ "embed"
	"maps"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/rapport-calls/rapport/internal/practice"
)

//go:embed topics.yaml
var topicsText []byte

// sharedTopics are what every customer may be asked about, which a test keeps readable.
//
//nolint:gochecknoglobals // a table read once from the embedded file and never written
var sharedTopics = sync.OnceValue(func() map[string][]string {
	var topics map[string][]string
	if err := yaml.UnmarshalWithOptions(topicsText, &topics, yaml.Strict()); err != nil {
		return nil
	}
	return topics
})

// SharedTopics lists the ids of the topics that every customer may be asked about.
func SharedTopics() []string { return slices.Sorted(maps.Keys(sharedTopics())) }

// addShared adds the shared topics to a scenario's own. One that is for measuring only is left as it is.
func addShared(s *practice.Scenario) {
	if s.Pinned != nil {
		return
	}
	all := make(map[string][]string, len(s.Topics)+len(sharedTopics()))
	for id, phrases := range sharedTopics() {
		all[id] = slices.Concat(s.Topics[id], phrases)
	}
	for id, phrases := range s.Topics {
		if _, shared := all[id]; !shared {
			all[id] = phrases
		}
	}
	s.Topics = all
}
