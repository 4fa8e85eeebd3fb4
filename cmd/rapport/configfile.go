package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/rapport-calls/rapport/internal/practice"
)

// settingsFile is a YAML file of settings by the names of serve's flags, as `rapport config` prints them. A flag wins
// over a RAPPORT_* variable, and a variable over the file.
type settingsFile struct {
	name   string
	values map[string]fileValue
}

type fileValue struct {
	text         string
	line, column int
}

// readSettings implements kong.ConfigurationLoader.
func readSettings(r io.Reader) (kong.Resolver, error) {
	f := settingsFile{name: "the settings", values: map[string]fileValue{}}
	if named, ok := r.(interface{ Name() string }); ok {
		f.name = named.Name()
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.name, err)
	}
	doc, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fmt.Errorf("%s is not YAML: %w: %w", f.name, err, practice.ErrInvalid)
	}
	for _, d := range doc.Docs {
		switch body := d.Body.(type) {
		case nil, *ast.NullNode, *ast.CommentGroupNode:
		case *ast.MappingNode:
			for _, v := range body.Values {
				if err := f.add(v); err != nil {
					return nil, err
				}
			}
		default:
			return nil, f.wrong(d.Body, "write settings as `name: value`, one a line")
		}
	}
	return f, nil
}

func (f settingsFile) add(v *ast.MappingValueNode) error {
	if _, scalar := v.Value.(ast.ScalarNode); !scalar {
		return f.wrong(v.Value, "%s takes one value", v.Key.GetToken().Value)
	}
	at, text := v.Key.GetToken().Position, v.Value.GetToken().Value
	switch block, several := v.Value.(*ast.LiteralNode); { // of several lines
	case several:
		text = block.Value.Value
	case v.Value.Type() == ast.NullType:
		text = ""
	}
	f.values[v.Key.GetToken().Value] = fileValue{text, at.Line, at.Column}
	return nil
}

func (f settingsFile) wrong(n ast.Node, format string, args ...any) error {
	at := n.GetToken().Position
	return fmt.Errorf("%s:%d:%d: %s: %w", f.name, at.Line, at.Column, fmt.Sprintf(format, args...), practice.ErrInvalid)
}

// Validate implements kong.Resolver: a name that is no setting would otherwise be a setting that does nothing.
func (f settingsFile) Validate(app *kong.Application) error {
	var errs []error
	for key, v := range f.values {
		if !settable(app, key) {
			errs = append(errs, fmt.Errorf("%s:%d:%d: there is no setting %q; `rapport config` prints all of them", f.name, v.line, v.column, key))
		}
	}
	return errors.Join(errs...)
}

func settable(app *kong.Application, key string) bool {
	flags := app.Flags
	for _, c := range app.Children {
		if c.Name == "serve" {
			flags = append(slices.Clip(flags), c.Flags...)
		}
	}
	for _, flag := range flags {
		if flag.Name == key && key != "help" && key != "config" {
			return true
		}
	}
	return false
}

// Resolve implements kong.Resolver.
func (f settingsFile) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	v, ok := f.values[flag.Name]
	if !ok || v.text == "" {
		return nil, nil //nolint:nilnil // kong's way to say that there is no value
	}
	if n := parent.Node(); n.Type != kong.ApplicationNode {
		switch n.Name {
		case "serve", "config", "migrate", "health", "call":
		default: // a flag of the same name with another meaning, such as the data of grade check
			return nil, nil //nolint:nilnil // as above
		}
	}
	for _, name := range flag.Envs {
		if os.Getenv(strings.TrimPrefix(name, "$")) != "" {
			return nil, nil //nolint:nilnil // as above
		}
	}
	return v.text, nil
}
