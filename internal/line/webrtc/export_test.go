package webrtc

import "github.com/rapport-calls/rapport/internal/line/signal"

// ExpectedLoss is the loss in percent that a line's encoder was told to expect; 0 before the first report.
func ExpectedLoss(m signal.Media) int64 {
	l, ok := m.(*line)
	if !ok {
		return -1
	}
	return l.out.loss.percent.Load()
}
