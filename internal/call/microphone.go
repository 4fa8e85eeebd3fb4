package call

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Bounds of the microphone, in samples at 16 kHz.
const (
	perMS       = practice.SampleRateIn / 1000
	ringSamples = 20 * practice.SampleRateIn // a turn's longest segment, and time to ask for it twice
	windowSize  = 512                        // of the voice detector
	aheadMax    = 100 * perMS                // sound cannot come from the future
	lateMax     = 3000 * perMS               // … and from further back it belongs to another life of the line
	gapReported = 100 * perMS
	earlyWindow = 100                       // frames (2 s) over which the least lateness is taken
	slowerMost  = 150 * perMS               // all sound later than this …
	slowerFor   = 2 * practice.SampleRateIn // … for so long: the way has become longer, that is no drift
	windowQueue = 256                       // 8 s of detector windows; overflow: the oldest is dropped and counted
)

// heardWindow is what the reader goroutine hands to the owner: a detector window, or a gap.
type heardWindow struct {
	voice Voice
	gap   SoundLost // when ToMS > 0
}

// microphone places received sound on the call clock and runs the voice detector over it. Sound comes in on the line's
// reader goroutine; the owner reads windows, slices and what is to be recorded, and never waits for the detector.
type microphone struct {
	out     chan heardWindow
	judging *atomic.Int64 // nanoseconds that all detectors have taken
	dropped atomic.Int64  // windows that the owner was too late for
	broken  atomic.Int64  // windows that the detector failed at

	reader   sync.Mutex // one piece of sound at a time, also while one line takes over from another; taken before mu
	detector VoiceDetector
	full     []fullWindow // to be judged once mu is free

	mu       sync.Mutex
	ring     []int16
	upTo     int64 // call-clock sample after the newest
	anchored bool
	deaf     bool  // held: sound counts as silence
	offset   int64 // call clock − line clock
	nudge    int64 // still to be corrected, a sample a frame; below zero
	least    int64 // least lateness of this window, once all is corrected
	frames   int
	settling bool  // the first window of a line
	slower   int64 // call-clock sample since when all sound has been late; 0: it is not
	slowest  int64 // least lateness since then
	window   [windowSize]int16
	filled   int
	lost     int64
}

// fullWindow is sound for the detector, up to a call-clock sample.
type fullWindow struct {
	upTo int64
	pcm  [windowSize]int16
}

func newMicrophone(d VoiceDetector, judging *atomic.Int64) *microphone {
	return &microphone{judging: judging, out: make(chan heardWindow, windowQueue), detector: d}
}

// place puts a line's sound on the call clock, on which now is the present sample. What it is placed by is the quickest
// way that sound has come: sound that comes early shows that it lay too late until now. The line's clock runs with ours;
// following its sender's is the line's work. A network that has become a little slower moves nothing; one that has become
// so slow for good that its sound would count as missing is followed at once.
func (m *microphone) place(now, at int64, pcm []int16) {
	if len(pcm) == 0 || len(pcm) > practice.SampleRateIn {
		return
	}
	m.reader.Lock()
	defer m.reader.Unlock()
	m.lay(now, at, pcm)
	for i := range m.full {
		m.detect(&m.full[i])
	}
	m.full = m.full[:0]
}

// lay is place without the detector.
func (m *microphone) lay(now, at int64, pcm []int16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ring == nil {
		m.ring = make([]int16, ringSamples)
	}
	due := now - int64(len(pcm))
	late := due - (at + m.offset)
	if !m.anchored || late < -aheadMax || late > lateMax {
		m.anchored = true
		m.offset = due - at
		m.settle()
		late = 0
	}
	m.catchUp(now, late)
	m.correct(late)
	pos := at + m.offset
	if pos < m.upTo {
		skip := m.upTo - pos
		if skip >= int64(len(pcm)) {
			return // told already
		}
		pcm, pos = pcm[skip:], m.upTo
	}
	if pos > m.upTo {
		m.fillGap(pos)
	}
	if m.deaf {
		m.putSilence(pos + int64(len(pcm)))
		return
	}
	m.put(pcm)
}

// catchUp moves on by the lateness that all sound of two seconds had. A burst after a stall ends in sound that is on time.
func (m *microphone) catchUp(now, late int64) {
	switch {
	case late <= slowerMost:
		m.slower = 0
	case m.slower == 0:
		m.slower, m.slowest = now, late
	default:
		m.slowest = min(m.slowest, late)
		if now-m.slower >= slowerFor {
			m.offset += m.slowest
			m.settle()
		}
	}
}

// settle begins anew after the offset has jumped.
func (m *microphone) settle() {
	m.nudge, m.frames, m.slower, m.settling = 0, 0, 0, true
}

// correct moves sound that comes early back to where it belongs.
func (m *microphone) correct(late int64) {
	if m.settling && late < 0 { // what came first was held up on the way; nobody has spoken yet
		m.offset += late
		late = 0
	}
	if settled := late - m.nudge; m.frames == 0 || settled < m.least {
		m.least = settled
	}
	if m.frames++; m.frames >= earlyWindow {
		m.nudge += min(m.least, 0)
		m.frames, m.settling = 0, false
	}
	if m.nudge < 0 {
		m.offset--
		m.nudge++
	}
}

