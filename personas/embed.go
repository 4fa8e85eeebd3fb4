// Package personas holds the scenarios that ship with Rapport, one folder each.
package personas

import "embed"

// FS holds scenario.yaml, lines.yaml and portrait.svg of each scenario, in a folder named by its slug.
//
//go:embed */*.yaml */*.svg
var FS embed.FS
