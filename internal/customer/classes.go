package customer

import (
	"slices"
	"strings"
)

// class is a named list of words, or a way of finding times, numbers or money.
type class struct {
	words []string
	stems []string
	find  func(ws []word, i int) int // nil: a list
}

// classOf is the class of a name; the phrase language knows no others.
func classOf(name string) (class, bool) {
	switch name {
	case "time":
		return class{find: timeAt}, true
	case "hour":
		return class{find: hourAt}, true
	case "soon":
		return class{find: soonAt}, true
	case "number":
		return class{find: numberAt}, true
	case "money":
		return class{find: moneyAt}, true
	case "parcel":
		return class{find: parcelAt}, true
	case "verb":
		return class{find: verbAt}, true
	case "doing":
		return class{find: doingAt}, true
	case "done":
		return class{find: doneAt}, true
	case "gerund":
		return class{find: gerundAt}, true
	}
	var c class
	for _, w := range classWords(name) {
		if stemOf, ok := strings.CutSuffix(w, "*"); ok {
			c.stems = append(c.stems, stemOf)
		} else {
			c.words = append(c.words, w)
		}
	}
	return c, len(c.words) > 0
}

// at returns how many words of ws from i belong to the class, or 0.
func (c class) at(ws []word, i int) int {
	if c.find != nil {
		return c.find(ws, i)
	}
	if slices.Contains(c.words, ws[i].lower) || slices.ContainsFunc(c.stems, func(s string) bool { return strings.HasPrefix(ws[i].lower, s) }) {
		return 1
	}
	return 0
}

func numberAt(ws []word, i int) int {
	if isNumber(at(ws, i)) {
		return 1
	}
	return 0
}

