package openai

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	api "github.com/sashabaranov/go-openai"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Config says which server to ask.
type Config struct {
	BaseURL    string // such as https://api.openai.com/v1; for Azure the resource, https://NAME.openai.azure.com
	Model      string // Azure: the deployment
	Key        string // empty: none is sent
	Headers    http.Header
	Azure      bool   // Azure's address and header form
	APIVersion string // of Azure
	// LinkLocal allows addresses of the local link, where clouds keep their machines' secrets.
	LinkLocal bool
	FirstByte time.Duration // until the answer begins; 0: 10 s
}

// mostAnswer bounds what is read of one answer, in bytes.
const mostAnswer = 1 << 20

// Client asks one model. It is safe for use by many calls at once.
type Client struct {
	api   *api.Client
	http  *http.Client
	model string
	host  string

	mu     sync.Mutex
	quirks quirks
}

// New checks a configuration. Nothing is sent yet.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.BaseURL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("the model's address %q is none: write it as https://HOST/v1: %w", redacted(c.BaseURL), practice.ErrInvalid)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("the model's address %q holds a name, a key or a query: put a key into a file or a variable and other values into headers: %w", redacted(c.BaseURL), practice.ErrInvalid)
	case c.Model == "":
		return nil, fmt.Errorf("name the model that the server at %s shall use: %w", u.Host, practice.ErrInvalid)
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !c.LinkLocal && isLinkLocal(ip) {
		return nil, fmt.Errorf("the model's address %s is link-local, where clouds keep secrets: use another, or allow it with --llm-link-local: %w", u.Host, practice.ErrInvalid)
	}
	first := c.FirstByte
	if first <= 0 {
		first = 10 * time.Second
	}
	dialer := &net.Dialer{Timeout: 3 * time.Second, Control: c.control}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 8,
		IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: first,
	}
	conf := api.DefaultConfig(c.Key)
	if c.Azure {
		conf = api.DefaultAzureConfig(c.Key, c.BaseURL)
		conf.APIVersion = c.APIVersion
		conf.AzureModelMapperFunc = func(model string) string { return model }
	}
	conf.BaseURL = strings.TrimRight(c.BaseURL, "/")
	cl := &Client{model: c.Model, host: u.Host, quirks: quirksOf(c.Model)}
	cl.http = &http.Client{
		Transport: bounded{next: transport, headers: c.Headers, plainKey: c.Key == ""},
		// A redirect would carry the key and the call's words to a host that nobody has named.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	conf.HTTPClient = cl.http
	cl.api = api.NewClientWithConfig(conf)
	return cl, nil
}

// redacted is an address without what must not be printed.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "…"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

func isLinkLocal(ip netip.Addr) bool {
	return ip.Unmap().IsLinkLocalUnicast() || ip.Unmap().IsLinkLocalMulticast()
}

// control refuses a connection to the local link by what a name has turned out to be.
func (c Config) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err == nil && !c.LinkLocal && isLinkLocal(ap.Addr()) {
		return errLinkLocal
	}
	return nil
}

var errLinkLocal = errors.New("the address is link-local: allow it with --llm-link-local if it is meant")

// Name is the model's name.
func (c *Client) Name() string { return c.model }

// Host is where text goes to.
func (c *Client) Host() string { return c.host }

// Close lets idle connections go.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// bounded adds headers to requests, notes what an error's headers say, and bounds what is read of an answer.
type bounded struct {
	next     http.RoundTripper
	headers  http.Header
	plainKey bool // there is no key: no empty one is sent either
}

type notes struct {
	retryAfter time.Duration
	status     int
}

type notesKey struct{}

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if b.plainKey {
		r.Header.Del(api.AzureAPIKeyHeader)
	}
	maps.Copy(r.Header, b.headers)
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if n, ok := r.Context().Value(notesKey{}).(*notes); ok {
		n.status, n.retryAfter = resp.StatusCode, retryAfter(resp.Header.Get("Retry-After"), time.Now())
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, mostAnswer)
	if resp.StatusCode >= 300 && resp.StatusCode < 400 { // the library takes it for an answer
		resp.StatusCode, resp.Status = http.StatusMisdirectedRequest, "421 the server sends requests elsewhere"
	}
	return resp, nil
}

// retryAfter reads the header's two forms, seconds and a date.
func retryAfter(v string, now time.Time) time.Duration {
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil && s >= 0 && s < 1e6 {
		return time.Duration(s * float64(time.Second))
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// quirks are parts of the format that this server has shown not to take.
type quirks struct {
	noStop, noTemperature, noUsage bool
	newMax                         bool // max_completion_tokens instead of max_tokens
}

// quirksOf is what a model's name tells: those that think before they speak take neither stops nor a temperature.
func quirksOf(model string) quirks {
	if i := strings.LastIndex(model, "/"); i >= 0 {
		model = model[i+1:]
	}
	for _, p := range []string{"o1", "o3", "o4", "gpt-5"} {
		if strings.HasPrefix(model, p) {
			return quirks{noStop: true, noTemperature: true, newMax: true}
		}
	}
	return quirks{}
}

// learn takes from a refusal what not to send again; it tells whether there was anything.
func (c *Client) learn(message string) bool {
	message = strings.ToLower(message)
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.quirks
	switch {
	case strings.Contains(message, "max_completion_tokens") || strings.Contains(message, "max_tokens"):
		c.quirks.newMax = !was.newMax || strings.Contains(message, "max_completion_tokens") && strings.Contains(message, "instead")
	case strings.Contains(message, "stream_options") || strings.Contains(message, "include_usage"):
		c.quirks.noUsage = true
	case strings.Contains(message, "temperature"):
		c.quirks.noTemperature = true
	case strings.Contains(message, "stop"):
		c.quirks.noStop = true
	}
	return c.quirks != was
}

func (c *Client) known() quirks {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.quirks
}

// Stops tells whether the server takes stop sequences, as far as is known.
func (c *Client) Stops() bool { return !c.known().noStop }

// withNotes lets an error's headers be seen.
func withNotes(ctx context.Context) (context.Context, *notes) {
	n := &notes{}
	return context.WithValue(ctx, notesKey{}, n), n
}
