package reader

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/rapport-calls/rapport/internal/onnx"
)

// The files that Prepare makes beside the package's own.
const (
	goldFile   = "words-gold.tsv"
	silverFile = "words-silver.tsv"
	tagsFile   = "tags.tsv"
)

// Prepare turns the package's compressed JSON tables in dir into the flat ones that Open reads: the two lexicons
// (lexicon_us_gold.json.gz, lexicon_us_silver.json.gz) and the tagger (tagger.json.gz). It can be run again at any time;
// files are replaced whole.
func Prepare(dir string) error {
	for _, l := range []struct{ from, to string }{{"lexicon_us_gold.json.gz", goldFile}, {"lexicon_us_silver.json.gz", silverFile}} {
		if err := prepareLexicon(filepath.Join(dir, l.from), filepath.Join(dir, l.to)); err != nil {
			return err
		}
	}
	return prepareTagger(filepath.Join(dir, "tagger.json.gz"), filepath.Join(dir, tagsFile))
}

func prepareLexicon(from, to string) error {
	var entries map[string]json.RawMessage
	if err := readGzipJSON(from, &entries); err != nil {
		return err
	}
	rows := make(map[string]string, len(entries))
	for word, raw := range entries {
		if word == "" || strings.ContainsAny(word, "\t\n") {
			continue
		}
		var plain string
		if json.Unmarshal(raw, &plain) == nil {
			rows[word] = plain
			continue
		}
		var byTag map[string]*string
		if err := json.Unmarshal(raw, &byTag); err != nil {
			return fmt.Errorf("lexicon %s, word %q: %w", filepath.Base(from), word, err)
		}
		// A word with several readings: "DEFAULT=…|VERB=…"; a tag without a reading is written with nothing after "=".
		parts := make([]string, 0, len(byTag))
		for tag, ps := range byTag {
			if ps == nil {
				parts = append(parts, tag+"=")
			} else {
				parts = append(parts, tag+"="+*ps)
			}
		}
		sort.Strings(parts)
		rows[word] = strings.Join(parts, "|")
	}
	return onnx.WriteWhole(to, tableBytes(rows))
}

func prepareTagger(from, to string) error {
	var model struct {
		Tags    []string                      `json:"tags"`
		TagDict map[string]string             `json:"tagdict"`
		Vocab   []string                      `json:"vocab"`
		Weights map[string]map[string]float64 `json:"weights"`
	}
	if err := readGzipJSON(from, &model); err != nil {
		return err
	}
	if len(model.Tags) == 0 || len(model.Weights) == 0 {
		return fmt.Errorf("tagger %s: no tags or weights in it", filepath.Base(from))
	}
	// One table with a letter in front of each key: t word → its one tag, v word → known to the features,
	// w feature → weights by the tag's place, and "tags" → the list of tags.
	rows := map[string]string{"tags": strings.Join(model.Tags, " ")}
	for w, tag := range model.TagDict {
		if w != "" && !strings.ContainsAny(w, "\t\n") {
			rows["t "+w] = tag
		}
	}
	for _, w := range model.Vocab {
		if w != "" && !strings.ContainsAny(w, "\t\n") {
			rows["v "+w] = ""
		}
	}
	place := make(map[string]int, len(model.Tags))
	for i, t := range model.Tags {
		place[t] = i
	}
	for feature, weights := range model.Weights {
		if strings.ContainsAny(feature, "\t\n") {
			continue
		}
		var b strings.Builder
		for _, tag := range model.Tags {
			if w, ok := weights[tag]; ok {
				if b.Len() > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(strconv.Itoa(place[tag]))
				b.WriteByte(':')
				b.WriteString(strconv.FormatFloat(w, 'f', -1, 32))
			}
		}
		rows["w "+feature] = b.String()
	}
	return onnx.WriteWhole(to, tableBytes(rows))
}

func readGzipJSON(path string, into any) error {
	f, err := os.Open(path) //nolint:gosec // the assets folder is the operator's own
	if err != nil {
		return fmt.Errorf("open voice table: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("voice table %s: %w", filepath.Base(path), err)
	}
	if err := json.NewDecoder(z).Decode(into); err != nil {
		return fmt.Errorf("voice table %s: %w", filepath.Base(path), err)
	}
	return nil
}