// classWords is a class that is a list of words.
func classWords(name string) []string {
	switch name {
	case "feeling":
		return []string{
			"upset*", "angry", "annoy*", "furious", "frustrat*", "disappoint*", "worr*", "stress*", "exhaust*", "tired", "tiring", "awful", "horrible", "horrid",
			"rotten", "maddening", "infuriating", "unfair", "hurt*", "sad", "gutted", "let", "ignored", "lousy", "rough", "hard", "tough", "painful", "miserable",
			"unsettling", "upsetting", "difficult", "helpless", "anxious", "nervous", "fed", "miffed", "cross", "livid", "irritat*", "aggravat*", "terrible", "dreadful",
			"heartbreak*", "heartbroken", "embarrass*", "confus*", "uncertain*", "grim", "wearing", "draining", "galling", "nerve", "sickening", "crushing", "distress*", "desperate", "panick*", "bad", "wretched",
			"frighten*", "scared", "scary", "shaken", "lonely", "ashamed", "tricked", "cheated", "betray*", "humiliat*", "insult*", "powerless", "trapped", "overwhelm*", "sick", "devastat*", "alarm*", "unnerv*", "terrif*", "bitter", "isolat*", "alone", "shock*", "appall*", "demoralis*", "belittled", "disrespect*", "degrading", "rattled", "afraid", "uneasy", "heavy", "shattered", "worn", "drained", "knackered", "brutal", "cruel",
		}
	case "intense":
		return []string{"so", "very", "really", "quite", "pretty", "truly", "absolutely", "completely", "totally", "fully", "genuinely", "extremely", "deeply", "terribly", "just", "rather", "incredibly", "sincerely", "well", "perfectly", "definitely", "certainly", "clearly", "understandably", "bound"}
	case "seems":
		return []string{"is", "was", "must", "would", "sounds", "sound", "seems", "seem", "feels", "feel", "makes", "can", "looks", "are", "were", "be", "been", "will"}
	case "action":
		return []string{
			"call", "calling", "ring", "ringing", "phone", "phoning", "email", "emailing", "text", "texting", "send", "sending", "ship", "shipping", "order", "ordering", "chase", "chasing", "check", "checking",
			"find", "finding", "get", "getting", "track", "tracking", "ask", "asking", "speak", "speaking", "talk", "talking", "contact", "contacting", "book", "booking", "arrange", "arranging", "refund", "refunding",
			"put", "putting", "hold", "holding", "replace", "replacing", "reserve", "reserving", "message", "messaging", "update", "updating", "follow", "following", "come", "coming", "confirm", "confirming",
			"raise", "raising", "escalate", "escalating", "let", "have", "see", "go", "going", "make", "making", "stay", "staying", "walk", "walking", "sort", "sorting", "fix", "fixing", "look", "looking", "tell", "telling", "write", "do", "bring", "pick", "set", "pack", "packing", "dispatch", "dispatching", "credit", "waive", "open", "give",
			"report", "watch", "report", "try", "work", "keep", "help", "resolve", "process", "issue", "investigate", "handle", "start", "request",
		}
	case "arrive":
		return []string{"arrive", "arrives", "arriving", "delivered", "deliver", "come", "comes", "coming", "there", "with", "reach", "turn", "here", "get", "land", "have"}
	case "culprit":
		return []string{
			"system*", "computer*", "software", "machine*", "till", "tills", "server*", "terminal", "app", "website", "site", "page", "form", "button", "link", "exchange", "cabinet", "cable*", "wire", "router", "mast", "engineer*", "technician*", "crew", "pilot",
			"plane", "aircraft", "airline", "supplier*", "warehouse", "depot", "courier", "driver", "van", "team*", "department", "colleague*", "agent*", "cleaner*", "host", "owner", "surgery", "doctor*", "prescriber", "pharmacist", "pharmacy", "counter", "stock", "batch",
			"factory", "manufacturer", "label*", "update", "script", "bug", "fault", "error", "filter*", "rota", "message*", "letter*", "request*", "note*", "file", "record*", "booking*", "branch*", "company", "office", "management", "manager*", "guest*", "payout", "block",
			"lid*", "switch*", "handle*", "screen*", "size*", "part*", "shift", "feed", "list", "queue", "invoice*", "bill*", "charge*", "rule", "check", "alarm", "valve", "pipe", "boiler", "lock", "prescription", "order", "parcel", "line", "flight", "job", "repair", "case", "claim", "refund", "payment", "cancellation", "complaint", "report", "test", "seller", "shop", "store", "account",
		}
	case "went":
		return []string{
			"broke", "failed", "crashed", "froze", "hung", "lost", "missed", "dropped", "forgot", "skipped", "closed", "blocked", "flagged", "rejected", "refused", "returned", "bounced", "duplicated", "doubled", "sent", "went", "put", "held", "stopped", "changed",
			"switched", "overran", "ran", "timed", "expired", "stuck", "marked", "matched", "mixed", "misread", "mistook", "misfiled", "swapped", "fell", "jammed", "leaked", "snapped", "slipped", "shut", "cut", "came", "got", "took", "billed", "charged", "saw", "read", "picked",
			"printed", "hides", "sends", "sets", "keeps", "loses", "drops", "blocks", "treats", "counts", "shows", "takes", "chose", "decided", "signed", "wrote", "opened", "worked", "thought", "left", "sat", "waited", "overheated", "cracked", "overbooked", "kept", "double", "filed", "cancelled",
		}
	case "data":
		return []string{"name", "number", "address", "postcode", "zip", "email", "phone", "telephone", "mobile", "reference", "date", "surname", "code", "account", "details"}
	case "we":
		return []string{"i", "we"}
	}
	return nil
}

func isDatum(w string) bool { return isOneOf(w, classWords("data")...) }

func isAction(w string) bool { return isOneOf(w, classWords("action")...) || isDeed(w) }

func isNumber(w string) bool {
	if w == "" {
		return false
	}
	if w[0] >= '0' && w[0] <= '9' {
		return true
	}
	switch w {
	case "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty", "thirty", "forty", "fifty", "sixty", "half", "quarter", "couple", "few":
		return true
	}
	return false
}

