package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// What values of offers and promises that go past what can be kept.
const (
	whatCourierTime = "promise_courier_time"
	whatGuarantee   = "guarantee"
	whatDelivery    = "delivery"
	whatBeyond      = "beyond_policy"
	whatNow         = "now"
)

// hearCommitments finds what the trainee binds himself to: a plan with a time, a promise without one, a promise about
// the courier that nobody can keep, and names what each offer is.
func (v *view) hearCommitments(s sentence) {
	for i := range v.found {
		if f := &v.found[i]; f.sentence == v.n && f.act.Name == practice.ActOffer && f.act.What == "" {
			f.act.What = v.offerOf(s)
		}
	}
	if s.question && !isOneOf(s.words[0].lower, "i", "we", "let", "so") || v.promisedForbidden() {
		return
	}
	if i, j, what, ok := v.arrival(s); ok {
		v.add(s, i, j, practice.Act{Name: practice.ActPromise, What: what, When: whenOf(v.in.Text, s, i)})
		if what != whatDelivery {
			return
		}
	}
	i, j, assured, ok := v.commitment(s)
	if !ok {
		i, j, ok = v.offerWithHour(s)
	}
	if !ok || holdsWord(s.words[i:min(j+1, len(s.words))], "going") && at(s.words, j-1) == "get" || negated(s, i, j, phrase{text: "not"}) || allQuoted(s.words[i:j]) {
		return
	}
	if !assured && holdsWord(s.words[i:j], "not", "if", "whether") {
		return
	}
	end := clauseEnd(s, j)
	what := quoteOf(v.in.Text, s.words, i, end)
	hedged := false
	for k := range s.words {
		if isOneOf(s.words[k].lower, "try", "trying", "hopefully", "might", "maybe", "perhaps", "probably", "hope", "should") {
			hedged = true
		}
	}
	if a, n := bestTime(s.words); n > 0 && !hedged {
		when := quoteOf(v.in.Text, s.words, a, a+n)
		v.add(s, min(i, a), max(j, a+n), practice.Act{Name: practice.ActSpecificPlan, What: what, When: when})
		return
	}
	if v.hasWhat(v.n, practice.ActPromise, whatDelivery) {
		return
	}
	if isOneOf(s.words[i].lower, "i", "we") && at(s.words, i+1) == "have" {
		return // what was done, and no promise
	}
	act := practice.Act{Name: practice.ActPromise, What: what}
	for k := i; k < len(s.words); k++ {
		if s.words[k].lower == "now" || s.words[k].lower == "straight" || s.words[k].lower == "immediately" {
			act.When = whatNow
		}
	}
	v.add(s, i, j, act)
}

// offerWithHour finds what this company has to give, told as a fact with its hour: "There's a seat tonight, five to nine."
func (v *view) offerWithHour(s sentence) (i, j int, ok bool) {
	a, n := bestTime(s.words)
	if n == 0 || v.ear.own.courier || dayAt(s.words, a) > 0 || holdsWord(s.words, "if", "could", "would", "may", "want", "like", "not", "never", "was", "were") {
		return 0, 0, false
	}
	for _, f := range v.found {
		if f.sentence == v.n && !f.dropped && f.act.Name == practice.ActOffer && f.act.What != "" && f.act.What != whatBeyond {
			return a, a + n, true
		}
	}
	return 0, 0, false
}

// hearTimeAlone keeps the time of a sentence that is little more than a time: "By four today."
func (v *view) hearTimeAlone(s sentence) {
	a, n := bestTime(s.words)
	if n == 0 || s.question || len(s.words)-n > 4 || pastTime(s.words, a) || v.has(v.n, practice.ActSpecificPlan) || holdsWord(s.words, "not", "never", "probably", "maybe", "perhaps", "hopefully", "might") {
		return
	}
	if v.alone == nil {
		v.alone = map[int]string{}
	}
	v.alone[v.n] = quoteOf(v.in.Text, s.words, a, a+n)
	if v.n == 0 && v.askedWhen() && !v.has(v.n, practice.ActPromise) {
		v.add(s, a, a+n, practice.Act{Name: practice.ActSpecificPlan, What: v.alone[v.n], When: v.alone[v.n]})
	}
}

// askedWhen tells whether the customer's last words asked for a time.
func (v *view) askedWhen() bool {
	if len(v.in.CustomerSaid) == 0 {
		return false
	}
	for _, s := range sentences(v.in.CustomerSaid[len(v.in.CustomerSaid)-1]) {
		if s.question && (holdsWord(s.words, "when", "soon", "today", "tomorrow", "time", "long") || len(s.words) == 1) {
			return true
		}
	}
	return false
}

