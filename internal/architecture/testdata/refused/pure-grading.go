// in internal/grading

package refused

import (
	_ "github.com/rapport-calls/rapport/internal/customer"
	_ "database/sql"
)
