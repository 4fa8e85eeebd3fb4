package client

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/rapport-calls/rapport/internal/audio"
	"github.com/rapport-calls/rapport/internal/line/jitter"
	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

// How a page with a small playout buffer plays: a frame this long after it came, or behind the one before, but never
// this much later.
const (
	playBehind = 60 * time.Millisecond
	playLatest = 240 * time.Millisecond
	playRing   = 64
	frameTime  = audio.FrameMS * time.Millisecond
)

// voice makes messages of the trainee's sound.
type voice struct {
	head frame.Header
	enc  *audio.OpusEncoder // or
	up   *audio.Resampler
	pcm  []int16
	wire [frame.MaxBytes]byte
}

func newVoice(codec string) (*voice, error) {
	var b [6]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, fmt.Errorf("client: random time: %w", err)
	}
	v := &voice{head: frame.Header{Codec: frame.Opus, Seq: binary.LittleEndian.Uint16(b[:]), Time: binary.LittleEndian.Uint32(b[2:])}}
	var err error
	switch codec {
	case signal.CodecOpus:
		v.enc, err = audio.NewSpeechEncoder()
	case signal.CodecPCM16:
		v.head.Codec = frame.PCM16
		v.up, err = audio.NewResampler(practice.SampleRateOut, frame.UpRate)
	default:
		return nil, fmt.Errorf("client: codec %q: %w", codec, practice.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	return v, nil
}

// message is the next one, with a packet that is encoded already.
func (v *voice) message(packet []byte) []byte {
	v.head.Put(v.wire[:])
	n := copy(v.wire[frame.HeaderBytes:], packet)
	v.head.Seq++
	v.head.Time += audio.FrameOut
	return v.wire[:frame.HeaderBytes+n]
}

// Speak encodes and sends 20 ms of the trainee's voice (960 samples of 48 kHz mono) and returns when its message was
// written. The caller keeps the pace.
func (k *Call) Speak(pcm []int16) (time.Time, error) {
	v := k.voice
	if v.enc != nil {
		packet, err := v.enc.Encode(pcm)
		if err != nil {
			return time.Time{}, fmt.Errorf("client: %w", err)
		}
		return k.SpeakPacket(packet)
	}
	v.pcm = v.up.Resample(v.pcm[:0], pcm)
	var b [frame.UpBytes]byte
	if len(v.pcm)*2 != len(b) {
		return time.Time{}, fmt.Errorf("client: a frame of %d samples, want %d: %w", len(pcm), audio.FrameOut, practice.ErrInvalid)
	}
	frame.PutPCM(b[:], v.pcm)
	return k.SpeakPacket(b[:])
}

// SpeakPacket sends 20 ms that are encoded already in the line's codec, as Speak does.
func (k *Call) SpeakPacket(packet []byte) (time.Time, error) {
	if len(packet) > frame.MaxBytes-frame.HeaderBytes {
		return time.Time{}, fmt.Errorf("client: a packet of %d bytes: %w", len(packet), practice.ErrInvalid)
	}
	if err := k.SendSound(k.voice.message(packet)); err != nil {
		return time.Time{}, err
	}
	return time.Now(), nil
}

// Skip lets frames × 20 ms of time pass without sound, as a sender does that pauses.
func (k *Call) Skip(frames int) {
	k.voice.head.Time += uint32(frames) * audio.FrameOut //nolint:gosec // wrapping is how it counts
}

// ear makes sound of the server's messages and knows what of it is being played.
type ear struct {
	codec   frame.Codec
	in      *jitter.Buffer
	up      *audio.Resampler // nil: it is 48 kHz already
	pcm     []int16
	started time.Time

	mu     sync.Mutex
	played [playRing]struct {
		rtp uint32
		at  time.Time
	}
	n int
}

func newEar(codec string, onFrame func(Frame)) (*ear, error) {
	e := &ear{codec: frame.Opus, started: time.Now()}
	deliver := func(f jitter.Frame) {
		e.place(f.RTP, e.started.Add(f.Arrived))
		if onFrame == nil {
			return
		}
		pcm := f.PCM
		if e.up != nil {
			e.pcm = e.up.Resample(e.pcm[:0], pcm)
			pcm = e.pcm
		}
		onFrame(Frame{PCM: pcm, RTP: f.RTP, Arrived: e.started.Add(f.Arrived), Concealed: f.Concealed})
	}
	var err error
	if codec == signal.CodecPCM16 {
		e.codec = frame.PCM16
		e.in = jitter.NewOrderedPCM(frame.DownRate, deliver)
		e.up, err = audio.NewResampler(frame.DownRate, practice.SampleRateOut)
	} else {
		e.in, err = jitter.NewOrdered(practice.SampleRateOut, deliver)
	}
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	return e, nil
}

// take takes one binary message.
func (e *ear) take(message []byte, now time.Time) error {
	h, sound, err := frame.Parse(message, e.codec, frame.DownBytes)
	if err != nil {
		return err
	}
	e.in.Push(h.Seq, h.Time, sound, now.Sub(e.started))
	return nil
}

// place notes when a frame will be played.
func (e *ear) place(rtp uint32, arrived time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := arrived.Add(playBehind)
	if e.n > 0 {
		if next := e.played[(e.n-1)%playRing].at.Add(frameTime); next.After(at) && next.Sub(arrived) <= playLatest {
			at = next
		}
	}
	e.played[e.n%playRing].rtp, e.played[e.n%playRing].at = rtp, at
	e.n++
}

// playing is the time of the frame that is played at now; false before the first.
func (e *ear) playing(now time.Time) (uint32, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := e.n - 1; i >= max(0, e.n-playRing); i-- {
		if p := &e.played[i%playRing]; !p.at.After(now) {
			return p.rtp, true
		}
	}
	return 0, false
}
