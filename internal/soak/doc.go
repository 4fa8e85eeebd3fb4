// Package soak holds no code: its tests let the real house, line and recordings run together for long, or many times,
// with models that answer with recorded results: thousands of short calls that must leave nothing behind, and one call of
// half an hour whose clocks must still agree at its end. `make soak` runs all of it; plain `go test` a short share.
package soak