// joinTimes gives a promise without a time the time that stands alone beside it: "I'm keying it in now. By four today."
func (v *view) joinTimes() {
	for i := range v.found {
		f := &v.found[i]
		if f.act.Name != practice.ActPromise || f.act.When != "" && f.act.When != whatNow || cannotBeKept(v.ear.scenario, f.act.What) || f.dropped || f.act.What == whatDelivery {
			continue
		}
		for _, n := range []int{f.sentence + 1, f.sentence - 1} {
			if when, ok := v.alone[n]; ok && !v.has(n, practice.ActSpecificPlan, practice.ActPromise) {
				f.act.Name, f.act.When = practice.ActSpecificPlan, when
				break
			}
		}
	}
}

// commitment finds what binds the trainee, or the company through somebody else. assured: it says what will not happen.
func (v *view) commitment(s sentence) (i, j int, assured, ok bool) {
	lists := [][]phrase{v.ear.book.commitments, v.ear.own.commitments}
	if !v.ear.own.courier {
		lists = append(lists, v.ear.book.outcomes)
	}
	for _, list := range append(lists, v.ear.book.others) {
		for _, p := range list {
			if i, j, ok = p.find(s.words, 0); ok {
				if assured = strings.Contains(p.text, "not"); assured || !holdsWord(s.words[i:j], "not") {
					return i, j, assured, true
				}
			}
		}
	}
	return 0, 0, false, false
}

func commitments() []string {
	return []string{
		"i|we will|shall @intense? now|just|also|then|personally|even|gladly|happily? @verb", "i|we am|are @intense? now|just|also|already|personally? @doing", "i|we am|are now|just|also? having .. @done", "i|we have now|just|also|already|personally? @done",
		"i|we will .. @action", "i|we am|are going to .. @action", "i|we am|are .. calling|ringing|phoning|sending|ordering|chasing|putting|getting|asking|booking|arranging|emailing|refunding|messaging|raising|packing|shipping|checking|speaking",
		"i|we can|shall|could also|just? call|ring|phone|send|order|chase|put|get|ask|book|arrange|email|refund|message|text|hold|reserve|speak",
		"let me .. call|ring|phone|send|order|chase|put|get|ask|book|arrange|email|find|speak|sort|track",
		"you will .. hear|get|have .. from me|us|call|email|text|message|ring|update|answer",
		"expect a|my|our call|email|text|message|ring",
		"^ calling|ringing|phoning|sending|ordering|chasing|booking|checking",
		"^ will call|ring|phone|send|text|email|update",
		"my word|promise .. i|that|you", "i|we promise|guarantee .. call|ring|phone|send|text|update",
		"i|we to? call|ring you .. @time", "^ i|we call|ring|phone|text|email|come|send @time", "^ i|we @verb .. @time", "and|then|so|but i|we @verb .. @time", "i|we have .. put|booked|ordered|arranged|asked|reserved|set .. aside|by|one|second|another|for|to",
		"a|the|your second|new|replacement|another one|train|set|order .. leaves|goes|ships|going|leaving|out",
		"back to you .. @time", "i|we will .. be .. in touch|on|ringing|calling", "i|we will .. back to you", "call|ring you back",
	}
}

// arrival finds a prediction about when the parcel comes: with an hour or a guarantee it is one that cannot be kept.
func (v *view) arrival(s sentence) (i, j int, what string, ok bool) {
	for _, p := range v.ear.book.arrivalsByHour {
		i, j, ok = p.find(s.words, 0)
		if ok && v.ear.own.courier && !holdsWord(s.words[i:j], "call", "ring", "hear", "text", "email", "message", "answer", "news", "update", "know", "tell", "phone", "from", "leave", "leaves", "store", "whether", "if", "not", "refund", "promise", "said", "told") {
			return i, j, whatCourierTime, true
		}
	}
	if i, j, ok = anyPhrase(v.ear.book.guarantees, s.words); ok && !holdsWord(s.words[i:j], "call", "ring", "hear", "not", "find", "know", "tell", "update", "back") {
		return i, j, whatGuarantee, true
	}
	if i, j, ok = anyPhrase(v.ear.book.arrivalsByDay, s.words); ok && v.ear.own.courier && !holdsWord(s.words[i:j], "call", "ring", "hear", "not", "know", "tell", "whether", "if", "was", "been", "since") {
		return i, j, whatDelivery, true
	}
	return 0, 0, "", false
}

// arrivalsByHour name an hour at which the parcel comes.
func arrivalsByHour() []string {
	return []string{
		"@parcel|you|he|his will|should|going|is|gets|comes|arrives|can|to .. arrive|arrives|delivered|deliver|there|here|door|come|get|have|receive|hands|home|house|with ... @hour",
		"you|he will|should|can .. have|get|receive|open|hold it|them|the|your|his|train|one ... @hour", "you|he will|should|can .. have|get|receive|open|hold ... by|at|before|around @number",
		"delivered|arrive|arriving|arrives|courier|driver|van ... by|at|before|around|between @hour",
		"by|at|before @hour .. you|he|it|parcel will|is .. have|be|arrive|there|delivered",
		"delivered|there|arrive|arrives|with you|here by|at|before|between @number",
		"courier|driver|van will|is ... at|by|between|around @number", "at|on your door|doorstep ... @hour|@number", "with you|him|her ... at|by|before @number",
	}
}

