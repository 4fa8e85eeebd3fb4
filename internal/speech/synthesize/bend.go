package synthesize

import "math"

// silentLog is the log magnitude of what lies above a lowered voice's top frequency.
const silentLog = -20

// bend is how a piece of speech differs from the model's own voice.
type bend struct {
	pace          float64       // ratio: how fast the frames are gone through
	pitch         float64       // ratio
	melody        float64       // of the melody around its centre; 1 leaves it
	centre        float64       // log hertz: the melody's centre
	warp          float64       // formant ratio; 1 leaves them
	smooth        float32       // 0–1: how far the harmonics' filter is smoothed
	tilt          [bins]float32 // log gain by bin
	breathes      bool          // breath is heard under the voice
	breath        float32       // … as noise in the free part's shape, log gain to it
	harmonicsGain float32       // log gain of the harmonics
	freeGain      float32       // log gain of the free part while there is a pitch
	tremble       float64       // of the pitch, ratio
	rough         float64       // of each beat's length and strength, ratio
}

// newBend makes the bend of manner m for a piece with the pitch curve f0.
func newBend(m manner, f0 []float32) bend {
	b := bend{pace: m.pace, pitch: m.pitch, melody: m.melody, warp: m.formants, tremble: m.tremble, rough: m.rough}
	b.breathes, b.breath = m.breathDB > 0, float32((m.breathDB-breathFloorDB)/20*math.Ln10)
	b.centre = centreOf(f0)
	// The ripple's harm grows with the distance from the model's own pitch; from a tenth on, smooth fully.
	away := math.Max(math.Abs(math.Log(m.pitch)), math.Abs(math.Log(m.melody))/4)
	b.smooth = float32(math.Min(1, away/0.1))
	// A lower pitch has more harmonics under the same filter: keep their power.
	b.harmonicsGain = float32(0.5 * math.Log(m.pitch))
	// The free part holds a shadow of the original pitch, which would sound beside the new one.
	b.freeGain = b.smooth * -4.0 / 20 * math.Ln10
	for k := range b.tilt {
		hz := math.Max(float64(k)*binHz, 100)
		octaves := math.Log2(math.Min(hz, 8000) / 1000)
		db := m.tiltDB*octaves + m.edgeDB*bell(hz, edgeHz, .7) + m.chestDB*bell(hz, chestHz, .8)
		b.tilt[k] = float32(db / 20 * math.Ln10)
	}
	return b
}

// breathFloorDB is what a breath must rise above to be as loud as the model's own free part.
const breathFloorDB = 6

// Where a voice sounds pressed, and where it sounds of the chest, in hertz.
const edgeHz, chestHz = 2800, 220

// bell is 1 at a frequency and falls off around it within so many octaves.
func bell(hz, at, octaves float64) float64 {
	x := math.Log2(hz/at) / octaves
	return math.Exp(-x * x)
}

// centreOf is the mean log pitch of the voiced frames.
func centreOf(f0 []float32) float64 {
	sum, n := 0.0, 0
	for _, f := range f0 {
		if f > voiceless {
			sum += math.Log(float64(f))
			n++
		}
	}
	if n == 0 {
		return math.Log(190)
	}
	return sum / float64(n)
}

// pitchOf bends a voiced pitch in hertz, held within what a throat can do.
func (b *bend) pitchOf(hz float64) float64 {
	if b.pitch == 1 && b.melody == 1 {
		return hz
	}
	away := math.Log(hz) - b.centre
	return math.Min(math.Max(b.pitch*math.Exp(b.centre+b.melody*away), voiceless+5), 700)
}

// framesOf is how many frames are made of n.
func (b *bend) framesOf(n int) int { return max(1, int(math.Ceil(float64(n)/b.pace))) }

// place is where a frame is read from: between two of the model's, or for what cannot be averaged the nearest.
type place struct {
	from, to, nearest int
	frac              float32
}

func (b *bend) place(frame, n int) place {
	at := math.Min(float64(frame)*b.pace, float64(n-1))
	from := int(at)
	p := place{from: from, to: min(from+1, n-1), frac: float32(at - float64(from))}
	p.nearest = p.from
	if p.frac >= 0.5 {
		p.nearest = p.to
	}
	return p
}

// warpTable moves a spectrum's bins: where each output bin is read from.
type warpTable struct {
	from [bins]int
	frac [bins]float32
}

// warpTable is nil when the formants stay.
func (b *bend) warpTable() *warpTable {
	if b.warp == 1 {
		return nil
	}
	t := &warpTable{}
	for k := range bins {
		at := float64(k) / b.warp
		if at > bins-1 {
			t.from[k] = -1
			continue
		}
		t.from[k] = min(int(at), bins-2)
		t.frac[k] = float32(at - float64(t.from[k]))
	}
	return t
}

// apply reads src at the table's places; above its top it is silent.
func (t *warpTable) apply(dst, src *[bins]float32, silent float32) {
	for k := range bins {
		if from := t.from[k]; from < 0 {
			dst[k] = silent
		} else {
			dst[k] = src[from] + t.frac[k]*(src[from+1]-src[from])
		}
	}
}

// applyPhase takes each phase from the nearest bin, because phases may not be averaged.
func (t *warpTable) applyPhase(dst, src *[bins]float32) {
	for k := range bins {
		switch from := t.from[k]; {
		case from < 0:
			dst[k] = 0
		case t.frac[k] < 0.5:
			dst[k] = src[from]
		default:
			dst[k] = src[from+1]
		}
	}
}
