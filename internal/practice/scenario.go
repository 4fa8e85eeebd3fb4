package practice

// Scenario is a situation with a customer, cards and a difficulty, as scenario.yaml holds it. Heat and trust are
// written 0–10 with decimals in the file and kept as hundredths by whoever moves them.
type Scenario struct {
	Slug          Slug                `yaml:"slug" json:"slug"`
	VariantOf     Slug                `yaml:"variant_of,omitempty" json:"variant_of,omitempty"`     // the same problem, another temperament
	FollowUpOf    Slug                `yaml:"follow_up_of,omitempty" json:"follow_up_of,omitempty"` // a later call of that customer about the same thing
	Title         string              `yaml:"title" json:"title"`
	Industry      string              `yaml:"industry" json:"industry"`
	Difficulty    int                 `yaml:"difficulty" json:"difficulty"` // 1 calm … 4 severe
	Minutes       int                 `yaml:"minutes" json:"minutes"`       // about how long a call takes
	Skills        []string            `yaml:"skills" json:"skills"`
	Persona       Persona             `yaml:"persona" json:"persona"`
	Story         string              `yaml:"story" json:"story"`                     // the card in the library: the story, not the answers
	Brief         []string            `yaml:"brief,omitempty" json:"brief,omitempty"` // what the trainee reads before the call, a paragraph each
	Goal          string              `yaml:"goal" json:"goal"`
	Currency      string              `yaml:"currency,omitempty" json:"currency,omitempty"` // sign before an amount, such as £
	Opening       Opening             `yaml:"opening" json:"opening"`
	Situation     string              `yaml:"situation" json:"situation"` // what happened, as the customer would tell it
	Facts         []Fact              `yaml:"facts" json:"facts"`
	HiddenConcern HiddenConcern       `yaml:"hidden_concern" json:"hidden_concern"`
	Needs         []Need              `yaml:"needs" json:"needs"`
	Triggers      map[ActName]float64 `yaml:"triggers" json:"triggers"`
	Soothers      map[ActName]float64 `yaml:"soothers" json:"soothers"`
	Temperament   Temperament         `yaml:"temperament" json:"temperament"`
	PolicyCard    PolicyCard          `yaml:"policy_card" json:"policy_card"`
	PolicyText    []PolicyLine        `yaml:"policy_text" json:"policy_text"` // the card in plain words, as the trainee reads it
	CRMCard       CRMCard             `yaml:"crm_card" json:"crm_card"`
	Endings       []Ending            `yaml:"endings" json:"endings"`
	FollowUp      *FollowUp           `yaml:"follow_up,omitempty" json:"follow_up,omitempty"`
	Hidden        bool                `yaml:"hidden,omitempty" json:"hidden,omitempty"` // for measuring only: not in the library
	Pinned        *Pinned             `yaml:"pinned,omitempty" json:"pinned,omitempty"` // for measuring only
	Topics        map[string][]string `yaml:"topics,omitempty" json:"topics,omitempty"` // topic id → phrases that ask about it, in the phrase language of docs/customers.md
	Stakes        []string            `yaml:"stakes,omitempty" json:"stakes,omitempty"` // phrases that name what is at stake for this customer
	// What this company and its trade call things, in the same phrase language.
	Offers    map[string][]string  `yaml:"offers,omitempty" json:"offers,omitempty"`       // id of policy_card.can_offer → ways of offering it
	Forbidden map[string][]string  `yaml:"forbidden,omitempty" json:"forbidden,omitempty"` // id of policy_card.must_not → ways of promising it
	Hears     map[ActName][]string `yaml:"hears,omitempty" json:"hears,omitempty"`         // act → ways of doing it that only this trade has
	Things    []string             `yaml:"things,omitempty" json:"things,omitempty"`       // what comes, is repaired or is paid back here: the class @parcel
	// After the call.
	Letter  map[Ending][]string `yaml:"letter,omitempty" json:"letter,omitempty"` // the customer's letter by ending: the first whose slots can all be filled
	Outcome *Outcome            `yaml:"outcome,omitempty" json:"outcome,omitempty"`
	Digest  string              `yaml:"-" json:"digest"`
}

// Persona is who the customer is.
type Persona struct {
	Name     string       `yaml:"name" json:"name"`
	Age      int          `yaml:"age" json:"age"`
	Pronouns string       `yaml:"pronouns" json:"pronouns"`
	Voice    PersonaVoice `yaml:"voice" json:"voice"`
	Style    PersonaStyle `yaml:"style" json:"style"`
}

// PersonaVoice is how the customer sounds.
type PersonaVoice struct {
	Speaker string  `yaml:"speaker" json:"speaker"`
	Pace    float64 `yaml:"pace" json:"pace"`
}

