// Package rehearsal plays a customer without a call: in the terminal, and against scripted agents who say words.
package rehearsal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/rapport-calls/rapport/internal/customer"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Embedder gives unit-length sentence vectors by text.
type Embedder interface {
	Embed(ctx context.Context, texts []string, p practice.Priority) (map[string][]float32, error)
}

// ChatOptions say how to chat.
type ChatOptions struct {
	Scenario practice.Scenario
	Lines    customer.Lines
	Seed     uint64
	Embedder Embedder  // nil: perception by rules only
	Words    Wordsmith // nil: authored words
	Explain  bool      // print acts, heat, trust and the ledger after each turn
}

// Chat plays a customer in the terminal: each line of in is a turn of the trainee, until the customer ends the call, in
// ends, or the line is /bye. An empty line is silence until she minds it; /state shows how she stands. It returns how the
// call ended for her.
func Chat(ctx context.Context, in io.Reader, out io.Writer, opt ChatOptions) (practice.Ending, error) {
	s := newSession(customer.NewEar(&opt.Scenario), customer.NewMind(opt.Scenario, opt.Lines, opt.Seed, nil), opt.Embedder, customer.Examples{})
	s.words = opt.Words
	name := firstName(opt.Scenario.Persona.Name)
	p := printer{out: out}
	p.printf("You are on the line with %s. An empty line is silence, /state shows how things stand, /bye hangs up.\n\n", opt.Scenario.Persona.Name)
	opening := step{reply: s.open()}
	s.noted(opening)
	p.printf("%s: %s\n", name, opening.reply.Text)
	lines := bufio.NewScanner(in)
	for s.mind.Ending() == practice.EndingNone && ctx.Err() == nil && p.err == nil {
		p.printf("> ")
		if !lines.Scan() {
			break
		}
		text := strings.TrimSpace(lines.Text())
		if text == "/bye" {
			break
		}
		if text == "/state" {
			p.state(s, opt.Scenario)
			continue
		}
		if strings.HasPrefix(text, "/") {
			p.printf("There are /state and /bye; anything else is said to %s.\n", name)
			continue
		}
		var r step
		var err error
		if text == "" {
			r = s.silence(s.mind.NextSilenceMS())
		} else if r, err = s.say(ctx, text); err != nil {
			return practice.EndingNone, err
		}
		if r.reply.Text != "" {
			p.printf("%s: %s\n", name, r.reply.Text)
		}
		s.noted(r)
		if opt.Explain {
			p.explain(r)
		}
	}
	if err := errors.Join(lines.Err(), p.err, ctx.Err()); err != nil {
		return practice.EndingNone, fmt.Errorf("chat with %s: %w", name, err)
	}
	ending := s.mind.Leave()
	p.printf("\nThe call ended: %s. Heat %.1f, trust %.1f.\n", strings.ReplaceAll(string(ending), "_", " "), float64(s.mind.Heat())/100, float64(s.mind.Trust())/100)
	return ending, p.err
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// printer writes until the first error.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}

func (p *printer) explain(r step) {
	var acts []string
	for _, a := range r.acts {
		s := string(a.Name)
		if a.What != "" {
			s += "(" + a.What + ")"
		}
		acts = append(acts, s)
	}
	if w := r.words; w != nil {
		p.printf("    %s words%s%s\n", w.Source, prefixed(", ", w.Why), prefixed("; struck out: ", strings.Join(w.Refused, ", ")))
	}
	p.printf("    [%s] heat %.2f trust %.2f, move %s\n", strings.Join(acts, ", "), float64(r.reply.Heat)/100, float64(r.reply.Trust)/100, r.reply.Move)
	for _, e := range r.reply.Ledger {
		p.printf("      %s %d→%d because %s “%s” %s\n", e.What, e.From, e.To, e.Because, e.Quote, e.Note)
	}
}

// state shows how the customer stands: heat, trust, needs, what she has told, and what the last turn did.
func (p *printer) state(s *session, sc practice.Scenario) {
	p.printf("    heat %.2f of 10, trust %.2f\n", float64(s.mind.Heat())/100, float64(s.mind.Trust())/100)
	needs := s.mind.Needs()
	for _, n := range sc.Needs {
		p.printf("    need %s: %s\n", n.ID, needs[n.ID])
	}
	told := "nothing yet"
	if len(s.told) > 0 {
		told = strings.Join(s.told, ", ")
	}
	p.printf("    told: %s\n", told)
	if s.last.text != "" || s.last.reply.Text != "" {
		p.explain(s.last)
	}
}
