package library

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// shape finds everything in a document that does not have the form of a type: unknown keys, and values of another kind.
// The decoder would name the first of them only, and in words for programmers.
func (d *document) shape(node ast.Node, t reflect.Type) {
	d.shapeAt(node, t, t)
}

func (d *document) shapeAt(node ast.Node, t, top reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if _, null := node.(*ast.NullNode); null && t.Kind() != reflect.String {
		return // as if it were not there
	}
	switch t.Kind() {
	case reflect.Struct:
		d.shapeStruct(node, t, top)
	case reflect.Map:
		for _, v := range d.pairs(node, t) {
			d.shapeAt(v.Value, t.Elem(), top)
		}
	case reflect.Slice:
		list, ok := node.(*ast.SequenceNode)
		if !ok {
			d.otherKind(node, t)
			return
		}
		for _, v := range list.Values {
			d.shapeAt(v, t.Elem(), top)
		}
	default:
		if !scalarFits(node, t.Kind()) {
			d.otherKind(node, t)
		} else if text, ok := node.(*ast.StringNode); ok {
			if i := strings.IndexFunc(text.Value, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
				d.at(node, fmt.Sprintf("this text holds the control character %U; remove it", []rune(text.Value[i:])[0]))
			}
		}
	}
}

func scalarFits(node ast.Node, k reflect.Kind) bool {
	switch node.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return k == reflect.String
	case *ast.IntegerNode:
		return k == reflect.String || k == reflect.Int || k == reflect.Float64
	case *ast.FloatNode:
		return k == reflect.String || k == reflect.Float64
	case *ast.InfinityNode, *ast.NanNode:
		return k == reflect.Float64
	case *ast.BoolNode:
		return k == reflect.Bool
	}
	return false
}

// pairs are a mapping's keys with their values; anything else is a problem.
func (d *document) pairs(node ast.Node, t reflect.Type) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	d.otherKind(node, t)
	return nil
}

func (d *document) shapeStruct(node ast.Node, t, top reflect.Type) {
	fields := map[string]reflect.Type{}
	var keys []string
	for f := range t.Fields() {
		if key, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); key != "" && key != "-" {
			fields[key] = f.Type
			keys = append(keys, key)
		}
	}
	for _, pair := range d.pairs(node, t) {
		key := pair.Key.GetToken().Value
		if field, ok := fields[key]; ok {
			d.shapeAt(pair.Value, field, top)
			continue
		}
		message := fmt.Sprintf("unknown key %q", key)
		if near := nearest(key, keys); near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		} else if home := homeOf(key, top, ""); home != "" {
			message += "; it belongs under " + home
		} else {
			message += "; remove it, or see docs/scenario.schema.json and docs/lines.schema.json for the keys that there are"
		}
		d.at(pair.Key, message)
	}
}

// homeOf is the key under which a key belongs that stands in the wrong place; "" when it belongs nowhere.
func homeOf(key string, t reflect.Type, under string) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return ""
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == key && under != "" {
			return under
		}
		if name == "" || name == "-" {
			continue
		}
		if home := homeOf(key, f.Type, strings.TrimPrefix(under+"."+name, ".")); home != "" {
			return home
		}
	}
	return ""
}

func (d *document) otherKind(node ast.Node, t reflect.Type) {
	d.at(node, fmt.Sprintf("this must be %s, and it is %s%s", kindName(t), nodeName(node), kindHint(node, t)))
}

// kindHint says how to write what was probably meant.
func kindHint(node ast.Node, t reflect.Type) string {
	text := node.GetToken().Value
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		if t.Kind() == reflect.String {
			return "; put a text that holds a colon in quotes"
		}
		if t.Kind() == reflect.Slice {
			return "; begin each entry with a hyphen"
		}
	case *ast.BoolNode, *ast.NullNode:
		if t.Kind() == reflect.String {
			return "; put it in quotes"
		}
	case *ast.StringNode, *ast.IntegerNode:
		if t.Kind() == reflect.Slice && len(text) < 40 && !strings.ContainsAny(text, "\n[]") {
			return fmt.Sprintf("; write [%s]", text)
		}
	}
	return ""
}

func nodeName(node ast.Node) string {
	switch node.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.IntegerNode:
		return "a whole number"
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	case *ast.NullNode:
		return "empty"
	case *ast.SequenceNode:
		return "a list"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a group of keys"
	}
	return "of another kind"
}

// at records a mistake at a node.
func (d *document) at(node ast.Node, message string) {
	line, column := 1, 1
	if t := node.GetToken(); t != nil && t.Position != nil {
		line, column = t.Position.Line, t.Position.Column
	}
	if len(d.problems) >= mostProblems {
		d.more++
		return
	}
	d.problems = append(d.problems, &FileError{d.name, line, column, message})
}

// Bounds of what is given to the YAML parser, which goes as deep as a file does.
const (
	mostNesting = 32
	mostDashes  = 8
	longestLine = 4000
	mostLines   = 10_000
	mostEntries = 500 // in one pair of brackets: the parser's time grows with their square
)

// readable finds what the parser should not see: bytes that are no text, and nesting that no scenario has.
func readable(name string, data []byte) error {
	if !utf8.Valid(data) {
		line, column := 1, 1
		for i := 0; i < len(data); {
			r, size := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			if column++; r == '\n' {
				line, column = line+1, 1
			}
			i += size
		}
		return &FileError{name, line, column, "this byte is no UTF-8; save the file in UTF-8"}
	}
	depth, line, column, dashes, entries, last := 0, 1, 0, 0, 0, '\n'
	for _, r := range string(data) {
		column++
		before := last
		last = r
		switch {
		case r == '\n':
			line, column, dashes = line+1, 0, 0
		case r == '[' || r == '{':
			depth++
		case r == ']' || r == '}':
			if depth = max(0, depth-1); depth == 0 {
				entries = 0
			}
		case r == ',' && depth > 0:
			entries++
		case r == ' ' && strings.ContainsRune("-?:", before): // one after another, each opens a level
			dashes++
		case strings.ContainsRune("-?:", r) && before == ' ':
		case unicode.IsControl(r) && r != '\t' && r != '\r' || r == '\uFEFF' && (line > 1 || column > 1):
			return &FileError{name, line, column, fmt.Sprintf("the control character %U stands here; remove it", r)}
		case r != ' ' && r != '\t':
			dashes = 0
		}
		if line > mostLines {
			return &FileError{name, line, 1, fmt.Sprintf("a file has at most %d lines", mostLines)}
		}
		if entries > mostEntries {
			return &FileError{name, line, column, fmt.Sprintf("a pair of brackets holds more than %d entries; is one before this not closed?", mostEntries)}
		}
		if column > longestLine {
			return &FileError{name, line, column, fmt.Sprintf("this line has more than %d characters; break it with >- or \" over several", longestLine)}
		}
		if depth > mostNesting || dashes > mostDashes {
			return &FileError{name, line, column, "lists and groups are nested deeper than any scenario needs"}
		}
	}
	return nil
}
