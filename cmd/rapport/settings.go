package main

import (
	"fmt"
	"io"
	"runtime/debug"

	"github.com/goccy/go-yaml"
)

// Settings are what every command can be told: by flag, by RAPPORT_* variable, or in a YAML file.
type Settings struct {
	Assets   string `help:"Folder of the models." default:"${assets}" type:"path" placeholder:"DIR"`
	LogLevel string `help:"What is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	Workers  int    `help:"Inference threads; 0 means one a core." default:"0"`
	Personas string `help:"Folder of further scenarios beside the built-in ones." type:"path" placeholder:"DIR"`
	LLM      LLM    `embed:"" prefix:"llm-" group:"A model for the customers' words"`
}

// Kept is where a server keeps what it must not lose.
type Kept struct {
	Data string `help:"Folder of calls, recordings and the database." default:"${data}" type:"path" placeholder:"DIR"`
}

// Call holds what moves a call; serve and bench take the same flags.
type Call struct {
	Endpoint string `help:"What judges the end of a turn: auto, audio, words or pauses." enum:"auto,audio,words,pauses" default:"auto"`
	Patience string `help:"How long the customer waits before answering: normal, longer or much-longer." enum:"normal,longer,much-longer" default:"normal"`
	MaxCalls int    `help:"Most calls at once, whatever the machine could hold; 0 leaves it to what is measured." default:"0"`
	Yields   int    `help:"Percent of the time after which the customer yields to a voice over hers, for measuring the trade-off." hidden:"" default:"100"`
	UDPPort  int    `name:"udp-port" help:"The one UDP port of all sound; 0 picks a free one." default:"0"`
}

type configCmd struct {
	Serve serveCmd `embed:""`
}

// Run prints the settings as they would hold for serve, as YAML that can be given back with --config.
func (c *configCmd) Run(s *Settings, io *streams) error {
	return printConfig(io.out, s, &c.Serve)
}

func printConfig(w io.Writer, s *Settings, v *serveCmd) error {
	out, err := yaml.Marshal(yaml.MapSlice{
		{Key: "listen", Value: v.Listen},
		{Key: "drain", Value: v.Drain.String()},
		{Key: "data", Value: v.Data},
		{Key: "assets", Value: s.Assets},
		{Key: "personas", Value: s.Personas},
		{Key: "log-level", Value: s.LogLevel},
		{Key: "workers", Value: s.Workers},
		{Key: "endpoint", Value: v.Endpoint},
		{Key: "patience", Value: v.Patience},
		{Key: "max-calls", Value: v.MaxCalls},
		{Key: "otlp-endpoint", Value: withoutSecrets(v.OTLP)},
		{Key: "pprof", Value: v.Pprof},
		{Key: "udp-port", Value: v.UDPPort},
		{Key: "dev", Value: v.Dev},
		{Key: "render-idle", Value: v.RenderIdle},
		{Key: "safety-help", Value: v.SafetyHelp},
		{Key: "llm-base-url", Value: withoutSecrets(s.LLM.BaseURL)},
		{Key: "llm-model", Value: s.LLM.Model},
		{Key: "llm-key-file", Value: s.LLM.KeyFile},
		{Key: "llm-header", Value: ""}, // its value may be a key
		{Key: "llm-azure", Value: s.LLM.Azure},
		{Key: "llm-azure-api-version", Value: s.LLM.AzureAPI},
		{Key: "llm-link-local", Value: s.LLM.LinkLocal},
		{Key: "llm-price-in", Value: s.LLM.PriceIn},
		{Key: "llm-price-cached", Value: s.LLM.PriceCache},
		{Key: "llm-price-out", Value: s.LLM.PriceOut},
		{Key: "llm-currency", Value: s.LLM.Currency},
		{Key: "llm-call-money", Value: s.LLM.CallMoney},
		{Key: "llm-call-tokens", Value: s.LLM.CallTokens},
		{Key: "llm-perception", Value: s.LLM.Perception},
	})
	if err != nil {
		return fmt.Errorf("print the configuration: %w", err)
	}
	if names := s.LLM.headerNames(); names != "" {
		out = append(out, "# llm-header is set: "+names+"\n"...)
	}
	_, err = w.Write(out)
	return err
}

type versionCmd struct{}

// Run prints the version and the commit it was built from.
func (versionCmd) Run(io *streams) error {
	v, commit := buildVersion()
	_, err := fmt.Fprintf(io.out, "rapport %s %s\n", v, commit)
	return err
}

// Set at link time; the build information serves where they are not.
var (
	version = "0.1.0"
	commit  = "" //nolint:gochecknoglobals // the linker can only set globals
)

func buildVersion() (string, string) {
	c := commit
	if bi, ok := debug.ReadBuildInfo(); ok && c == "" {
		for _, s := range bi.Settings {
			if s.Key == "vcs.revision" {
				c = s.Value
			}
		}
	}
	if c == "" {
		c = "unknown"
	}
	return version, c
}
