package frame_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/rapport-calls/rapport/internal/line/websocket/frame"
	"github.com/rapport-calls/rapport/internal/practice"
)

func TestHeaderIsWhatTheProtocolSays(t *testing.T) {
	b := make([]byte, frame.HeaderBytes)
	frame.Header{Codec: frame.PCM16, Seq: 0x0102, Time: 0xa0b0c0d0}.Put(b)
	if !bytes.Equal(b, []byte{1, 2, 1, 2, 0xa0, 0xb0, 0xc0, 0xd0}) {
		t.Errorf("% x", b)
	}
	var sound [4]byte
	frame.PutPCM(sound[:], []int16{-2, 0x0102})
	if !bytes.Equal(sound[:], []byte{0xfe, 0xff, 2, 1}) {
		t.Errorf("% x", sound)
	}
}

// FuzzParse holds for any bytes: they are refused with a reason, or say the same after being written out again.
func FuzzParse(f *testing.F) {
	f.Add([]byte{}, byte(1))
	f.Add([]byte{1, 1, 0, 1, 0, 0, 3, 192, 8}, byte(1))
	f.Add([]byte{1, 1, 0, 1, 0, 0, 3, 192}, byte(1))
	f.Add(append([]byte{1, 2, 255, 255, 255, 255, 255, 255}, make([]byte, frame.UpBytes)...), byte(2))
	f.Add([]byte{2, 1, 0, 0, 0, 0, 0, 0, 1}, byte(1))
	f.Fuzz(func(t *testing.T, b []byte, codec byte) {
		h, sound, err := frame.Parse(b, frame.Codec(codec), frame.UpBytes)
		if err != nil {
			if !errors.Is(err, practice.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		again := make([]byte, frame.HeaderBytes)
		h.Put(again)
		if again = append(again, sound...); !bytes.Equal(again, b) {
			t.Fatalf("% x became % x", b, again)
		}
	})
}
