package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// app serves the built web app from memory. Paths are looked up, never opened, so that nothing outside can be reached.
type app struct {
	files map[string]appFile // by path from the root, without a leading slash
}

type appFile struct {
	kind  string // media type
	etag  string
	plain []byte
	gzip  []byte // nil when it does not help
}

// newApp reads and compresses every file once.
func newApp(files fs.FS) (*app, error) {
	a := &app{files: map[string]appFile{}}
	if files == nil {
		return a, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		a.files[name], err = newAppFile(name, data)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the web app: %w", err)
	}
	return a, nil
}

func newAppFile(name string, data []byte) (appFile, error) {
	sum := sha256.Sum256(data)
	f := appFile{kind: kindOf(name), etag: hex.EncodeToString(sum[:8]), plain: data}
	if len(data) < 1024 || !compressible(f.kind) {
		return f, nil
	}
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return f, err
	}
	if _, err := z.Write(data); err != nil {
		return f, err
	}
	if err := z.Close(); err != nil {
		return f, err
	}
	if buf.Len() < len(data)*9/10 {
		f.gzip = buf.Bytes()
	}
	return f, nil
}

// kindOf names the types that the web needs; the system's own table, which differs from machine to machine, comes last.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".wasm":
		return "application/wasm"
	case ".woff2":
		return "font/woff2"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

func compressible(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") ||
		kind == "image/svg+xml" || kind == "application/wasm" || kind == "application/manifest+json"
}

// ServeHTTP answers with a file; addresses without a file's ending are the app's own pages and get index.html.
func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		writeProblem(w, http.StatusMethodNotAllowed, "Pages are read with GET; the API is under /api.")
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	f, ok := a.files[name]
	if !ok && path.Ext(name) == "" {
		name = "index.html"
		f, ok = a.files[name]
		if !ok {
			writeProblem(w, http.StatusNotFound, "This server was built without its web app: run `make build`, then start it again.")
			return
		}
	}
	if !ok {
		writeProblem(w, http.StatusNotFound, "There is no such file. Load the page again: the server may have been updated.")
		return
	}
	f.serve(w, r, strings.HasPrefix(name, "assets/"))
}

// serve answers with the file. Files under assets/ carry their content's hash in their name and never change.
func (f appFile) serve(w http.ResponseWriter, r *http.Request, hashed bool) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	if hashed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	data, etag := f.plain, f.etag
	if f.gzip != nil {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r) && r.Header.Get("Range") == "" {
			h.Set("Content-Encoding", "gzip")
			data, etag = f.gzip, etag+"-gz"
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding == "gzip" || coding == "*" {
			return strings.ReplaceAll(params, " ", "") != "q=0"
		}
	}
	return false
}
