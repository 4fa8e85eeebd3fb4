package library

import (
	"reflect"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Schema is the JSON Schema (2020-12) of scenario.yaml, made from the type and the bounds by which it is read. What one
// part says about another (a topic that must be there) is left to the loader.
func Schema() map[string]any {
	return document20(reflect.TypeFor[practice.Scenario](), "Rapport scenario", "scenario.yaml of a folder under personas/. docs/customers.md says what each part means.")
}

// LinesSchema is the JSON Schema (2020-12) of lines.yaml.
func LinesSchema() map[string]any {
	return document20(reflect.TypeFor[customer.Lines](), "Rapport lines", "lines.yaml of a folder under personas/. docs/customers.md says what each part means.")
}

func document20(t reflect.Type, title, description string) map[string]any {
	s := schemaOf(t, "")
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"], s["description"] = title, description
	return s
}

// enumOf are the words that a type may hold; nil when it may hold any.
func enumOf(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[practice.ActName]():
		return names(practice.ActNames())
	case reflect.TypeFor[practice.Ending]():
		return names(endings())
	case reflect.TypeFor[practice.Move]():
		return names(practice.Moves())
	case reflect.TypeFor[practice.NeedsMet]():
		return []string{string(practice.NeedsAll), string(practice.NeedsAny), string(practice.NeedsNone)}
	case reflect.TypeFor[customer.Band]():
		return []string{string(customer.BandCalm), string(customer.BandTense), string(customer.BandHot)}
	case reflect.TypeFor[customer.Remembered]():
		return []string{string(customer.RememberedKept), string(customer.RememberedBroken), string(customer.RememberedUnknown)}
	}
	return nil
}

func schemaOf(t reflect.Type, path string) map[string]any {
	out := shapeSchema(t, path)
	if text := describe(path); text != "" {
		out["description"] = text
	}
	if b, ok := bounds()[path]; ok {
		out["minimum"], out["maximum"] = b.low, b.high
	}
	return out
}

func shapeSchema(t reflect.Type, path string) map[string]any {
	if words := enumOf(t); words != nil {
		return map[string]any{"type": "string", "enum": words}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return shapeSchema(t.Elem(), path)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), path+"[]")}
	case reflect.Map:
		out := map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), path+".*")}
		if words := enumOf(t.Key()); words != nil {
			out["propertyNames"] = map[string]any{"type": "string", "enum": words}
		}
		return out
	case reflect.Struct:
		props := map[string]any{}
		for field := range t.Fields() {
			if key, _, _ := strings.Cut(field.Tag.Get("yaml"), ","); key != "" && key != "-" {
				props[key] = schemaOf(field.Type, strings.TrimPrefix(path+"."+key, "."))
			}
		}
		out := map[string]any{"type": "object", "properties": props, "additionalProperties": false}
		if needed := needed(path, props); len(needed) > 0 {
			out["required"] = needed
		}
		return out
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	default:
		out := map[string]any{"type": []string{"string", "number"}} // 4417 is a text too
		switch path {
		case "slug", "variant_of", "follow_up_of":
			return map[string]any{"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"}
		case "things[]":
			return map[string]any{"type": "string", "pattern": thingsPattern}
		case "facts[].say_when":
			return map[string]any{"type": "string", "pattern": sayWhen.String()}
		case "title", "industry", "story", "goal", "situation", "persona.name", "persona.voice.speaker":
			out["minLength"] = 1
		}
		return out
	}
}

// needed are the keys without which the loader refuses a group of keys.
func needed(path string, props map[string]any) []string {
	all := []string{
		"slug", "title", "industry", "difficulty", "minutes", "persona", "story", "goal", "opening", "situation", "temperament",
		"persona.name", "persona.voice", "persona.voice.speaker", "persona.voice.pace",
		"temperament.patience_s", "temperament.hangs_up_at", "temperament.caving_budget",
		"facts[].id", "facts[].say_when", "lines", "lines[].move", "lines[].say",
	}
	var out []string
	for key := range props {
		if slices.Contains(all, strings.TrimPrefix(path+"."+key, ".")) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// bound is where a number must lie.
type bound struct{ low, high float64 }

// bounds are where the numbers of a scenario must lie, by their paths.
func bounds() map[string]bound {
	return map[string]bound{
		"difficulty":                        {1, 4},
		"minutes":                           {1, 60},
		"opening.heat":                      {0, 10},
		"opening.trust":                     {0, 10},
		"persona.voice.pace":                {0.5, 2},
		"temperament.reactivity":            {0, 5},
		"temperament.recovery":              {0, 5},
		"temperament.patience_s":            {1, 600},
		"temperament.hangs_up_at":           {1, 10},
		"temperament.caving_budget":         {0.1, 10},
		"triggers.*":                        {0, 10},
		"soothers.*":                        {-10, 0},
		"outcome.stays.heat_at_most":        {0, 10},
		"outcome.stays.trust_at_least":      {0, 10},
		"outcome.recommends.heat_at_most":   {0, 10},
		"outcome.recommends.trust_at_least": {0, 10},
		"outcome.csat_bias":                 {-1, 1},
	}
}

// bounded records a number that lies outside its bounds, which are those of the schema.
func (d *document) bounded(path string, v float64) {
	b := bounds()[path]
	d.between("$."+path, v, b.low, b.high)
}
