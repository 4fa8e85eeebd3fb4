package call

import (
	"math"

	"github.com/rapport-calls/rapport/internal/practice"
)

// silentDB is the gain from which on nothing is heard.
const silentDB = -60

// ramp applies the page's gain to the recording, so that it holds what was heard. Gain moves along a straight line in
// amplitude, as practice.Gain says.
type ramp struct {
	now, target, step float64
}

// to moves towards a gain in decibels within rampMS.
func (r *ramp) to(db float64, rampMS int) {
	r.target = 0
	if db > silentDB {
		r.target = math.Pow(10, min(db, 0)/20)
	}
	samples := max(1, rampMS*practice.SampleRateOut/1000)
	r.step = (r.target - r.now) / float64(samples)
}

// apply scales a frame. sound: the frame is not silence. It tells whether anything is left to hear.
func (r *ramp) apply(frame []int16, sound bool) bool {
	if r.now == r.target && (r.now == 1 || r.now == 0 || !sound) {
		return sound && r.now == 1
	}
	for i, s := range frame {
		if r.now != r.target {
			r.now += r.step
			if r.step > 0 && r.now > r.target || r.step < 0 && r.now < r.target || r.step == 0 {
				r.now = r.target
			}
		}
		frame[i] = int16(float64(s) * r.now)
	}
	return sound
}
