// in internal/line/websocket

package refused

import (
	_ "github.com/pion/rtp"
	_ "github.com/rapport-calls/rapport/internal/line/webrtc/peer"
)
