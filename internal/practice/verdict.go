package practice

// Verdict is what the customer makes of a call afterwards: her letter and her three answers.
type Verdict struct {
	Letter     string    `json:"letter,omitempty"` // empty when the scenario has none for this ending
	CSAT       int       `json:"csat"`             // 1–5
	CSATWhy    string    `json:"csat_why"`
	Stays      Judgement `json:"stays"`      // would she stay a customer?
	Recommends Judgement `json:"recommends"` // would she recommend the company?
}

// Judgement is a yes or a no with one plain reason.
type Judgement struct {
	Yes bool   `json:"yes"`
	Why string `json:"why"`
}
