package practice

// Transcript is what both heard of a call, the only thing (with its timing and the policy card) that a grade reads.
type Transcript struct {
	ID          string           `json:"id"`
	Language    string           `json:"language"` // BCP 47; empty means en
	Turns       []TranscriptTurn `json:"turns"`
	Policy      *PolicyCard      `json:"policy,omitempty"`
	HintsUsed   bool             `json:"hints_used"`
	CutByServer bool             `json:"cut_by_server"`
}

// TranscriptTurn is one turn of a transcript. Times are nil when they were not given.
type TranscriptTurn struct {
	Index   int     `json:"index"`
	Speaker Speaker `json:"speaker"`
	Text    string  `json:"text"`
	StartMS *int64  `json:"start_ms,omitempty"`
	EndMS   *int64  `json:"end_ms,omitempty"`
	Words   []Word  `json:"words,omitempty"`
}

// PolicyCard is what an agent may offer.
type PolicyCard struct {
	CanOffer       []string `json:"can_offer" yaml:"can_offer"`
	GoodwillBudget float64  `json:"goodwill_budget" yaml:"goodwill_budget"` // in the scenario's currency
	MustNot        []string `json:"must_not" yaml:"must_not"`
}
