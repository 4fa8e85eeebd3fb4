package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/rapport-calls/rapport/internal/call"
	"github.com/rapport-calls/rapport/internal/openai"
	"github.com/rapport-calls/rapport/internal/practice"
	"github.com/rapport-calls/rapport/internal/server"
	"github.com/rapport-calls/rapport/internal/words"
)

var (
	_ words.Model    = (*openai.Client)(nil)
	_ call.Wordsmith = (*words.Call)(nil)
)

// LLM names the chat model that finds the customers' words. Without an address there is none, and nothing leaves the
// server.
type LLM struct {
	BaseURL    string   `name:"base-url" help:"Address of a server of the OpenAI chat format, such as http://localhost:11434/v1. Setting it lets text go there." placeholder:"URL"`
	Model      string   `help:"Model to use there; with Azure the deployment." placeholder:"NAME"`
	KeyFile    string   `help:"File that holds the key and nothing else. Else RAPPORT_LLM_KEY or OPENAI_API_KEY is used." type:"path" placeholder:"FILE"`
	Header     []string `help:"Further header of every request, 'Name: value'." sep:"none" placeholder:"HEADER"`
	Azure      bool     `help:"Use Azure's form of address and header."`
	AzureAPI   string   `name:"azure-api-version" help:"Azure's api-version." default:"2024-10-21" placeholder:"DATE"`
	LinkLocal  bool     `help:"Allow an address of the local link (169.254.…), where clouds keep their machines' secrets."`
	PriceIn    float64  `help:"Price of a million tokens in."`
	PriceCache float64  `name:"price-cached" help:"Price of a million tokens in that the server had cached."`
	PriceOut   float64  `help:"Price of a million tokens out."`
	Currency   string   `help:"Sign of the prices." default:"$"`
	CallMoney  float64  `help:"Most money for the words of one call; authored words from there on. 0: no limit."`
	CallTokens int      `help:"Most tokens for the words of one call, in and out; authored words from there on. 0: no limit." default:"200000"`
	Perception string   `help:"Let the model find acts in what trainees say, beside the rules: off or on." enum:"off,on" default:"off"`
}

// llmKey is the key and where it was found.
func (l LLM) llmKey() (string, error) {
	if l.KeyFile != "" {
		b, err := os.ReadFile(l.KeyFile)
		if err != nil {
			return "", fmt.Errorf("read the model's key: %w: name a file that holds the key with --llm-key-file", err)
		}
		key := strings.TrimSpace(string(b))
		if key == "" || strings.ContainsAny(key, " \n\r\t") {
			return "", fmt.Errorf("%s holds no key: put the key and nothing else into it: %w", l.KeyFile, practice.ErrInvalid)
		}
		return key, nil
	}
	return strings.TrimSpace(cmp.Or(os.Getenv("RAPPORT_LLM_KEY"), os.Getenv("OPENAI_API_KEY"))), nil
}

func (l LLM) headers() (http.Header, error) {
	h := http.Header{}
	for _, line := range l.Header {
		name, value, ok := strings.Cut(line, ":")
		name = http.CanonicalHeaderKey(strings.TrimSpace(name))
		if !ok || name == "" || strings.ContainsAny(name, " \t") || strings.ContainsAny(value, "\r\n") {
			return nil, fmt.Errorf("--llm-header: write it as 'Name: value': %w", practice.ErrInvalid) // never the line: it may hold a key
		}
		h.Add(name, strings.TrimSpace(value))
	}
	return h, nil
}

// headerNames are what may be printed of the headers.
func (l LLM) headerNames() string {
	var names []string
	for _, line := range l.Header {
		name, _, _ := strings.Cut(line, ":")
		names = append(names, strings.TrimSpace(name)+": …")
	}
	return strings.Join(names, ", ")
}

// client is nil when no model is named.
func (l LLM) client() (*openai.Client, error) {
	if l.BaseURL == "" {
		if l.Model != "" {
			return nil, statusError{exitBadInput, errors.New("a model is named and no server: set --llm-base-url too, such as https://api.openai.com/v1")}
		}
		return nil, nil //nolint:nilnil // none is named
	}
	if err := l.limits(); err != nil {
		return nil, statusError{exitBadInput, err}
	}
	key, err := l.llmKey()
	if err != nil {
		return nil, statusError{exitBadInput, err}
	}
	h, err := l.headers()
	if err != nil {
		return nil, statusError{exitBadInput, err}
	}
	c, err := openai.New(openai.Config{BaseURL: l.BaseURL, Model: l.Model, Key: key, Headers: h, Azure: l.Azure, APIVersion: l.AzureAPI, LinkLocal: l.LinkLocal})
	if err != nil {
		return nil, statusError{exitBadInput, err}
	}
	return c, nil
}

