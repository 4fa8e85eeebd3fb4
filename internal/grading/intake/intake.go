// Package intake reads transcripts from JSON and says exactly which field is wrong when one is.
package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Limits of one transcript.
const (
	MaxBytes     = 32 << 20 // of its JSON
	MaxTurns     = 20_000
	MaxTurnBytes = 64 << 10 // of a turn's text
	MaxWords     = 20_000   // timed words of a turn
	maxMS        = 7 * 24 * 3600 * 1000
)

// FieldError is bad input: Field is a path such as turns[2].speaker, or empty when the whole is not JSON.
type FieldError struct {
	Field   string
	Message string
	Line    int // line within the JSON text for syntax errors, from 1; 0 otherwise
}

// Error implements error.
func (e *FieldError) Error() string {
	switch {
	case e.Line > 0:
		return fmt.Sprintf("line %d: %s", e.Line, e.Message)
	case e.Field != "":
		return e.Field + ": " + e.Message
	default:
		return e.Message
	}
}

// Unwrap lets callers ask for practice.ErrInvalid.
func (e *FieldError) Unwrap() error { return practice.ErrInvalid }

// Read decodes one transcript. fallbackID is used when it has no id. warnings name unknown keys. The error is a *FieldError.
func Read(data []byte, fallbackID string) (t practice.Transcript, warnings []string, err error) {
	if len(data) > MaxBytes {
		return t, nil, &FieldError{Message: fmt.Sprintf("the transcript has more than %d MiB; split it", MaxBytes>>20)}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := syntax(data); err != nil {
		return t, nil, err
	}
	d := decoder{}
	t = practice.Transcript{ID: fallbackID, Language: "en"}
	d.transcript(data, &t)
	if d.err != nil {
		return practice.Transcript{}, nil, d.err
	}
	return t, d.warnings, nil
}

// syntax reports where JSON breaks, by line.
func syntax(data []byte) error {
	var whole json.RawMessage
	err := json.Unmarshal(data, &whole)
	if err == nil {
		return nil
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return &FieldError{Message: "no JSON here: give one transcript object with turns"}
	}
	out := &FieldError{Message: "not JSON: " + err.Error()}
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		at := max(0, min(int(bad.Offset)-1, len(data)))
		out.Line = 1 + bytes.Count(data[:at], []byte("\n"))
	}
	return out
}

// decoder walks the JSON by hand, because the field in an error must be right to the index.
type decoder struct {
	err      error
	warnings []string
}

func (d *decoder) fail(field, format string, args ...any) {
	if d.err == nil {
		d.err = &FieldError{Field: field, Message: fmt.Sprintf(format, args...)}
	}
}

// object splits an object into its fields and warns of unknown ones.
func (d *decoder) object(data json.RawMessage, field string, known ...string) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(data, &m); err != nil || m == nil {
		d.fail(field, "must be an object, not %s", kind(data))
		return nil
	}
	var unknown []string
	for key := range m {
		if !slices.Contains(known, key) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	for _, key := range unknown {
		d.warnings = append(d.warnings, fmt.Sprintf("unknown key %q was ignored", path(field, clip(key))))
	}
	return m
}

func (d *decoder) transcript(data json.RawMessage, t *practice.Transcript) {
	m := d.object(data, "", "id", "language", "turns", "policy", "hints_used", "cut_by_server")
	if m == nil {
		return
	}
	if s, ok := d.text(m["id"], "id", 200); ok && s != "" {
		t.ID = s
	}
	if s, ok := d.text(m["language"], "language", 35); ok && s != "" {
		t.Language = s
	}
	t.HintsUsed = d.boolean(m["hints_used"], "hints_used")
	t.CutByServer = d.boolean(m["cut_by_server"], "cut_by_server")
	if given(m["policy"]) {
		t.Policy = d.policy(m["policy"])
	}
	if !given(m["turns"]) {
		d.fail("turns", "is missing: give a list of turns, each with speaker and text")
		return
	}
	list := d.list(m["turns"], "turns", MaxTurns)
	if d.err == nil && len(list) == 0 {
		d.fail("turns", "is empty: a transcript needs at least one turn")
	}
	for i, raw := range list {
		if d.err != nil {
			return
		}
		t.Turns = append(t.Turns, d.turn(raw, fmt.Sprintf("turns[%d]", i), i))
	}
}

func (d *decoder) turn(data json.RawMessage, field string, position int) practice.TranscriptTurn {
	m := d.object(data, field, "index", "speaker", "text", "start_ms", "end_ms", "words")
	out := practice.TranscriptTurn{Index: position}
	if m == nil {
		return out
	}
	if given(m["index"]) {
		if i, ok := d.whole(m["index"], field+".index"); ok && i != int64(position) {
			d.fail(field+".index", "is %d, but the turn stands at position %d", i, position)
		}
	}
	switch speaker, ok := d.text(m["speaker"], field+".speaker", 40); {
	case !given(m["speaker"]):
		d.fail(field+".speaker", "is missing: say customer or trainee")
	case ok && speaker != string(practice.Customer) && speaker != string(practice.Trainee):
		d.fail(field+".speaker", "must be customer or trainee, not %q", clip(speaker))
	default:
		out.Speaker = practice.Speaker(speaker)
	}
	if !given(m["text"]) {
		d.fail(field+".text", "is missing: give the words that were said, or an empty text when they could not be recognised")
	}
	out.Text, _ = d.text(m["text"], field+".text", MaxTurnBytes)
	if out.Text == "" && out.Speaker == practice.Customer && d.err == nil {
		d.fail(field+".text", "is empty: only a trainee's turn may have no words")
	}
	out.StartMS, out.EndMS = d.moment(m["start_ms"], field+".start_ms"), d.moment(m["end_ms"], field+".end_ms")
	if out.StartMS != nil && out.EndMS != nil && *out.EndMS < *out.StartMS {
		d.fail(field+".end_ms", "is %d, before start_ms %d", *out.EndMS, *out.StartMS)
	}
	if given(m["words"]) {
		for i, raw := range d.list(m["words"], field+".words", MaxWords) {
			if d.err != nil {
				break
			}
			out.Words = append(out.Words, d.word(raw, fmt.Sprintf("%s.words[%d]", field, i)))
		}
	}
	return out
}

