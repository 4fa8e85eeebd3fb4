package practice

import (
	"encoding/json"
	"testing"
)

func TestHoldEventIsReadAsItWasWritten(t *testing.T) {
	for _, want := range []Hold{{On: true, By: HoldByButton}, {On: true, By: HoldByWords, Announced: true}, {By: HoldByButton}} {
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeEvent(Event{Kind: want.EventKind(), Data: data})
		if err != nil || got != want {
			t.Errorf("%s is read as %#v (%v)", data, got, err)
		}
	}
}

func TestBackchannelEventIsReadAsItWasWritten(t *testing.T) {
	want := Backchannel{Text: "Mm-hm.", StartMS: 1200, EndMS: 1500}
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := DecodeEvent(Event{Kind: want.EventKind(), Data: data}); err != nil || got != want {
		t.Errorf("%s is read as %#v (%v)", data, got, err)
	}
}
