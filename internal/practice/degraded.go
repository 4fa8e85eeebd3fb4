package practice

// Degraded is something optional that does not work on this server, in plain words.
type Degraded struct {
	What string `json:"what"` // what a person notices
	Why  string `json:"why"`
	Mend string `json:"mend"` // the command that mends it
}
