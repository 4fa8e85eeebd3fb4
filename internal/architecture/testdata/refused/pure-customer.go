// in internal/customer

package refused

import (
	_ "github.com/rapport-calls/rapport/internal/grading"
	_ "math/rand/v2"
	_ "net/http"
)