// limits refuses prices and limits that would silently limit nothing.
func (l LLM) limits() error {
	if min(l.PriceIn, l.PriceCache, l.PriceOut, l.CallMoney) < 0 || l.CallTokens < 0 {
		return fmt.Errorf("a price or a limit of the model's is below zero: use 0 for none: %w", practice.ErrInvalid)
	}
	if l.CallMoney > 0 && l.PriceIn == 0 && l.PriceOut == 0 {
		return fmt.Errorf("--llm-call-money limits nothing without prices: set --llm-price-in and --llm-price-out too, or limit with --llm-call-tokens: %w", practice.ErrInvalid)
	}
	return nil
}

func (l LLM) options() words.Options {
	return words.Options{
		Prices:    words.Prices{In: l.PriceIn, CachedIn: l.PriceCache, Out: l.PriceOut, Currency: l.Currency},
		MostMoney: l.CallMoney, MostTokens: l.CallTokens,
	}
}

// unencrypted tells a key that would travel in the clear to another machine.
func (l LLM) unencrypted() bool {
	u, err := url.Parse(l.BaseURL)
	if err != nil || u.Scheme != "http" {
		return false
	}
	key, err := l.llmKey()
	ip := net.ParseIP(u.Hostname())
	return err == nil && key != "" && u.Hostname() != "localhost" && !ip.IsLoopback()
}

// speaker is the model that finds words, opened; nil maker: authored words alone.
type speaker struct {
	client    *openai.Client
	maker     *words.Maker
	log       *slog.Logger
	asked     chan struct{} // closed when the first question has been answered, or not
	stop      context.CancelFunc
	perceives bool
}

// openSpeaker opens the model. Whether it is there is found out beside everything else: a server starts without it.
func (l LLM) openSpeaker(ctx context.Context, log *slog.Logger) (*speaker, error) {
	c, err := l.client()
	if err != nil || c == nil {
		return &speaker{}, err
	}
	if l.unencrypted() {
		log.WarnContext(ctx, "the model's key and the words of calls travel unencrypted: use https, or a server on this machine", slog.String("host", c.Host()))
	}
	s := &speaker{client: c, maker: words.NewMaker(c, l.options()), log: log, asked: make(chan struct{}), perceives: l.Perception == "on"}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(s.asked)
		if err := s.maker.Ready(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "the model that finds the customers' words does not answer; the authored words stand in", slog.String("host", c.Host()), slog.Any("error", err))
		}
	}()
	return s, nil
}

// close waits for what goes on.
func (s *speaker) close() error {
	if s.maker == nil {
		return nil
	}
	s.stop()
	<-s.asked
	return errors.Join(s.maker.Close(), s.client.Close())
}

// on tells whether there is a model.
func (s *speaker) on() bool { return s != nil && s.maker != nil }

// name is what a call records: authored, or the model's name.
func (s *speaker) name() string {
	if !s.on() {
		return practice.SourceAuthored
	}
	return s.maker.Name()
}

// join gives a call its words, and perception by the model where that is wanted.
func (s *speaker) join(t *call.Ticket) {
	if !s.on() {
		return
	}
	c := s.maker.Call()
	t.Words = c
	if s.perceives {
		t.Perceive = c.Perception(t.Perceive, words.PerceiveWithin)
	}
}

// degraded says in plain words when the model is left alone.
func (s *speaker) degraded() []practice.Degraded {
	if !s.on() {
		return nil
	}
	why := s.maker.Failing()
	if why == "" {
		return nil
	}
	return []practice.Degraded{{
		What: "Customers speak their authored words; the model at " + s.client.Host() + " is left alone for a while.", Why: why, Mend: "rapport model check",
	}}
}

// host is where text goes to; empty when it stays on this machine.
func (s *speaker) host() string {
	if !s.on() {
		return ""
	}
	return s.client.Host()
}

// where says where the customers' words come from.
func (s *speaker) where() server.Words {
	w := server.Words{Name: s.name()}
	if host := s.host(); host != "" {
		w.Host = &host
	}
	return w
}

// told says it to whoever starts the server.
func (s *speaker) told() string {
	if !s.on() {
		return "Words: authored, nothing leaves this machine."
	}
	return fmt.Sprintf("Words: %s, asked at %s, which is sent what trainees and customers say, as text.", s.name(), s.host())
}
