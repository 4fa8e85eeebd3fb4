// in internal/floor

package refused

import (
	_ "github.com/rapport-calls/rapport/internal/call"
	_ "math/rand"
)
