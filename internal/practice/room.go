package practice

import (
	"fmt"
	"math"
	"time"
)

// Room says whether one more call fits on this server, and why not.
type Room struct {
	More    int           // further calls that fit now; 0: none
	Why     string        // why no more fit, as a sentence's part; empty when some do
	RetryIn time.Duration // when it is worth asking again
}

// BusyError is a call refused for want of room. It is an ErrBusy.
type BusyError struct {
	Why     string
	RetryIn time.Duration
}

// Error says what to do, for the person who wanted to practise.
func (e *BusyError) Error() string {
	return fmt.Sprintf("%s: %s; try again in about %s", ErrBusy.Error(), e.Why, about(e.RetryIn))
}

// Unwrap is ErrBusy.
func (e *BusyError) Unwrap() error { return ErrBusy }

func about(d time.Duration) string {
	s := int(math.Ceil(d.Seconds()))
	switch {
	case s >= 90:
		return fmt.Sprintf("%d minutes", (s+30)/60)
	case s == 1:
		return "a second"
	}
	return fmt.Sprintf("%d seconds", s)
}
