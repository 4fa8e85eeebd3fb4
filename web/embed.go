// Package web holds the web app, built by `npm run build` into dist and embedded in the binary.
package web

import (
	"embed"
	"fmt"
	"io/fs"
)

// Dist is the folder dist as it was when the binary was compiled. In a fresh clone it holds nothing but
// dist/not-built.html, a page that says how to build the app.
//
//go:embed all:dist
var Dist embed.FS

// NotBuilt is the file of App to serve instead of every page while the app is not built.
const NotBuilt = "not-built.html"

// App returns the files under dist with their paths as the browser asks for them (index.html, assets/…), and
// whether the app is built. When it is not, NotBuilt is the one file there is.
func App() (files fs.FS, built bool, err error) {
	files, err = fs.Sub(Dist, "dist")
	if err != nil {
		return nil, false, fmt.Errorf("open the embedded web app: %w", err)
	}
	_, err = fs.Stat(files, "index.html")
	return files, err == nil, nil
}
