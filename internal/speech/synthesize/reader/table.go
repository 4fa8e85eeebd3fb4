package reader

import (
	"bytes"
	"fmt"
	"os"
	"sort"
)

// table is a sorted file of lines "key TAB value", searched in place: it loads in milliseconds, makes no garbage and
// costs its own size in memory. Keys hold neither tab nor newline.
type table struct {
	data   []byte
	starts []uint32 // first byte of each line
}

// readTable loads a table that writeTable wrote.
func readTable(path string) (*table, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the assets folder is the operator's own
	if err != nil {
		return nil, fmt.Errorf("read pronunciation table: %w", err)
	}
	t := &table{data: data, starts: make([]uint32, 0, bytes.Count(data, []byte{'\n'}))}
	for at := 0; at < len(data); {
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 || bytes.IndexByte(data[at:at+end], '\t') < 0 {
			return nil, fmt.Errorf("read pronunciation table %s: damaged at byte %d", path, at)
		}
		t.starts = append(t.starts, uint32(at))
		at += end + 1
	}
	if len(t.starts) == 0 {
		return nil, fmt.Errorf("read pronunciation table %s: it is empty", path)
	}
	return t, nil
}

// get returns the value of key, and whether the table holds it. The value is part of the table and must not be changed.
func (t *table) get(key string) ([]byte, bool) {
	i := sort.Search(len(t.starts), func(i int) bool { return t.compare(i, key) >= 0 })
	if i == len(t.starts) || t.compare(i, key) != 0 {
		return nil, false
	}
	line := t.line(i)
	return line[len(key)+1:], true
}

func (t *table) line(i int) []byte {
	end := len(t.data)
	if i+1 < len(t.starts) {
		end = int(t.starts[i+1])
	}
	return t.data[t.starts[i] : end-1]
}

// compare orders line i's key against key as bytes: negative when the line comes first.
func (t *table) compare(i int, key string) int {
	line := t.line(i)
	for k := 0; k < len(key); k++ {
		switch {
		case k >= len(line) || line[k] == '\t':
			return -1
		case line[k] != key[k]:
			return int(line[k]) - int(key[k])
		}
	}
	if len(line) > len(key) && line[len(key)] == '\t' {
		return 0
	}
	return 1
}

// tableBytes writes rows as a table.
func tableBytes(rows map[string]string) []byte {
	keys := make([]string, 0, len(rows))
	size := 0
	for k, v := range rows {
		keys = append(keys, k)
		size += len(k) + len(v) + 2
	}
	sort.Strings(keys)
	out := make([]byte, 0, size)
	for _, k := range keys {
		out = append(out, k...)
		out = append(out, '\t')
		out = append(out, rows[k]...)
		out = append(out, '\n')
	}
	return out
}
