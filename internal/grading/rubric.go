package grading

import (
	_ "embed" // the rubric is data
	"encoding/json"
	"fmt"
)

//go:embed rubric_v1.json
var rubricJSON []byte

// Rubric is the written scale: what each level of each dimension means.
type Rubric struct {
	Version    string            `json:"version"`
	Dimensions []RubricDimension `json:"dimensions"`
}

// RubricDimension is one dimension with its anchors for levels 1–5.
type RubricDimension struct {
	Name    string    `json:"name"`
	Title   string    `json:"title"`
	Asks    string    `json:"asks"`
	Anchors [5]string `json:"anchors"`
}

// ShippedRubric returns the rubric that this release grades by.
func ShippedRubric() (Rubric, error) {
	var r Rubric
	if err := json.Unmarshal(rubricJSON, &r); err != nil {
		return Rubric{}, fmt.Errorf("rubric: %w", err)
	}
	return r, nil
}

// Of returns a dimension's entry.
func (r Rubric) Of(dimension string) (RubricDimension, bool) {
	for _, d := range r.Dimensions {
		if d.Name == dimension {
			return d, true
		}
	}
	return RubricDimension{}, false
}
