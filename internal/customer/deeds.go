package customer

import (
	"slices"
	"strings"
	"sync"
)

// deeds are what somebody who helps can do, in any trade, in the base form; deedForms knows their other forms.
func deeds() []string {
	return []string{
		"activate", "add", "adjust", "allocate", "amend", "approve", "apply", "arrange", "ask", "assign", "authorise", "authorize", "block", "book", "bring", "buy", "call", "cancel", "change", "charge", "chase", "check", "clean", "clear", "close",
		"collect", "come", "confirm", "connect", "contact", "correct", "courier", "cover", "credit", "cut", "deactivate", "deduct", "delete", "deliver", "dispatch", "dispense", "draft", "drive", "drop", "email", "end", "enter", "escalate", "exchange",
		"expedite", "extend", "fetch", "file", "fill", "find", "fix", "flag", "follow", "forward", "freeze", "get", "give", "hand", "hold", "inspect", "install", "investigate", "issue", "keep", "key", "lift", "list", "lock", "log", "mail", "make",
		"mark", "match", "mend", "message", "move", "note", "notify", "open", "order", "organise", "organize", "pack", "pause", "pay", "phone", "pick", "post", "prepare", "print", "process", "pull", "push", "put", "raise", "reactivate", "rebook",
		"recall", "reconnect", "record", "reduce", "refund", "register", "reimburse", "reinstate", "reissue", "release", "remove", "renew", "repair", "repay", "replace", "report", "request", "reroute", "reschedule", "resend", "reserve", "reset",
		"restore", "resolve", "return", "reverse", "review", "ring", "run", "schedule", "seat", "send", "set", "settle", "ship", "sign", "sort", "start", "stay", "stop", "submit", "supply", "swap", "switch", "take", "test", "text", "top", "trace",
		"track", "transfer", "unblock", "unfreeze", "unlock", "update", "upgrade", "upload", "visit", "waive", "walk", "watch", "withdraw", "wire", "write",
	}
}

// irregular are participles that no rule gives.
func irregular(verb string) string {
	switch verb {
	case "bring":
		return "brought"
	case "buy":
		return "bought"
	case "come", "cut", "put", "run", "set", "reset":
		return verb
	case "drive":
		return "driven"
	case "find":
		return "found"
	case "freeze":
		return "frozen"
	case "unfreeze":
		return "unfrozen"
	case "get":
		return "got"
	case "give":
		return "given"
	case "hold":
		return "held"
	case "keep":
		return "kept"
	case "make":
		return "made"
	case "pay":
		return "paid"
	case "repay":
		return "repaid"
	case "ring":
		return "rung"
	case "send":
		return "sent"
	case "resend":
		return "resent"
	case "take":
		return "taken"
	case "withdraw":
		return "withdrawn"
	case "write":
		return "written"
	}
	return ""
}

// deedForms are the deeds as they stand after "I'm" and after "I've".
type deedForms struct{ bases, doing, done map[string]bool }

