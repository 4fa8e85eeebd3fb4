// in internal/line/webrtc

package refused

import (
	_ "github.com/rapport-calls/rapport/internal/line/linetest"
)