func at(ws []word, i int) string {
	if i < 0 || i >= len(ws) {
		return ""
	}
	return ws[i].lower
}

func isOneOf(w string, list ...string) bool {
	return slices.Contains(list, w)
}

// hourAt matches an hour of the clock: four o'clock, 4 pm, 16:00, half past three, noon.
func hourAt(ws []word, i int) int {
	w := at(ws, i)
	switch {
	case isOneOf(w, "noon", "midday", "lunchtime", "midnight", "teatime", "breakfast", "lunch"):
		return 1
	case w == "half" && isNumber(at(ws, i+1)) && hourLike(at(ws, i+1)):
		return 2
	case strings.Contains(w, ":") && isNumber(w):
		if isOneOf(at(ws, i+1), "am", "pm") {
			return 2
		}
		return 1
	case isOneOf(w, "five", "ten", "twenty", "half", "quarter") && isOneOf(at(ws, i+1), "past", "to") && isNumber(at(ws, i+2)):
		return 3
	case strings.HasSuffix(w, "pm") || strings.HasSuffix(w, "am"):
		if isNumber(w) {
			return 1
		}
	case isNumber(w) && isOneOf(at(ws, i+1), "o'clock", "oclock", "pm", "am", "thirty", "fifteen"):
		return 2
	case isNumber(w) && at(ws, i+1) == "o" && at(ws, i+2) == "clock":
		return 3
	case isNumber(w) && isOneOf(at(ws, i+1), "in", "this") && isOneOf(at(ws, i+2), "the", "morning", "afternoon", "evening"):
		return 3
	}
	return 0
}

// timeAt matches words that give a time one can be held to. "Soon" and "shortly" do not.
func timeAt(ws []word, i int) int {
	w := at(ws, i)
	if n := hourAt(ws, i); n > 0 {
		return n
	}
	if n := spanAt(ws, i); n > 0 {
		return n
	}
	if (hourLike(w) || isOneOf(w, "noon", "midnight")) && at(ws, i+1) == "at" && at(ws, i+2) == "the" && at(ws, i+3) == "latest" {
		return 4
	}
	if isNumber(w) && isOneOf(at(ws, i+1), "minutes", "minute", "hours", "hour") && isOneOf(at(ws, i+2), "tops", "max", "maximum", "most") {
		return 3
	}
	switch w {
	case "by", "before", "at", "until", "till", "around", "about", "past":
		j := i + 1
		if isOneOf(at(ws, j), "about", "around", "the", "this", "your", "next") {
			j++
		}
		if n := hourAt(ws, j); n > 0 {
			return j + n - i
		}
		if n := dayAt(ws, j); n > 0 {
			return j + n - i
		}
		if isNumber(at(ws, j)) && !isOneOf(at(ws, j), "few", "couple") && (at(ws, j) != "one" || isOneOf(w, "at", "by", "before", "until", "till") && isOneOf(at(ws, j+1), "", "to", "and", "today", "tomorrow", "sharp", "on", "if", "so", "with", "latest", "at")) && !isOneOf(at(ws, j+1), "days", "weeks", "people", "times", "percent", "pounds", "working", "business", "million", "of") && hourLike(at(ws, j)) {
			return j + 1 - i
		}
		if isOneOf(at(ws, j), "end", "close") && j+3 <= len(ws) { // of the day; "by the end" alone is no time
			return j + 3 - i
		}
	case "in", "within", "for":
		j := i + 1
		if w == "for" {
			break
		}
		if isOneOf(at(ws, j), "the", "about", "a", "an", "another", "under", "less") {
			j++
		}
		if isOneOf(at(ws, j), "next", "than") {
			j++
		}
		k := j
		for isNumber(at(ws, k)) || isOneOf(at(ws, k), "of", "a", "an", "or") {
			k++
		}
		if isOneOf(at(ws, k), "minutes", "minute", "hours", "hour", "mins") {
			return k + 1 - i
		}
	case "end", "close":
		if at(ws, i+1) == "of" {
			k := i + 2
			if isOneOf(at(ws, k), "the", "play") {
				k++
			}
			if isOneOf(at(ws, k), "day", "business", "today", "week", "afternoon", "morning", "play") || at(ws, k-1) == "play" {
				return min(k+1, len(ws)) - i
			}
		}
	case "while":
		if !isOneOf(at(ws, i+1), "you", "we") {
			break
		}
		switch {
		case isOneOf(at(ws, i+2), "hold", "wait"):
			return 3
		case at(ws, i+2) == "are" && isOneOf(at(ws, i+3), "here", "holding", "waiting"):
			return 4
		case at(ws, i+2) == "are" && at(ws, i+3) == "on" && isOneOf(at(ws, i+5), "line", "phone"):
			return 6
		}
	case "once", "twice":
		return 0
	}
	return dayAt(ws, i)
}