// PersonaStyle is how the customer talks, each 0–1.
type PersonaStyle struct {
	Talkative float64 `yaml:"talkative" json:"talkative"`
	Direct    float64 `yaml:"direct" json:"direct"`
	Formal    float64 `yaml:"formal" json:"formal"`
}

// Opening is the state in which the customer calls, 0–10.
type Opening struct {
	Heat  float64 `yaml:"heat" json:"heat"`
	Trust float64 `yaml:"trust" json:"trust"`
}

// Fact is something the customer knows.
type Fact struct {
	ID      string `yaml:"id" json:"id"`
	SayWhen string `yaml:"say_when" json:"say_when"` // asked, or heat>=N, or both joined by "or"
	Topic   string `yaml:"topic,omitempty" json:"topic,omitempty"`
	Text    string `yaml:"text" json:"text"`
}

// HiddenConcern is what the call is really about.
type HiddenConcern struct {
	ID         string    `yaml:"id" json:"id"`
	Text       string    `yaml:"text" json:"text"`
	RevealedBy []ActName `yaml:"revealed_by" json:"revealed_by"`
	AskedBy    []string  `yaml:"asked_by,omitempty" json:"asked_by,omitempty"` // topics whose open question asks for it outright
	Guesses    []string  `yaml:"guesses,omitempty" json:"guesses,omitempty"`   // phrases that guess it
	Words      []string  `yaml:"words,omitempty" json:"words,omitempty"`       // words that give it away: no line may hold one before it is told
}

// Need is something the customer has to get before she can let go.
type Need struct {
	ID    string    `yaml:"id" json:"id"`
	MetBy []ActName `yaml:"met_by" json:"met_by"`
}

// Temperament is how strongly and how fast the customer moves.
type Temperament struct {
	Reactivity      float64 `yaml:"reactivity" json:"reactivity"`
	Recovery        float64 `yaml:"recovery" json:"recovery"`
	PatienceS       float64 `yaml:"patience_s" json:"patience_s"`
	InterruptsAbove float64 `yaml:"interrupts_above" json:"interrupts_above"`
	HangsUpAt       float64 `yaml:"hangs_up_at" json:"hangs_up_at"`
	CavingBudget    float64 `yaml:"caving_budget" json:"caving_budget"` // most heat lost in one turn
}

// PolicyLine is one line of the policy card as the trainee reads it.
type PolicyLine struct {
	Text    string `yaml:"text" json:"text"`
	Allowed bool   `yaml:"allowed" json:"allowed"`
}

// CRMCard is what the company's system shows of the customer.
type CRMCard struct {
	Since        int       `yaml:"since" json:"since"`
	Orders       int       `yaml:"orders" json:"orders"`
	Rows         []CardRow `yaml:"rows" json:"rows"`
	LastContacts []CardRow `yaml:"last_contacts" json:"last_contacts"`
}

// CardRow is a labelled line of a card.
type CardRow struct {
	Label string `yaml:"label" json:"label"`
	Text  string `yaml:"text" json:"text"`
}

// FollowUp is a later call in which the customer remembers.
type FollowUp struct {
	After     string   `yaml:"after" json:"after"` // ISO 8601 duration
	Remembers []string `yaml:"remembers" json:"remembers"`
	// What a follow-up's customer remembers when this trainee has held no earlier call with her.
	DefaultAgent    string              `yaml:"default_agent,omitempty" json:"default_agent,omitempty"`
	DefaultPromises []RememberedPromise `yaml:"default_promises,omitempty" json:"default_promises,omitempty"`
}

// Pinned holds a scenario's mood still, so that measurements are not moved by it.
type Pinned struct {
	Heat      float64 `yaml:"heat" json:"heat"`
	MoodFloor bool    `yaml:"mood_floor" json:"mood_floor"`
}

// Outcome is what decides whether the customer stays and recommends, by her state at the end of a call.
type Outcome struct {
	Stays      OutcomeBar `yaml:"stays" json:"stays"`
	Recommends OutcomeBar `yaml:"recommends" json:"recommends"`
	CSATBias   float64    `yaml:"csat_bias,omitempty" json:"csat_bias,omitempty"` // −1…1: how generously this customer marks
}

// OutcomeBar is a state that must be reached; heat and trust 0–10.
type OutcomeBar struct {
	HeatAtMost   float64  `yaml:"heat_at_most" json:"heat_at_most"`
	TrustAtLeast float64  `yaml:"trust_at_least" json:"trust_at_least"`
	Needs        NeedsMet `yaml:"needs,omitempty" json:"needs,omitempty"` // how many needs must be met; empty is none
}

// NeedsMet is how many of the needs must be met.
type NeedsMet string

// How many needs: every one, at least one, or no matter how many.
const (
	NeedsAll  NeedsMet = "all"
	NeedsAny  NeedsMet = "any"
	NeedsNone NeedsMet = "none"
)
