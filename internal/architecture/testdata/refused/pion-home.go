// in internal/call

package refused

import (
	_ "github.com/pion/webrtc/v4"
	_ "github.com/gorilla/websocket"
)
