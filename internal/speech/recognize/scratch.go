package recognize

import (
	"github.com/rapport-calls/rapport/internal/onnx"
	"github.com/rapport-calls/rapport/internal/practice"
)

const (
	headSize  = 36
	vocabSize = 32768 // scores of the next token
	maxSound  = maxSegment + tailSamples
	maxTokens = maxSound*65/(10*practice.SampleRateIn) + minTokenLimit
	maxFrames = maxSound / 384 // the model makes one frame of 384 samples
)

// scratch is the memory of one run, used again by the next: the model's outputs are written straight into it, because
// letting the runtime allocate them would copy some 10 MB for 5 s of speech.
type scratch struct {
	sound     []float32
	token     *onnx.Tensor[int64]
	logits    *onnx.Tensor[float32]
	said      [2][2 * layers][]float32 // keys and values of the tokens: one set is read while the other is written
	heard     [2 * layers][]float32    // keys and values of the sound
	attention [timingLayers][]float32

	// Tensors over that memory, in the shapes of this run.
	saidNow      [2 * layers]onnx.Value // what the last run wrote
	saidBefore   [2 * layers]onnx.Value // what it read
	heardNow     [2 * layers]onnx.Value
	attentionNow [timingLayers]onnx.Value
	turn         int
	frames       int
}

func newScratch() (*scratch, error) {
	s := &scratch{sound: make([]float32, 0, maxSound)}
	var err error
	if s.token, err = onnx.NewZeros[int64](1, 1); err != nil {
		return nil, err
	}
	if s.logits, err = onnx.NewZeros[float32](1, 1, vocabSize); err != nil {
		s.token.Close()
		return nil, err
	}
	return s, nil
}

// load puts a segment of at most 10 s and the silence after it in place.
func (s *scratch) load(pcm []int16) {
	s.sound = s.sound[:len(pcm)+tailSamples]
	for i, v := range pcm {
		s.sound[i] = float32(v) / 32768
	}
	clear(s.sound[len(pcm):])
	s.token.Data()[0] = firstToken
}

// fit makes the tensors for a sound of so many frames and no tokens yet.
func (s *scratch) fit(frames int) error {
	s.frames, s.turn = frames, 0
	for i := range s.heard {
		if err := over(&s.heardNow[i], &s.heard[i], heads*maxFrames*headSize, 1, heads, int64(frames), headSize); err != nil {
			return err
		}
	}
	for i := range s.attention {
		if err := over(&s.attentionNow[i], &s.attention[i], heads*maxFrames, 1, heads, 1, int64(frames)); err != nil {
			return err
		}
	}
	return s.next(0)
}

// next makes the tensors that a run writes after which so many tokens are known. What was written before is read now.
func (s *scratch) next(tokens int) error {
	onnx.CloseAll(s.saidBefore[:]...)
	s.saidBefore = s.saidNow
	s.saidNow = [2 * layers]onnx.Value{}
	s.turn = 1 - s.turn
	for i := range s.saidNow {
		err := over(&s.saidNow[i], &s.said[s.turn][i], heads*(maxTokens+1)*headSize, 1, heads, int64(tokens), headSize)
		if err != nil {
			return err
		}
	}
	return nil
}

// over makes a tensor over memory, which is allocated once in its largest size.
func over(to *onnx.Value, memory *[]float32, size int, shape ...int64) error {
	if *memory == nil {
		*memory = make([]float32, size)
	}
	t, err := onnx.NewTensor(*memory, shape...)
	if err != nil {
		return err
	}
	*to = t
	return nil
}

// inputs are those of a step that reads what the last run wrote: the token, then for each layer the keys and values of
// the tokens and of the sound.
func (s *scratch) inputs() []onnx.Value {
	in := make([]onnx.Value, 0, 1+4*layers)
	in = append(in, s.token)
	for l := range layers {
		in = append(in, s.saidNow[2*l], s.saidNow[2*l+1], s.heardNow[2*l], s.heardNow[2*l+1])
	}
	return in
}

// outputs are those of the next step.
func (s *scratch) outputs() []onnx.Value {
	out := make([]onnx.Value, 0, 1+2*layers+timingLayers)
	out = append(out, s.logits)
	out = append(out, s.saidNow[:]...)
	return append(out, s.attentionNow[:]...)
}

// attended is where in the sound the last run looked: the attention of all timing layers and heads, added up.
func (s *scratch) attended() []float32 {
	row := make([]float32, s.frames)
	for _, layer := range s.attention {
		for h := range heads {
			for i, x := range layer[h*s.frames : (h+1)*s.frames] {
				row[i] += x
			}
		}
	}
	return row
}

// release frees the tensors of this run, not their memory.
func (s *scratch) release() {
	for _, set := range [][]onnx.Value{s.saidNow[:], s.saidBefore[:], s.heardNow[:], s.attentionNow[:]} {
		onnx.CloseAll(set...)
		clear(set)
	}
}

func (s *scratch) close() {
	s.release()
	s.token.Close()
	s.logits.Close()
}
