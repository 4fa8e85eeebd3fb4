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
}

// parse reads YAML strictly into target: unknown and doubled keys are problems, and so are anchors and aliases, which no
// scenario needs and which can blow a small file up.
func parse(name string, data []byte, target any) (*document, error) {
	doc := &document{name: name}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, placed(name, err, target)
	}
	doc.file = file
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, &FileError{name, 1, 1, "the file must hold one YAML document"}
	}
	var find aliasFinder
	ast.Walk(&find, file.Docs[0].Body)
	if find.node != nil {
		p := find.node.GetToken().Position
		return nil, &FileError{name, p.Line, p.Column, "anchors and aliases are not allowed here; write the value out"}
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(target); err != nil && !errors.Is(err, io.EOF) {
		return nil, placed(name, err, target)
	}
	return doc, nil
}

type aliasFinder struct{ node ast.Node }

func (f *aliasFinder) Visit(n ast.Node) ast.Visitor {
	switch n.Type() {
	case ast.AnchorType, ast.AliasType, ast.MergeKeyType:
		if f.node == nil {
			f.node = n
		}
	default:
	}
	return f
}

// placed turns a decoder's error into a FileError with a sentence that says what to do.
func placed(name string, err error, target any) error {
	line, column := 1, 1
	message := err.Error()
	if placedErr, ok := errors.AsType[yaml.Error](err); ok {
		message = placedErr.GetMessage()
		if t := placedErr.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
	}
	if unknown, ok := errors.AsType[*yaml.UnknownFieldError](err); ok {
		key := strings.TrimSpace(unknown.GetToken().Value)
		message = fmt.Sprintf("unknown key %q", key)
		if near := nearest(key, keysOf(reflect.TypeOf(target), map[reflect.Type]bool{})); near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		} else {
			message += "; remove it, or see docs/scenario.schema.json for the keys that there are"
		}
	}
	if wrong, ok := errors.AsType[*yaml.TypeError](err); ok {
		message = fmt.Sprintf("this must be %s, and it is %s", kindName(wrong.DstType), kindName(wrong.SrcType))
	}
	return &FileError{name, line, column, strings.TrimSpace(firstLine(message))}
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

// keysOf lists every yaml key under a type.
func keysOf(t reflect.Type, seen map[reflect.Type]bool) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return nil
	}
	seen[t] = true
	var out []string
	for f := range t.Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key != "" && key != "-" {
			out = append(out, key)
		}
		out = append(out, keysOf(f.Type, seen)...)
	}
	return out
}

// nearest is the key that differs least from a mistyped one, by at most a third of its letters.
func nearest(key string, keys []string) string {
	best, least := "", len(key)/3+1
	for _, k := range keys {
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
	d.problems = append(d.problems, d.place(path, message))
}

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
	out := make([]error, 0, len(d.problems))
	for _, p := range d.problems {
		out = append(out, p)
	}
	return out
}