func (d *decoder) word(data json.RawMessage, field string) practice.Word {
	m := d.object(data, field, "text", "start_ms", "end_ms", "confidence")
	w := practice.Word{Confidence: 1}
	if m == nil {
		return w
	}
	if !given(m["text"]) {
		d.fail(field+".text", "is missing")
	}
	w.Text, _ = d.text(m["text"], field+".text", 500)
	for _, at := range []struct {
		key string
		to  *int64
	}{{"start_ms", &w.StartMS}, {"end_ms", &w.EndMS}} {
		ms := d.moment(m[at.key], field+"."+at.key)
		if ms == nil {
			d.fail(field+"."+at.key, "is missing: a timed word needs start_ms and end_ms")
			return w
		}
		*at.to = *ms
	}
	if w.EndMS < w.StartMS {
		d.fail(field+".end_ms", "is %d, before start_ms %d", w.EndMS, w.StartMS)
	}
	if given(m["confidence"]) {
		if c, ok := d.number(m["confidence"], field+".confidence"); ok {
			if c < 0 || c > 1 {
				d.fail(field+".confidence", "must be between 0 and 1, not %v", c)
			}
			w.Confidence = c
		}
	}
	return w
}

func (d *decoder) policy(data json.RawMessage) *practice.PolicyCard {
	m := d.object(data, "policy", "can_offer", "goodwill_budget", "must_not")
	if m == nil {
		return nil
	}
	p := &practice.PolicyCard{CanOffer: d.texts(m["can_offer"], "policy.can_offer"), MustNot: d.texts(m["must_not"], "policy.must_not")}
	if given(m["goodwill_budget"]) {
		p.GoodwillBudget, _ = d.number(m["goodwill_budget"], "policy.goodwill_budget")
		if p.GoodwillBudget < 0 {
			d.fail("policy.goodwill_budget", "must not be negative")
		}
	}
	return p
}

func (d *decoder) texts(data json.RawMessage, field string) []string {
	if !given(data) {
		return nil
	}
	var out []string
	for i, raw := range d.list(data, field, 200) {
		s, _ := d.text(raw, fmt.Sprintf("%s[%d]", field, i), 200)
		out = append(out, s)
	}
	return out
}

func (d *decoder) list(data json.RawMessage, field string, most int) []json.RawMessage {
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		d.fail(field, "must be a list, not %s", kind(data))
		return nil
	}
	if len(list) > most {
		d.fail(field, "has %d entries; at most %d are read", len(list), most)
		return nil
	}
	return list
}

func (d *decoder) text(data json.RawMessage, field string, most int) (string, bool) {
	if !given(data) {
		return "", false
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		d.fail(field, "must be text, not %s", kind(data))
		return "", false
	}
	if len(s) > most {
		d.fail(field, "has %d bytes; at most %d are read", len(s), most)
		return "", false
	}
	return s, true
}

func (d *decoder) boolean(data json.RawMessage, field string) bool {
	var b bool
	if given(data) && json.Unmarshal(data, &b) != nil {
		d.fail(field, "must be true or false, not %s", kind(data))
	}
	return b
}

func (d *decoder) number(data json.RawMessage, field string) (float64, bool) {
	var n float64
	if err := json.Unmarshal(data, &n); err != nil {
		d.fail(field, "must be a number, not %s", kind(data))
		return 0, false
	}
	return n, true
}

// whole reads a whole number. 1900.0 is whole; 0.5 is not.
func (d *decoder) whole(data json.RawMessage, field string) (int64, bool) {
	n, ok := d.number(data, field)
	if ok && (n != math.Trunc(n) || math.Abs(n) > 1<<53) {
		d.fail(field, "must be a whole number, not %v", n)
		return 0, false
	}
	return int64(n), ok
}

// moment reads milliseconds since the call's start; fractions are rounded. Null and absent are nil.
func (d *decoder) moment(data json.RawMessage, field string) *int64 {
	if !given(data) {
		return nil
	}
	n, ok := d.number(data, field)
	if !ok {
		return nil
	}
	if n < 0 || n > maxMS {
		d.fail(field, "must be milliseconds from the call's start (0 to %d), not %v", maxMS, n)
		return nil
	}
	ms := int64(math.Round(n))
	return &ms
}

func given(data json.RawMessage) bool {
	return len(data) > 0 && !bytes.Equal(bytes.TrimSpace(data), []byte("null"))
}

func kind(data json.RawMessage) string {
	s := strings.TrimSpace(string(data))
	switch {
	case s == "" || s == "null":
		return "null"
	case s[0] == '{':
		return "an object"
	case s[0] == '[':
		return "a list"
	case s[0] == '"':
		return "text"
	case s == "true" || s == "false":
		return s
	default:
		return "the number " + clip(s)
	}
}

func clip(s string) string {
	const most = 40
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

func path(field, key string) string {
	if field == "" {
		return key
	}
	return field + "." + key
}
