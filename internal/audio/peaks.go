package audio

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/rapport-calls/rapport/internal/practice"
)

// PeaksRate is how many peaks a second each channel has: one a frame.
const PeaksRate = 1000 / FrameMS

// A peaks file is eight bytes "RPKS", version 1, channels 2, rate 50, 0, and then for each 20 ms of the call clock the
// trainee's and the customer's peak as two little-endian uint16, full scale being 65535. It is only ever appended to.
const (
	peaksHeader = "RPKS\x01\x02\x32\x00"
	peaksPair   = 4
)

// Peaks are the loudest magnitudes of each 20 ms of a recording, 0–1, rounded to three decimals, for drawing.
type Peaks struct {
	RateHz   int       `json:"rate_hz"`
	Trainee  []float64 `json:"trainee"`
	Customer []float64 `json:"customer"`
}

// ReadPeaks reads a peaks file. One that was cut off gives what is there; anything else fails with ErrInvalid.
func ReadPeaks(r io.Reader) (Peaks, error) {
	p := Peaks{RateHz: PeaksRate, Trainee: []float64{}, Customer: []float64{}}
	br := bufio.NewReader(r)
	head := make([]byte, len(peaksHeader))
	if _, err := io.ReadFull(br, head); err != nil || string(head) != peaksHeader {
		return Peaks{}, fmt.Errorf("audio: not a peaks file: %w", practice.ErrInvalid)
	}
	var pair [peaksPair]byte
	for {
		_, err := io.ReadFull(br, pair[:])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return p, nil
		}
		if err != nil {
			return Peaks{}, fmt.Errorf("audio: read peaks: %w", err)
		}
		p.Trainee = append(p.Trainee, drawn(binary.LittleEndian.Uint16(pair[:])))
		p.Customer = append(p.Customer, drawn(binary.LittleEndian.Uint16(pair[2:])))
	}
}

func drawn(v uint16) float64 { return math.Round(float64(v)/math.MaxUint16*1000) / 1000 }

func stored(peak float64) uint16 { return uint16(math.Round(min(1, peak) * math.MaxUint16)) }
