package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/rapport-calls/rapport/internal/practice"
)

type werCmd struct{}

// werPair is one line in: what was said, and what was written of it.
type werPair struct {
	Said    string `json:"said"`
	Written string `json:"written"`
}

// werCount is one line out, for the pair at the same place.
type werCount struct {
	Errors int `json:"errors"`
	Words  int `json:"words"`
}

// Run counts word errors of JSON lines on standard input, with the normaliser that bench uses, so that checks outside
// this program count as it does.
func (werCmd) Run(st *streams) error {
	in, out := json.NewDecoder(st.in), json.NewEncoder(st.out)
	for n := 1; ; n++ {
		var p werPair
		if err := in.Decode(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("pair %d is not {\"said\":…,\"written\":…}: %w: %w", n, err, practice.ErrInvalid)
		}
		var c werCount
		c.Errors, c.Words = practice.WordErrors(p.Said, p.Written)
		if err := out.Encode(c); err != nil {
			return err
		}
	}
}
