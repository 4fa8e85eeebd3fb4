package practice

// Where the words of a line came from.
const (
	SourceAuthored = "authored"
	SourceModel    = "model"
)

// Worded is how the words of one line of hers were found, when a model was asked for them.
type Worded struct {
	Source  string     `json:"source"`             // model, or authored: the model's words were not had or not said
	Why     string     `json:"why,omitempty"`      // why they are authored, or why the model's line was ended early; plain words
	Refused []string   `json:"refused,omitempty"`  // what was wrong with tries, in order; never the words
	FirstMS *float64   `json:"first_ms,omitempty"` // until the first token
	TookMS  float64    `json:"took_ms"`
	Spent   WordsSpent `json:"spent"` // in the call so far
	// Outage is set when this line is the first of the call that met the model's server failing, which is left alone for a
	// while.
	Outage string `json:"-"`
}

// KindReplyWorded is the event of ReplyWorded.
const KindReplyWorded EventKind = "reply_worded"

// ReplyWorded tells how a reply's words were found in a call whose customer is spoken by a model. The newest one holds
// what the call has cost.
type ReplyWorded struct {
	Turn       int `json:"turn"` // the customer's
	Generation int `json:"generation"`
	Worded
}

// EventKind implements EventData.
func (ReplyWorded) EventKind() EventKind { return KindReplyWorded }
