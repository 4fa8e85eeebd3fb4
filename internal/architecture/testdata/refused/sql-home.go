// in internal/call

package refused

import (
	_ "database/sql"
	_ "modernc.org/sqlite"
)
