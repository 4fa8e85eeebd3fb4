package server

import (
	"context"
	"io"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Library finds scenarios.
type Library interface {
	// Scenarios lists what may be practised, in the order to show it; hidden ones left out.
	Scenarios() []practice.Scenario
	// Scenario finds one, hidden or not; practice.ErrNotFound when there is none.
	Scenario(slug practice.Slug) (practice.Scenario, error)
	// Portrait is the scenario's SVG; fs.ErrNotExist or practice.ErrNotFound when it has none.
	Portrait(slug practice.Slug) ([]byte, error)
}

// Calls runs live calls.
type Calls interface {
	// Start makes a call ready to be joined and writes it to the store. practice.ErrBusy when there is no room, which is a
	// *practice.BusyError when it is known why and until when.
	Start(ctx context.Context, c practice.Call) error
	// Full is nil while another call would be let in, and else the error of Start.
	Full() error
}

// Inspector looks into the server at work. What it tells holds no word of any call.
type Inspector interface {
	Inspect() practice.Inspection
}

// Store reads kept calls.
type Store interface {
	CallStore
	// Grade is a call's newest grade; practice.ErrNotFound when it has none.
	Grade(ctx context.Context, id practice.CallID) (practice.Grade, error)
	// Acknowledge records that a person agreed to a version of the notice.
	Acknowledge(ctx context.Context, person practice.PersonID, version string, at time.Time) error
	// Ready is nil when the store can be read.
	Ready(ctx context.Context) error
}

// CallStore reads calls and deletes them.
type CallStore interface {
	Call(ctx context.Context, id practice.CallID) (practice.Call, error)
	Calls(ctx context.Context, owner practice.PersonID, limit int) ([]practice.Call, error)
	Events(ctx context.Context, id practice.CallID) ([]practice.Event, error)
	// Follow's channel gets a value after changes of the call, until stop is called.
	Follow(id practice.CallID) (changed <-chan struct{}, stop func())
	// Erase deletes all rows of a call; practice.ErrConflict while it goes on.
	Erase(ctx context.Context, id practice.CallID) error
}

// Sounds reads kept recordings. What is not there is practice.ErrNotFound.
type Sounds interface {
	HasSound(ctx context.Context, id practice.CallID) (bool, error)
	Sound(ctx context.Context, id practice.CallID) (sound io.ReadSeekCloser, when time.Time, err error)
	SoundPeaks
}

// SoundPeaks draws and deletes recordings.
type SoundPeaks interface {
	Peaks(ctx context.Context, id practice.CallID) (audio.Peaks, error)
	Erase(ctx context.Context, id practice.CallID) error
}
