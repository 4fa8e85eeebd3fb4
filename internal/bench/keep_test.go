package bench

import (
	"slices"
	"testing"
)

func TestConnectTimesAreKeptByCallHoweverTheCallsCameUp(t *testing.T) {
	got := byCall([]sample{{"call 10", 3}, {"call 1", 2}, {"call 0", 1}})
	if !slices.Equal(got, []float64{1, 2, 3}) {
		t.Errorf("%v", got)
	}
}
