// in internal/bench

package refused

import (
	_ "github.com/rapport-calls/rapport/internal/call"
	_ "github.com/rapport-calls/rapport/internal/speech/recognize"
	_ "github.com/rapport-calls/rapport/internal/line/webrtc"
)
