// in internal/server

package refused

import (
	_ "github.com/rapport-calls/rapport/internal/store"
	_ "github.com/rapport-calls/rapport/internal/line/webrtc"
	_ "github.com/rapport-calls/rapport/internal/speech/vad"
)
