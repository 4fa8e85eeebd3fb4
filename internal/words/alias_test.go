package words_test

import "net/http"

type (
	httpWriter  = http.ResponseWriter
	httpRequest = *http.Request
)
