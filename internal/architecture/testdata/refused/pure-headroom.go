// in internal/headroom

package refused

import (
	_ "runtime"

	_ "github.com/rapport-calls/rapport/internal/onnx"
)
