// in internal/telemetry

package refused

import _ "github.com/rapport-calls/rapport/internal/call"
