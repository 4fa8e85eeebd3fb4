package library

import (
	"reflect"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Schema is the JSON Schema (2020-12) of scenario.yaml, made from the type that reads it.
func Schema() map[string]any {
	s := schemaOf(reflect.TypeFor[practice.Scenario]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Rapport scenario"
	s["description"] = "scenario.yaml of a folder under personas/. docs/customers.md says what each part means."
	s["required"] = []string{"slug", "title", "industry", "difficulty", "minutes", "persona", "story", "goal", "opening", "situation", "temperament"}
	return s
}

func schemaOf(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[practice.ActName]():
		return map[string]any{"type": "string", "enum": practice.ActNames()}
	case reflect.TypeFor[practice.Ending]():
		return map[string]any{"type": "string", "enum": []practice.Ending{practice.EndingResolved, practice.EndingPartedKindly, practice.EndingEscalated, practice.EndingHungUp, practice.EndingAbandoned}}
	}
	if t == reflect.TypeFor[practice.NeedsMet]() {
		return map[string]any{"type": "string", "enum": []practice.NeedsMet{practice.NeedsAll, practice.NeedsAny, practice.NeedsNone}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		out := map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
		if t.Key() != reflect.TypeFor[string]() {
			out["propertyNames"] = schemaOf(t.Key())
		}
		return out
	case reflect.Struct:
		props := map[string]any{}
		for field := range t.Fields() {
			key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			if key != "" && key != "-" {
				props[key] = schemaOf(field.Type)
			}
		}
		return map[string]any{"type": "object", "properties": props, "additionalProperties": false}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	default:
		return map[string]any{"type": "string"}
	}
}
