// in internal/practice

package refused

import (
	_ "github.com/google/uuid"
	_ "github.com/rapport-calls/rapport/internal/customer"
)
