package library_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/rapport-calls/rapport/internal/library"
	"github.com/rapport-calls/rapport/personas"
)

// published is a schema by the file that it is for, as it is read from JSON.
func published(t *testing.T) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for file, schema := range map[string]map[string]any{library.ScenarioFile: library.Schema(), library.LinesFile: library.LinesSchema()} {
		b, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("..", "..", "docs", strings.TrimSuffix(file, ".yaml")+".schema.json"), string(b)+"\n")
		var s map[string]any
		if err := json.Unmarshal(b, &s); err != nil {
			t.Fatal(err)
		}
		out[file] = s
	}
	return out
}

// validate judges a value by the part of JSON Schema that the schemas use; "" when it holds.
func validate(schema map[string]any, v any, at string) string {
	if want, ok := schema["type"]; ok && !hasType(want, v) {
		return fmt.Sprintf("%s is no %v", at, want)
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, v) {
		return fmt.Sprintf("%s is none of %v", at, enum)
	}
	switch v := v.(type) {
	case string:
		if p, ok := schema["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(v) {
			return fmt.Sprintf("%s does not match %s", at, p)
		}
		if n, ok := schema["minLength"].(float64); ok && float64(len(v)) < n {
			return at + " is too short"
		}
	case float64:
		low, bounded := schema["minimum"].(float64)
		high, _ := schema["maximum"].(float64)
		if bounded && !(v >= low && v <= high) {
			return fmt.Sprintf("%s is %g", at, v)
		}
	case []any:
		items, _ := schema["items"].(map[string]any)
		for i, e := range v {
			if why := validate(items, e, fmt.Sprintf("%s[%d]", at, i)); why != "" {
				return why
			}
		}
	case map[string]any:
		return validateGroup(schema, v, at)
	}
	return ""
}

func validateGroup(schema, v map[string]any, at string) string {
	required, _ := schema["required"].([]any)
	for _, key := range required {
		if _, ok := v[key.(string)]; !ok {
			return fmt.Sprintf("%s has no %s", at, key)
		}
	}
	props, _ := schema["properties"].(map[string]any)
	more, open := schema["additionalProperties"].(map[string]any)
	for key, e := range v {
		if nameSchema, ok := schema["propertyNames"].(map[string]any); ok {
			if why := validate(nameSchema, key, at+"."+key); why != "" {
				return why
			}
		}
		sub, ok := props[key].(map[string]any)
		if !ok && !open {
			return fmt.Sprintf("%s has no key %s", at, key)
		}
		if !ok {
			sub = more
		}
		if why := validate(sub, e, at+"."+key); why != "" {
			return why
		}
	}
	return ""
}

func hasType(want, v any) bool {
	if list, ok := want.([]any); ok {
		return slices.ContainsFunc(list, func(w any) bool { return hasType(w, v) })
	}
	switch v := v.(type) {
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "number" || want == "integer" && v == float64(int(v))
	case []any:
		return want == "array"
	case map[string]any:
		return want == "object"
	}
	return false
}

// asJSON is a YAML text as an editor's validator sees it; false when it is no YAML.
func asJSON(data []byte) (any, bool) {
	b, err := yaml.YAMLToJSON(data)
	if err != nil {
		return nil, false
	}
	var v any
	return v, json.Unmarshal(b, &v) == nil
}

// TestTheSchemasAgreeWithTheLoader: what is shipped is valid to both; what a schema refuses the loader refuses too, and
// the list of what only the loader refuses stays as it is.
func TestTheSchemasAgreeWithTheLoader(t *testing.T) {
	schemas := published(t)
	names, err := fs.Glob(personas.FS, "*/*.yaml")
	if err != nil || len(names) < 4 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(personas.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := asJSON(b)
		if !ok {
			t.Errorf("%s is no YAML to an editor", name)
			continue
		}
		if why := validate(schemas[filepath.Base(name)], v, name); why != "" {
			t.Error(why)
		}
		comment := "# yaml-language-server: $schema=../../docs/" + strings.TrimSuffix(filepath.Base(name), ".yaml") + ".schema.json\n"
		if !strings.HasPrefix(string(b), comment) {
			t.Errorf("%s does not begin with %q, by which an editor completes its keys", name, comment)
		}
	}
	var missed strings.Builder
	for _, file := range badFiles(t) {
		kind, data := badFile(t, file)
		if v, ok := asJSON(data); ok && validate(schemas[kind], v, "") == "" {
			missed.WriteString(filepath.Base(file) + "\n")
		}
	}
	golden(t, filepath.Join("testdata", "bad", "only-the-loader-refuses.list"), missed.String())
	for name := range schemas {
		b, err := os.ReadFile(filepath.Join("testdata", "good", "cold-soup", name))
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := asJSON(b); !ok || validate(schemas[name], v, name) != "" {
			t.Errorf("the good %s: %s", name, validate(schemas[name], v, name))
		}
	}
}
