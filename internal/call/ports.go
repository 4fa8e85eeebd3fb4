package call

import (
	"context"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Recognizer finds the words in 16 kHz mono sound of at most 10 s. Word times are relative to its start.
type Recognizer interface {
	Recognize(ctx context.Context, pcm []int16, p practice.Priority) (practice.Recognition, error)
}

// EndOfTurn estimates the probability (0–1) that a turn is over. pcm is 16 kHz mono, at most 8 s, and ends at the pause.
type EndOfTurn interface {
	EndOfTurn(ctx context.Context, pcm []int16, p practice.Priority) (float64, error)
}

// VoiceDetector gives the probability (0–1) of voice in each next 512 samples of 16 kHz mono sound. It has a memory of
// one call and is used by one goroutine at a time.
type VoiceDetector interface {
	Probability(frame []int16) (float64, error)
	Close() error
}

// Synthesizer speaks one clause.
type Synthesizer interface {
	Synthesize(ctx context.Context, r practice.SpeechRequest, p practice.Priority) (practice.Speech, error)
}

// Embedder gives unit-length vectors by text.
type Embedder interface {
	Embed(ctx context.Context, texts []string, p practice.Priority) (map[string][]float32, error)
}

// Log keeps a call's events. A batch that it holds already is accepted again. practice.ErrConflict, ErrEnded,
// ErrInvalid and ErrNotFound are for good; any other error is worth another try.
type Log interface {
	Append(ctx context.Context, id practice.CallID, lease int64, events []practice.Event) error
}

// Recorder keeps a call's sound on the call clock: Trainee at 16 kHz and Customer at 48 kHz, each placed by the number
// of its first sample. Nothing here may wait for a disk but Close, which ends the recording at a tick. pcm is not kept.
type Recorder interface {
	Trainee(at int64, pcm []int16)
	Customer(at int64, pcm []int16)
	Advance(tick int64) error
	Close(ctx context.Context, tick int64) error
}

// discarder is a Recorder that can end without keeping anything.
type discarder interface {
	Discard(ctx context.Context, tick int64) error
}

// Line carries a call to a person. None of its methods may block but Close. pcm is not kept.
type Line interface {
	Frame(tick int64, pcm []int16) // 48 kHz mono, 960 samples, sent at RTP time tick*960
	Send(msg practice.LineOutput)
	Close()
}

// Watcher is told what happens in calls, for metrics. Its methods are called from calls' own goroutines and must return
// at once. Times are those of the turn's reply.
type Watcher interface {
	TurnAnswered(id practice.CallID, voiceToVoiceMS float64, stages practice.StageTimes)
	// TurnTraced comes when a turn's reply has been heard, or cut. Its times count from clockStart.
	TurnTraced(id practice.CallID, clockStart time.Time, turn practice.TurnTrace)
	// BargedIn comes for each sound of the trainee over the customer's words: yielded, backchannel or noise.
	BargedIn(id practice.CallID, kind string)
	CallEnded(id practice.CallID, how practice.CallEnded, counts Counts)
}

// Counts are what went less than well in one call.
type Counts struct {
	LateTicks      int64 // ticks that began more than one tick late
	MicDropped     int64 // voice windows dropped because the call was behind
	LostMS         int64 // trainee sound that never came
	LogRetries     int64
	Reconnects     int64 // times that a line came up again
	EventsUnkept   int64 // events that the log never took
	DetectorErrors int64 // voice windows that could not be judged
}

// Ports are what calls need from outside. EndOfTurn, Synthesizer, Watcher and Headroom may be nil: the pause and the words
// decide alone, the customer's words come as captions, nobody is told, only the house's bound refuses calls. Typed calls need the Log alone.
type Ports struct {
	Recognizer  Recognizer
	EndOfTurn   EndOfTurn
	Detector    func() (VoiceDetector, error) // a new one for each call
	Synthesizer Synthesizer
	Log         Log
	Watcher     Watcher
	Headroom    Headroom
}
