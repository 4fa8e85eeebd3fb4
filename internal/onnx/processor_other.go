//go:build !linux

package onnx

import "time"

// threadTime is not told elsewhere.
func threadTime() (time.Duration, bool) { return 0, false }
