package practice

import "errors"

// Sentinel errors that cross rooms. Each room wraps them with what happened; server maps them to a status in one table.
var (
	ErrNotFound     = errors.New("not found")
	ErrForbidden    = errors.New("not allowed")
	ErrBusy         = errors.New("no room for another call right now")
	ErrEnded        = errors.New("the call has ended")
	ErrInvalid      = errors.New("not valid")
	ErrUnavailable  = errors.New("not available")
	ErrConflict     = errors.New("conflicts with what is stored")
	ErrUnknownEvent = errors.New("unknown event kind")
)