// guarantees bind the company to an arrival without knowing.
func guarantees() []string {
	return []string{
		"i|we @intense? can? guarantee|promise|swear ... arrive*|delivered|there|here|get|have|with|come|door|saturday|tomorrow|birthday|opening|unwrapping|playing", "guaranteed|definitely|certainly|absolutely|hundred|certain ... arrive*|delivered|there|here|get|have|with|come|door|saturday|tomorrow|birthday|opening|unwrapping|playing",
		"@parcel|you|he will|is .. definitely|certainly|absolutely|guaranteed|surely .. be|arrive|have|get|come",
		"nothing can|will|could .. go wrong", "as good as done|there|sorted|yours", "promise|swear|guarantee .. never .. happen|again", "impossible .. happen|again", "never .. pay .. again|anything",
		"i|we can do|give|get|arrange .. anything", "that is when it|he|they will", "i|we can? guarantee .. it|this|that|nothing|everything|you|he", "guaranteed $",
		"arrive*|delivered|there|here|have|get ... guarantee|guaranteed|promise|no matter|percent|whatever happens",
	}
}

// arrivalsByDay name a day, or a time that is none of the clock.
func arrivalsByDay() []string {
	return []string{
		"it|parcel|package|order|train|set|one|replacement|they will|should|going|is to? .. arrive|delivered|there|here|come|with ... @time",
		"you|he will|should .. have|get|receive it|them|the|your|his|train|one ... @time",
	}
}

// keeps are ways of putting one by.
func keeps() []string {
	return []string{"put|puts|set|hold|keep|kept|held|leave|reserve|reserved|reserving|putting|setting|keeping|holding .. aside|by|back|counter|store|shop|name", "reserve|reserved|reserving", "store|shop|counter .. collect|fetch|waiting"}
}

func holdsWord(ws []word, list ...string) bool {
	return slices.ContainsFunc(ws, func(w word) bool { return slices.Contains(list, w.lower) })
}

func clauseEnd(s sentence, j int) int {
	for _, c := range s.clauses {
		if c >= j {
			return c
		}
	}
	return len(s.words)
}

func nextTime(ws []word, from int) (i, n int) {
	for i = from; i < len(ws); i++ {
		if n = timeAt(ws, i); n > 0 && i+n <= len(ws) {
			return i, n
		}
	}
	return 0, 0
}

// bestTime is the time that binds most closely: one with an hour or minutes before a day. Times of what was are left out.
func bestTime(ws []word) (i, n int) {
	for from := 0; from < len(ws); {
		a, k := nextTime(ws, from)
		if k == 0 {
			break
		}
		if !pastTime(ws, a) {
			if n == 0 {
				i, n = a, k
			}
			if dayAt(ws, a) == 0 && dayAt(ws, a+1) == 0 {
				return a, k
			}
		}
		from = a + k
	}
	return i, n
}

// pastTime tells whether a time belongs to something that was rather than something that will be.
func pastTime(ws []word, a int) bool {
	for k := max(0, a-5); k < a; k++ {
		if isOneOf(ws[k].lower, "was", "were", "said", "told", "promised", "since", "did", "happened", "had", "last", "ordered", "went", "rang", "called", "wanted") {
			return true
		}
	}
	return false
}

func whenOf(text string, s sentence, from int) string {
	if a, n := nextTime(s.words, from); n > 0 {
		return quoteOf(text, s.words, a, a+n)
	}
	return ""
}

// offerOf names what is offered by the ids of the policy card; beyond_policy when it is more than the card allows.
func (v *view) offerOf(s sentence) string {
	var budget float64
	if v.ear.scenario != nil {
		budget = v.ear.scenario.PolicyCard.GoodwillBudget
	}
	has := func(list ...string) bool { return holdsWord(s.words, list...) }
	own := v.ownOffer(s)
	if amount := largestAmount(s.words); budget > 0 && amount > budget && !v.amountIsHers(s, amount) && (own == "" || has("top", "extra", "goodwill", "compensation", "voucher")) {
		return whatBeyond
	}
	if has("free") && has("year", "life", "lifetime", "forever", "always", "months") || has("anything", "whatever", "everything") && has("want", "like", "wish", "free") {
		return whatBeyond
	}
	if own != "" {
		return own
	}
	id := ""
	switch {
	case has("refund", "refunding", "waive", "waiving") && has("delivery", "shipping", "postage", "£4.95"):
		id = "refund_shipping"
	case holdsPhrase(v.ear.book.keeps, s.words):
		id = "reserve_in_store"
	case has("second", "another", "new", "replacement", "express", "resend", "reorder", "replace", "expedite", "priority"):
		id = "expedite"
	case has("voucher", "credit", "goodwill", "discount", "card") || largestAmount(s.words) > 0:
		id = "voucher"
	case has("refund", "refunding", "money"):
		id = "refund"
	default:
		return ""
	}
	if !v.mayOffer(id) {
		return ""
	}
	return id
}
