// Package peer is what both halves of a WebRTC line share: the one codec, pion's set-up, and its way to our log.
package peer

import (
	"fmt"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"

	"github.com/rapport-calls/rapport/internal/practice"
)

// NewAPI makes a pion API that knows the one codec of a call, with the sender and receiver reports.
func NewAPI(se webrtc.SettingEngine) (*webrtc.API, error) {
	var me webrtc.MediaEngine
	if err := me.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: Codec(), PayloadType: 111}, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, fmt.Errorf("webrtc: codec: %w", err)
	}
	var ir interceptor.Registry
	if err := webrtc.ConfigureRTCPReports(&ir); err != nil {
		return nil, fmt.Errorf("webrtc: reports: %w", err)
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(&me), webrtc.WithInterceptorRegistry(&ir), webrtc.WithSettingEngine(se)), nil
}

// Codec is Opus as a call uses it.
func Codec() webrtc.RTPCodecCapability {
	return webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: practice.SampleRateOut, Channels: 2,
		SDPFmtpLine: "minptime=10;useinbandfec=1;usedtx=0;maxaveragebitrate=32000;stereo=0;sprop-stereo=0",
	}
}
