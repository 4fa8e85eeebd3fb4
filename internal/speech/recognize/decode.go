package recognize

import (
	"context"
	"fmt"
	"math"

	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	// tailSamples of silence after the sound keep the model from swallowing the last word: 0.3 s took the word error
	// rate of whole clips from 6.0 to 4.4 %.
	tailSamples = practice.SampleRateIn * 3 / 10

	// tokensPerSecond is more than people say; the model's authors use it to stop runaway repetition.
	tokensPerSecond = 6.5
	minTokenLimit   = 6
)

// tokenLimit is the most tokens that a segment of n samples can hold.
func tokenLimit(n int) int {
	return max(minTokenLimit, int(tokensPerSecond*float64(n+tailSamples)/practice.SampleRateIn))
}

// decoded is what the decoder made of one segment.
type decoded struct {
	tokens    []int
	logp      []float64   // natural log of each token's probability
	attention [][]float32 // for each token, where in the sound it looked: one value a sound frame, of all heads together
	endLogp   float64     // … of the end token; 0 when the decoder was stopped
	forced    bool        // it would have ended before the first token, but was not sure
}

// decode reads tokens greedily from s.sound until the end token, the limit, or a loop of the same words.
func (m *Moonshine) decode(ctx context.Context, s *scratch, limit int) (decoded, error) {
	var d decoded
	in, err := onnx.NewTensor(s.sound, 1, int64(len(s.sound)))
	if err != nil {
		return d, err
	}
	defer in.Close()
	hidden := make([]onnx.Value, 1)
	if err := m.encoder.Run([]onnx.Value{in}, hidden); err != nil {
		return d, err
	}
	defer func() { onnx.CloseAll(hidden...) }()
	shape := hidden[0].Shape()
	if len(shape) != 3 || shape[1] < 1 || shape[1] > maxFrames {
		return d, fmt.Errorf("the sound became features of shape %v", shape)
	}
	if err := s.fit(int(shape[1])); err != nil {
		return d, err
	}
	defer s.release()

	if err := m.sound.Run(hidden, s.heardNow[:]); err != nil {
		return d, err
	}
	limit = min(limit, maxTokens)
	for done := false; !done && len(d.tokens) < limit && !d.loops(); {
		if err := ctx.Err(); err != nil {
			return d, fmt.Errorf("stale before it was done: %w", err)
		}
		if n := len(d.tokens); n > 0 {
			s.token.Data()[0] = int64(d.tokens[n-1])
		}
		inputs := s.inputs()
		if err := s.next(len(d.tokens) + 1); err != nil {
			return d, err
		}
		if err := m.step.Run(inputs, s.outputs()); err != nil {
			return d, err
		}
		done = d.take(s)
	}
	return d, nil
}

// take adds the most probable next token and its attention. It reports the end token.
func (d *decoded) take(s *scratch) (end bool) {
	scores := s.logits.Data()
	best := 0
	for i, v := range scores {
		if v > scores[best] {
			best = i
		}
	}
	var sum float64
	for _, v := range scores {
		if diff := v - scores[best]; diff > -16 { // what is below adds nothing that matters
			sum += math.Exp(float64(diff))
		}
	}
	if best == lastToken && len(d.tokens) == 0 && -math.Log(sum) < surelyNothing {
		// A single short word is often lost to a half-hearted end.
		top := scores[best]
		best = 0
		for i, v := range scores {
			if i != lastToken && (v > scores[best] || best == lastToken) {
				best = i
			}
		}
		sum *= math.Exp(float64(top - scores[best]))
		d.forced = true
	}
	if best == lastToken {
		d.endLogp = -math.Log(sum)
		return true
	}
	d.tokens = append(d.tokens, best)
	d.logp = append(d.logp, -math.Log(sum))
	d.attention = append(d.attention, s.attended())
	return false
}

const (
	maxPeriod     = 10 // tokens in the longest phrase that counts as a loop
	minRepeats    = 4
	minLoopTokens = 16 // "no, no, no, no, no, no" is speech
)

// loops says that the decoder has begun to repeat itself, and cuts the repetition down to one.
func (d *decoded) loops() bool {
	n := len(d.tokens)
	for period := 1; period <= maxPeriod; period++ {
		times := max(minRepeats, (minLoopTokens+period-1)/period)
		if n < period*times {
			continue
		}
		same := true
		for i := n - period*(times-1); i < n && same; i++ {
			same = d.tokens[i] == d.tokens[i-period]
		}
		if same {
			keep := n - period*(times-1)
			d.tokens, d.logp, d.attention = d.tokens[:keep], d.logp[:keep], d.attention[:keep]
			return true
		}
	}
	return false
}

// meanLogp is the mean log probability of the tokens, the end token included.
func (d *decoded) meanLogp() float64 {
	sum := d.endLogp
	for _, p := range d.logp {
		sum += p
	}
	return sum / float64(len(d.logp)+1)
}
