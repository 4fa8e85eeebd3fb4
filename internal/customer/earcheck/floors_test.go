package earcheck_test

// floors are by writer. Writers 1 and 2 may be read by whoever changes the rules; writer 3 is for reporting alone.
func floors() map[string]least {
	return map[string]least{"1": {0.48, 0.5}, "2": {0.54, 0.58}, "3": {0.51, 0.49}}
}