// fillGap is silence up to pos. Long gaps are told.
func (m *microphone) fillGap(pos int64) {
	gap := pos - m.upTo
	if m.upTo > 0 && gap >= gapReported {
		m.lost += gap
		m.tell(heardWindow{gap: SoundLost{FromMS: m.upTo / perMS, ToMS: pos / perMS, Reason: "no sound came"}})
	}
	if gap > practice.SampleRateIn { // a detector need not hear minutes of nothing
		for i := m.upTo; i < pos && i < m.upTo+ringSamples; i++ {
			m.ring[i%ringSamples] = 0
		}
		m.upTo, m.filled = pos, 0
		return
	}
	m.putSilence(pos)
}

// putSilence adds silence up to pos.
func (m *microphone) putSilence(pos int64) {
	var zeros [320]int16
	for m.upTo < pos {
		m.put(zeros[:min(pos-m.upTo, int64(len(zeros)))])
	}
}

// put adds sound at the end, window by window.
func (m *microphone) put(pcm []int16) {
	for len(pcm) > 0 {
		n := copy(m.window[m.filled:], pcm)
		m.keep(pcm[:n])
		m.filled += n
		m.upTo += int64(n)
		pcm = pcm[n:]
		if m.filled == windowSize {
			m.filled = 0
			m.full = append(m.full, fullWindow{upTo: m.upTo, pcm: m.window})
		}
	}
}

func (m *microphone) detect(w *fullWindow) {
	if m.detector == nil {
		return
	}
	began := time.Now()
	p, err := m.detector.Probability(w.pcm[:])
	m.judging.Add(int64(time.Since(began)))
	if err != nil {
		m.broken.Add(1)
		p = 0
	}
	v := Voice{FromMS: (w.upTo - windowSize) / perMS, ToMS: w.upTo / perMS, Probability: p}
	v.Power, v.AtFullScale = loudness(w.pcm[:])
	m.tell(heardWindow{voice: v})
}

// fullScale is the amplitude from which a sample counts as clipped: a codec does not give back the very last values.
const fullScale = 32_440

// loudness is the mean square of samples, 0–1 of full scale, and how many are clipped.
func loudness(pcm []int16) (power float64, clipped int) {
	sum := int64(0)
	for _, x := range pcm {
		sum += int64(x) * int64(x)
		if x >= fullScale || x <= -fullScale {
			clipped++
		}
	}
	return float64(sum) / (1 << 30) / float64(max(len(pcm), 1)), clipped
}

// tell hands a window over. When the owner is behind, the oldest goes.
func (m *microphone) tell(w heardWindow) {
	for {
		select {
		case m.out <- w:
			return
		default:
		}
		select {
		case <-m.out:
			m.dropped.Add(1)
		default:
		}
	}
}

// slice copies the sound between two times; what never came, or is too old, is silence.
func (m *microphone) slice(fromMS, toMS int64) []int16 {
	from, to := max(fromMS, 0)*perMS, toMS*perMS
	if to <= from {
		return nil
	}
	to = min(to, from+ringSamples)
	pcm := make([]int16, to-from)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.copyTo(pcm, from)
	return pcm
}

func (m *microphone) copyTo(pcm []int16, from int64) {
	if m.ring == nil {
		return
	}
	to := min(from+int64(len(pcm)), m.upTo)
	for at := max(from, m.upTo-ringSamples, 0); at < to; {
		i := at % ringSamples
		at += int64(copy(pcm[at-from:to-from], m.ring[i:]))
	}
}

// keep copies sound to the ring's end; the caller moves the end on.
func (m *microphone) keep(pcm []int16) {
	at := m.upTo % ringSamples
	n := copy(m.ring[at:], pcm)
	copy(m.ring, pcm[n:])
}

// since copies what has come after sample from into buf, and returns where it starts.
func (m *microphone) since(from int64, buf []int16) (at int64, pcm []int16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from = max(from, m.upTo-ringSamples)
	n := min(m.upTo-from, int64(len(buf)))
	if n <= 0 {
		return from, nil
	}
	m.copyTo(buf[:n], from)
	return from, buf[:n]
}

// deafen lets what comes from now on count as silence, in all that hears or keeps it, until it is switched off again.
func (m *microphone) deafen(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deaf = on
}

// newLine forgets the last line's clock.
func (m *microphone) newLine() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.anchored, m.filled = false, 0
}

// counts returns windows dropped, milliseconds lost and windows that the detector failed at.
func (m *microphone) counts() (dropped, lostMS int64, broken int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dropped.Load(), m.lost / perMS, m.broken.Load()
}

func (m *microphone) close() error {
	m.reader.Lock()
	defer m.reader.Unlock()
	if m.detector == nil {
		return nil
	}
	d := m.detector
	m.detector = nil
	return d.Close()
}
