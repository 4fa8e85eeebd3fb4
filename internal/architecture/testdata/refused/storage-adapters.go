// in internal/store

package refused

import (
	_ "github.com/rapport-calls/rapport/internal/server"
	_ "github.com/rapport-calls/rapport/internal/line/signal"
)
