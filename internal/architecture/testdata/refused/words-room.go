// in internal/words
package refused

import (
	_ "net/http"

	_ "github.com/sashabaranov/go-openai"

	_ "github.com/rapport-calls/rapport/internal/openai"
)
