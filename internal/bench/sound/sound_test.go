package sound

import (
	"math"
	"slices"
	"testing"
)

// words are 300 ms tones with 100 ms of near silence between them.
func words(n int) []int16 {
	var out []int16
	for range n {
		for i := range rate * 3 / 10 {
			out = append(out, int16(8000*math.Sin(float64(i)/15)))
		}
		for i := range rate / 10 {
			out = append(out, int16(i%5-2))
		}
	}
	return out
}

func TestAPauseStandsBetweenTheWordsInTheRoomsOwnTone(t *testing.T) {
	pcm := words(5)
	places := Boundaries(pcm, []int{rate*3/10 + 500, rate * 9 / 10 / 2 * 2})
	if len(places) == 0 {
		t.Fatal("no place was found")
	}
	for _, at := range places {
		if in := at % (rate * 4 / 10); in < rate*3/10 {
			t.Errorf("sample %d lies inside a word", at)
		}
	}
	with := Pause(pcm, places[0], 600)
	if len(with) != len(pcm)+rate*6/10 {
		t.Fatalf("%d samples longer", len(with)-len(pcm))
	}
	silent := true
	for _, v := range with[places[0] : places[0]+rate*6/10] {
		if abs(v) > 2 {
			t.Fatal("the pause is louder than the room")
		}
		silent = silent && v == 0
	}
	if silent {
		t.Fatal("the pause is digital silence, which no room is")
	}
	if !slices.Equal(with[:places[0]-fadeN], pcm[:places[0]-fadeN]) {
		t.Fatal("the words before the pause were changed")
	}
}

func TestNoPlaceInsideAWord(t *testing.T) {
	pcm := words(1)[:rate*3/10]
	if got := Boundaries(pcm, []int{rate / 10, rate / 5}); len(got) != 0 {
		t.Fatalf("places in the midst of a word: %v", got)
	}
	if got := Quiet(words(3)); len(got) != 3 {
		t.Fatalf("without known words the quiet stretches are the places: %v", got)
	}
}

func TestEdgesAreFortyDecibelsBelowThePeak(t *testing.T) {
	pcm := make([]int16, 1000)
	pcm[300], pcm[500], pcm[700] = 90, 10000, 101
	if from, to := Edges(pcm); from != 500 || to != 701 {
		t.Fatal(from, to)
	}
	if from, to := Edges(make([]int16, 10)); from != 0 || to != 0 {
		t.Fatal("silence has no edges")
	}
}

func TestNoisesAreShortAndAlwaysTheSame(t *testing.T) {
	for name, make := range map[string]func(uint64) []int16{"cough": Cough, "keyboard": Keyboard} {
		a, b, other := make(1), make(1), make(2)
		if !slices.Equal(a, b) || slices.Equal(a, other) {
			t.Errorf("a %s depends on its seed and nothing else", name)
		}
		if from, to := Edges(a); to-from > rate*7/10 || to-from < rate/10 {
			t.Errorf("a %s of %d ms", name, (to-from)*1000/rate)
		}
	}
}
