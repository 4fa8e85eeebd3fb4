package synthesize

import "math"

// silentLog is the log magnitude of what lies above a lowered voice's top frequency.
const silentLog = -20

// bend is how a piece of speech differs from the model's own voice.
type bend struct {
	pitch         float64       // ratio
	melody        float64       // of the melody around its centre; 1 leaves it
	centre        float64       // log hertz: the melody's centre
	warp          float64       // formant ratio; 1 leaves them
	smooth        float32       // 0–1: how far the harmonics' filter is smoothed
	tilt          [bins]float32 // log gain by bin
	breath        float32       // log gain of the noise
	harmonicsGain float32       // log gain of the harmonics
}

// newBend makes the bend of manner m for a piece with the pitch curve f0.
func newBend(m manner, f0 []float32) bend {
	b := bend{pitch: m.pitch, melody: m.melody, warp: m.formants, breath: float32(m.breathDB / 20 * math.Ln10)}
	b.centre = centreOf(f0)
	// The ripple's harm grows with the distance from the model's own pitch; from a tenth on, smooth fully.
	away := math.Max(math.Abs(math.Log(m.pitch)), math.Abs(math.Log(m.melody))/2)
	b.smooth = float32(math.Min(1, away/0.1))
	// A lower pitch has more harmonics under the same filter: keep their power.
	b.harmonicsGain = float32(0.5 * math.Log(m.pitch))
	for k := range b.tilt {
		hz := math.Max(float64(k)*binHz, 100)
		octaves := math.Log2(math.Min(hz, 8000) / 1000)
		b.tilt[k] = float32(m.tiltDB * octaves / 20 * math.Ln10)
	}
	return b
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

// apply reads src at the table's places. Phases are taken from the nearest bin, because they may not be averaged.
func (t *warpTable) apply(dst, src *[bins]float32, phase bool) {
	for k := range bins {
		from := t.from[k]
		switch {
		case from < 0 && phase:
			dst[k] = 0
		case from < 0:
			dst[k] = silentLog
		case phase && t.frac[k] < 0.5:
			dst[k] = src[from]
		case phase:
			dst[k] = src[from+1]
		default:
			dst[k] = src[from] + t.frac[k]*(src[from+1]-src[from])
		}
	}
}