// spanAt matches a time from one hour to another: between eight and ten, eight till twelve.
func spanAt(ws []word, i int) int {
	j := i
	if isOneOf(at(ws, j), "between", "from") {
		j++
	}
	from := max(hourAt(ws, j), oneIf(hourLike(at(ws, j))))
	if from == 0 {
		return 0
	}
	k := j + from
	if !isOneOf(at(ws, k), "till", "until", "to") && (j == i || at(ws, k) != "and") {
		return 0
	}
	to := max(hourAt(ws, k+1), oneIf(hourLike(at(ws, k+1))))
	if to == 0 || isOneOf(at(ws, k+1+to), "minutes", "minute", "hours", "days", "weeks", "working", "business") {
		return 0
	}
	return k + 1 + to - i
}

func hourLike(w string) bool {
	switch w {
	case "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve":
		return true
	}
	return len(w) <= 2 && w != "" && w[0] >= '0' && w[0] <= '9'
}

// dayAt matches a day or a part of it.
func dayAt(ws []word, i int) int {
	w := at(ws, i)
	switch w {
	case "today", "tonight":
		return 1
	case "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		if isOneOf(at(ws, i+1), "morning", "afternoon", "evening", "night") {
			return 2
		}
		return 1
	case "this":
		if isOneOf(at(ws, i+1), "morning", "afternoon", "evening") {
			return 2
		}
	case "first":
		if at(ws, i+1) == "thing" {
			return 2
		}
	}
	return 0
}

// soonAt matches words that sound like a time and promise none.
func soonAt(ws []word, i int) int {
	switch at(ws, i) {
	case "soon", "shortly", "asap", "eventually", "sometime":
		return 1
	case "as":
		if at(ws, i+1) == "soon" && at(ws, i+2) == "as" {
			return 3
		}
	case "in":
		if at(ws, i+1) == "due" && at(ws, i+2) == "course" {
			return 3
		}
	}
	return 0
}

func isStopWord(w string) bool {
	switch w {
	case "the", "and", "you", "your", "for", "are", "was", "that", "this", "with", "have", "has", "had", "not", "but", "what", "who", "how", "why",
		"when", "where", "which", "can", "could", "would", "will", "just", "all", "one", "out", "its", "it's", "from", "they", "them", "there", "their",
		"then", "than", "been", "being", "were", "did", "does", "don't", "i'm", "i'll", "i've", "that's", "what's", "about", "into", "some", "any",
		"get", "got", "him", "his", "her", "she", "our", "us", "me", "my", "now", "yes", "okay", "right", "please", "thank", "thanks", "sorry", "know",
		"like", "want", "need", "going", "come", "see", "say", "said", "tell", "told", "let", "well", "here", "really", "very", "also", "still", "only",
		"can't", "you're", "you've", "you'll", "we're", "we'll", "we've", "he's", "it'll", "didn't", "isn't", "hasn't", "should", "more", "much", "too", "way", "make", "made", "sure":
		return true
	}
	return false
}
