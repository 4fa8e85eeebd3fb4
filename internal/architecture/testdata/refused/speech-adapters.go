// in internal/speech/recognize

package refused

import (
	_ "github.com/rapport-calls/rapport/internal/call"
	_ "github.com/rapport-calls/rapport/internal/openai"
)
