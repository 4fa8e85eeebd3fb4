package onnx

import (
	"syscall"
	"time"
)

// threadTime is what the calling thread has used of a core so far. The caller must be locked to its thread.
func threadTime() (time.Duration, bool) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &u); err != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