//nolint:gochecknoglobals // a table made once from a list and never written
var formsOfDeeds = sync.OnceValue(func() deedForms {
	f := deedForms{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, base := range deeds() {
		stem := strings.TrimSuffix(base, "e")
		if isOneOf(base, "cut", "drop", "flag", "get", "log", "put", "run", "set", "reset", "stop", "swap", "ship", "submit", "top", "transfer", "unplug") {
			stem += base[len(base)-1:]
		}
		if isOneOf(base, "cancel") {
			f.doing["cancelling"], f.done["cancelled"] = true, true
		}
		f.bases[base], f.doing[stem+"ing"] = true, true
		done := irregular(base)
		if y, ok := strings.CutSuffix(base, "y"); done == "" && ok && !strings.HasSuffix(y, "a") && !strings.HasSuffix(y, "e") && !strings.HasSuffix(y, "o") {
			done = y + "ied"
		}
		if done == "" {
			done = stem + "ed"
		}
		f.done[done] = true
	}
	for _, w := range []string{"calling", "having", "speaking", "talking", "going", "helping", "looking"} {
		f.doing[w] = true
	}
	delete(f.doing, "looking")
	delete(f.done, "got")
	delete(f.done, "made")
	return f
})

// verbAt matches any word that can be what somebody "will" do: an open list, because every trade has its own.
func verbAt(ws []word, i int) int {
	w := at(ws, i)
	if len(w) < 2 || isStopWord(w) && !isOneOf(w, "get", "make", "tell", "let", "see") || isPersonal(w) || isNumber(w) ||
		isOneOf(w, "not", "be", "have", "need", "never", "also", "then", "even", "always", "understand", "appreciate", "admit", "assume", "guess", "suppose", "hope", "think", "believe", "remember", "agree", "accept", "apologise", "apologize", "regret", "require", "a", "an", "to", "of", "in", "on", "it", "at", "by", "personally", "definitely", "certainly", "happily", "gladly", "first", "today", "tomorrow", "however", "probably", "no", "pretend", "lie", "bet", "own", "grant", "defend") {
		return 0
	}
	return 1
}

// doingAt and doneAt match a deed's form.
func doingAt(ws []word, i int) int { return oneIf(formsOfDeeds().doing[at(ws, i)]) }

func doneAt(ws []word, i int) int { return oneIf(formsOfDeeds().done[at(ws, i)]) }

// gerundAt matches any word in -ing that says what was done.
func gerundAt(ws []word, i int) int {
	w := at(ws, i)
	return oneIf(len(w) > 5 && strings.HasSuffix(w, "ing") && !isOneOf(w, "asking", "keeping", "bothering", "interrupting", "stopping", "during", "everything", "anything", "something", "nothing", "morning", "evening", "being", "having", "jumping", "butting", "saying"))
}

func oneIf(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

// outcomes are predictions that a company can be held to where it is not a courier who decides: an engineer, a payment.
func outcomes() []string {
	return []string{
		"will|shall .. with you", "will|shall .. back|ready|there|here|on|off|done|fixed|mended|clean|working|work|sorted|posted|sent|paid|refunded|credited|open|gone|lifted|restored|delivered|arrive|land|live|active|free|yours|reach|leave|leaves|clear|cleared|visit|in",
		"is|are going to .. with you", "is|are going to .. back|ready|there|here|on|off|done|fixed|clean|working|work|sorted|posted|sent|paid|refunded|open|lifted|restored|arrive|come",
		"you will .. have|get|receive|land|fly|be|see|find|hear|board|leave|sleep|stay", "you can .. collect|pick|have|board|fly|check|move",
		"^ you get .. @time", "@parcel leaves|lands|goes|comes|starts|opens|ends|stops|reaches|arrives .. @time",
	}
}

// others are commitments of somebody else in the trainee's name.
func others() []string {
	return []string{
		"will|is|are|going .. call|calling|ring|ringing|phone|phoning|email|emailing|text|message|contact|visit|visiting|meet|see you",
		"on its|their way|the .. @time", "they|someone|somebody will .. give|hand|pay|let you",
		"he|she|somebody|someone|engineer|technician|plumber|cleaner|manager|colleague|nurse|driver comes|calls|rings|visits|goes|brings .. @time",
		"he|she|they|somebody|someone|engineer|technician|plumber|cleaner|manager|supervisor|colleague|pharmacist|doctor|nurse|driver|team|specialist|adviser|advisor will|is|are .. call|ring|come|coming|visit|bring|bringing|clean|cleaning|fix|repair|look|sign|check|deliver|collect|write|email|meet|sort",
		"you will not be charged|billed|asked|disturbed|chased", "you will not .. pay|hear .. again|more|after",
	}
}

// isDeed tells a base form of a deed, as it stands after "will".
func isDeed(w string) bool { return formsOfDeeds().bases[w] }

// amountIsHers tells whether an amount in a sentence is the customer's own money coming back, rather than a gift: it stands
// in her scenario, or beside words of giving back and none of goodwill.
func (v *view) amountIsHers(s sentence, amount float64) bool {
	if holdsWord(s.words, "voucher", "vouchers", "goodwill", "compensation", "compensate", "gesture", "extra", "gift", "bonus", "top", "double", "twice", "triple") {
		return false
	}
	if slices.Contains(v.ear.amounts, amount) {
		return true
	}
	return holdsWord(s.words, "refund", "refunding", "refunded", "reverse", "reversing", "reversed", "return", "returning", "repay", "repaying", "reimburse", "reimbursing") && len(v.ear.own.offers) > 0
}
