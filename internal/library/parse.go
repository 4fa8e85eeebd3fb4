package library

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/rapport-calls/rapport/internal/practice"
)

// FileError is one mistake in a scenario file, with its place. Lines and columns count from 1.
type FileError struct {
	File    string
	Line    int
	Column  int
	Message string
}

// Error implements error: file:line:column: message.
func (p *FileError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Unwrap makes a problem a practice.ErrInvalid.
func (p *FileError) Unwrap() error { return practice.ErrInvalid }

// document is a parsed file with the problems found in it.
type document struct {
	name     string
	file     *ast.File
	problems []*FileError
	more     int // problems past those that are told
}

// parse reads YAML strictly into target: unknown and doubled keys are problems, and so are anchors and aliases, which no
// scenario needs and which can blow a small file up.
func parse(name string, data []byte, target any) (*document, error) {
	if err := readable(name, data); err != nil {
		return nil, err
	}
	doc := &document{name: name}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, placed(name, err)
	}
	doc.file = file
	if len(file.Docs) == 0 || file.Docs[0].Body == nil && len(file.Docs) == 1 {
		return nil, &FileError{name, 1, 1, "the file is empty; docs/customers.md shows what belongs in it"}
	}
	if len(file.Docs) > 1 || file.Docs[0].Body == nil {
		line := 1
		if start := file.Docs[len(file.Docs)-1].Start; start != nil {
			line = start.Position.Line
		}
		return nil, &FileError{name, line, 1, "the file must hold one YAML document; remove the line ---"}
	}
	var find aliasFinder
	ast.Walk(&find, file.Docs[0].Body)
	if find.node != nil {
		p := find.node.GetToken().Position
		return nil, &FileError{name, p.Line, p.Column, "anchors, aliases and tags are not allowed here; write the value out"}
	}
	doc.shape(file.Docs[0].Body, reflect.TypeOf(target))
	if len(doc.problems) > 0 {
		return nil, errors.Join(doc.sorted()...)
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(target); err != nil && !errors.Is(err, io.EOF) {
		return nil, placed(name, err)
	}
	return doc, nil
}

type aliasFinder struct{ node ast.Node }

func (f *aliasFinder) Visit(n ast.Node) ast.Visitor {
	switch n.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType, ast.TagType:
		if f.node == nil {
			f.node = n
		}
	default:
	}
	return f
}

// placed turns an error of the parser or the decoder into a FileError with a sentence that says what to do.
func placed(name string, err error) error {
	line, column := 1, 1
	message := err.Error()
	if placedErr, ok := errors.AsType[yaml.Error](err); ok {
		message = placedErr.GetMessage()
		if t := placedErr.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
	}
	return &FileError{name, line, column, plainly(strings.TrimSpace(firstLine(message)))}
}

var (
	twice    = regexp.MustCompile(`mapping key "(.*)" already defined at \[(\d+):\d+\]`)
	unclosed = regexp.MustCompile(`^',' or '([\]}])' must be specified`)
	reserved = regexp.MustCompile(`^'(.)' is a reserved character`)
)

// plainly says a parser's message in the words of somebody who writes a scenario.
func plainly(message string) string {
	if m := twice.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("the key %q stands already in line %s; remove one of them", m[1], m[2])
	}
	if m := unclosed.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("a list or group before this is not closed; a %q is missing, or a comma", m[1])
	}
	if m := reserved.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("a text that begins with %s must stand in quotes", m[1])
	}
	switch {
	case strings.HasPrefix(message, "mapping value is not allowed"):
		return "a colon and a space stand in a text here, or the line is indented otherwise than those around it; put the text in quotes"
	case strings.Contains(message, "pre-defined"):
		return "a text begins here inside another one; is a quote before this not closed?"
	case strings.HasPrefix(message, "value is not allowed"):
		return "something follows here that cannot: put the whole text in quotes, with \\\" for quotes inside it"
	case strings.HasPrefix(message, "non-map value"):
		return "this line is no key with a value: write a colon and a space after the key"
	case strings.Contains(message, "'\t'") || strings.Contains(message, "found character '\t'") || strings.Contains(message, "tab character"):
		return "a line begins with a tab; indent with spaces"
	case strings.HasPrefix(message, "unexpected scalar value type"):
		return "an entry is missing here, between two commas or after one"
	case strings.Contains(message, "could not find end character"):
		return "a quote that begins here is not closed"
	}
	return message
}

// kindName says in plain words what a Go type is in YAML.
func kindName(t reflect.Type) string {
	if t == nil {
		return "of another kind"
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "a whole number"
	case reflect.Float64, reflect.Float32:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Slice, reflect.Array:
		return "a list"
	default:
		return "a group of keys"
	}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// nearest is the key that differs least from a mistyped one, by at most a third of its letters.
func nearest(key string, keys []string) string {
	best, least := "", len(key)/3+1
	for _, k := range keys {
		if len(key) >= 4 && strings.HasPrefix(k, key) {
			return k
		}
		if d := distance(key, k); d < least || d == least && best == "" && d <= 2 {
			best, least = k, d
		}
	}
	return best
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

var pathIndex = regexp.MustCompile(`\[\d+\]$|\.[^.\[]+$`)

// problem records a mistake at the value under a YAML path, or at the nearest value above it that is there.
func (d *document) problem(path, message string) {
	if len(d.problems) >= mostProblems {
		d.more++
		return
	}
	d.problems = append(d.problems, d.place(path, message))
}

// mostProblems is how many problems of a file are told; finding the place of each costs a walk through it.
const mostProblems = 100

// place is a mistake at the value under a YAML path, or at the nearest value above it that is there.
func (d *document) place(path, message string) *FileError {
	line, column := 1, 1
	for p := path; p != "" && p != "$"; p = pathIndex.ReplaceAllString(p, "") {
		yp, err := yaml.PathString(p)
		if err != nil {
			continue
		}
		node, err := yp.FilterFile(d.file)
		if err == nil && node != nil && node.GetToken() != nil {
			line, column = node.GetToken().Position.Line, node.GetToken().Position.Column
			break
		}
		if !pathIndex.MatchString(p) {
			break
		}
	}
	return &FileError{d.name, line, column, message}
}

// sorted are the document's problems from its first line to its last: maps give them in any order.
func (d *document) sorted() []error {
	slices.SortStableFunc(d.problems, func(a, b *FileError) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Message, b.Message))
	})
	out := make([]error, 0, len(d.problems)+1)
	for _, p := range d.problems {
		out = append(out, p)
	}
	if d.more > 0 {
		last := d.problems[len(d.problems)-1]
		out = append(out, &FileError{d.name, last.Line, last.Column, fmt.Sprintf("and %d more mistakes", d.more)})
	}
	return out
}
