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
}

// decode reads tokens greedily until the end token, the limit, or a loop of the same words.
func (m *Moonshine) decode(ctx context.Context, sound []float32, limit int) (decoded, error) {
	var d decoded
	in, err := onnx.NewTensor(sound, 1, int64(len(sound)))
	if err != nil {
		return d, err
	}
	defer in.Close()
	hidden := make([]onnx.Value, 1)
	if err := m.encoder.Run([]onnx.Value{in}, hidden); err != nil {
		return d, err
	}
	defer func() { onnx.CloseAll(hidden...) }()
	token, err := onnx.NewTensor([]int64{firstToken}, 1, 1)
	if err != nil {
		return d, err
	}
	defer token.Close()

	// Inputs of a step: the token, then for each layer the keys and values of the tokens so far and of the sound.
	inputs := make([]onnx.Value, 1+4*layers)
	inputs[0] = token
	defer func() { onnx.CloseAll(inputs[1:]...) }()

	out := make([]onnx.Value, 1+4*layers+layers)
	if err := m.first.Run([]onnx.Value{token, hidden[0]}, out); err != nil {
		return d, err
	}
	copy(inputs[1:], out[1:1+4*layers])
	done, err := d.take(out[0], out[1+4*layers:])
	if err != nil {
		return d, err
	}
	out = make([]onnx.Value, 1+2*layers+layers)
	for !done && len(d.tokens) < limit && !d.loops() {
		if err := ctx.Err(); err != nil {
			return d, fmt.Errorf("stale before it was done: %w", err)
		}
		token.Data()[0] = int64(d.tokens[len(d.tokens)-1])
		clear(out)
		if err := m.step.Run(inputs, out); err != nil {
			return d, err
		}
		for l := range layers {
			for k := range 2 {
				at := 1 + 4*l + k
				inputs[at].Close()
				inputs[at] = out[1+2*l+k]
			}
		}
		if done, err = d.take(out[0], out[1+2*layers:]); err != nil {
			return d, err
		}
	}
	return d, nil
}

// take adds the most probable next token and its attention, and frees the values. It reports the end token.
func (d *decoded) take(logits onnx.Value, attention []onnx.Value) (end bool, err error) {
	defer logits.Close()
	defer onnx.CloseAll(attention...)
	scores, err := onnx.Data[float32](logits)
	if err != nil {
		return false, fmt.Errorf("scores of the next token: %w", err)
	}
	if len(scores) == 0 {
		return false, fmt.Errorf("scores of the next token: none")
	}
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
	if best == lastToken {
		d.endLogp = -math.Log(sum)
		return true, nil
	}
	row, err := sumHeads(attention)
	if err != nil {
		return false, err
	}
	d.tokens = append(d.tokens, best)
	d.logp = append(d.logp, -math.Log(sum))
	d.attention = append(d.attention, row)
	return false, nil
}

// sumHeads adds up the attention of all layers and heads, each of shape [1, heads, 1, frames].
func sumHeads(attention []onnx.Value) ([]float32, error) {
	var row []float32
	for _, v := range attention {
		all, err := onnx.Data[float32](v)
		if err != nil {
			return nil, fmt.Errorf("attention over the sound: %w", err)
		}
		if row == nil {
			row = make([]float32, len(all)/heads)
		}
		if len(all) != heads*len(row) || len(row) == 0 {
			return nil, fmt.Errorf("attention over the sound has %d values for %d heads", len(all), heads)
		}
		for h := range heads {
			for i, x := range all[h*len(row) : (h+1)*len(row)] {
				row[i] += x
			}
		}
	}
	return row, nil
}

const (
	maxPeriod       = 10 // tokens in the longest phrase that counts as a loop
	maxSingleRepeat = 6  // "no no no no no" is speech
	maxPhraseRepeat = 4
)

// loops says that the decoder has begun to repeat itself, and cuts the repetition down to one.
func (d *decoded) loops() bool {
	n := len(d.tokens)
	for period := 1; period <= maxPeriod; period++ {
		times := maxPhraseRepeat
		if period == 1 {
			times = maxSingleRepeat
		}
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
