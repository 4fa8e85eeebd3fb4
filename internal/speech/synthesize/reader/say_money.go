package reader

import "strings"

// currency is how a sum of money is said.
type currency struct{ one, many, cent, cents string }

func currencyOf(sign string) (currency, bool) {
	switch sign {
	case "£", "GBP":
		return currency{"pound", "pounds", "penny", "pence"}, true
	case "$", "USD", "US$", "C$", "A$":
		return currency{"dollar", "dollars", "cent", "cents"}, true
	case "€", "EUR":
		return currency{"euro", "euros", "cent", "cents"}, true
	case "¥", "JPY":
		return currency{"yen", "yen", "sen", "sen"}, true
	case "₹", "INR":
		return currency{"rupee", "rupees", "paisa", "paise"}, true
	}
	return currency{}, false
}

// sayMoney says £4.95, $25, 25€, -€3, £30/month, £1.2m, "£3 million", "GBP 20", 50p.
func sayMoney(s sentence, i int) ([]Spoken, bool) {
	c := s[i]
	if prev := s.at(i - 1); s.joins(i-1) && isCodeSign(prev.core) {
		if cur, ok := currencyOf(prev.core); ok && digitAt(c.core, 0) {
			return sum(s, i, cur, c.core, "")
		}
	}
	if isCodeSign(c.core) && s.joins(i) && digitAt(s.at(i+1).core, 0) {
		return nil, true // "GBP 20": the amount says it
	}
	if scaleWord(c.low) && s.joins(i-1) {
		if cur, _, _, ok := amount(s.at(i - 1).core); ok {
			return words(c.low + " " + cur.many), true
		}
	}
	if pence, ok := strings.CutSuffix(c.low, "p"); ok && allDigits(pence) && len(pence) <= 3 {
		n, _ := wholeNumber(pence)
		if n == 1 {
			return words("one penny"), true
		}
		return words(cardinal(n) + " pence"), true
	}
	cur, number, sign, ok := amount(c.core)
	if !ok {
		return nil, false
	}
	return sum(s, i, cur, number, sign)
}

func isCodeSign(core string) bool {
	switch core {
	case "GBP", "USD", "EUR", "JPY", "INR":
		return true
	}
	return false
}

// amount parts a chunk into its currency and its number.
func amount(core string) (cur currency, number, sign string, ok bool) {
	if rest, minus := strings.CutPrefix(core, "-"); minus {
		core, sign = rest, "minus "
	} else if rest, plus := strings.CutPrefix(core, "+"); plus {
		core, sign = rest, "plus "
	}
	for _, mark := range []string{"US$", "C$", "A$", "£", "$", "€", "¥", "₹"} {
		if rest, found := strings.CutPrefix(core, mark); found && (digitAt(rest, 0) || (strings.HasPrefix(rest, ".") && digitAt(rest, 1))) {
			cur, _ = currencyOf(mark)
			return cur, rest, sign, true
		}
		if rest, found := strings.CutSuffix(core, mark); found && digitAt(rest, 0) {
			cur, _ = currencyOf(mark)
			return cur, rest, sign, true
		}
	}
	return currency{}, "", "", false
}

func sum(s sentence, i int, cur currency, number, sign string) ([]Spoken, bool) {
	number, per, rate := strings.Cut(number, "/")
	tail := ""
	if rate {
		tail = " a " + per
		if !lettersOnly(per) {
			return nil, false
		}
	}
	for suffix, scale := range map[string]string{"k": "thousand", "m": "million", "bn": "billion", "b": "billion"} {
		if rest, ok := strings.CutSuffix(strings.ToLower(number), suffix); ok && len(rest) > 0 && digitAt(rest, len(rest)-1) {
			text, ok := decimalWords(rest)
			return words(sign + text + " " + scale + " " + cur.many + tail), ok
		}
	}
	if s.joins(i) && scaleWord(s.at(i+1).low) {
		text, ok := decimalWords(number)
		return words(sign + text), ok
	}
	if from, to, span := strings.Cut(strings.ReplaceAll(number, "–", "-"), "-"); span {
		a, okA := decimalWords(from)
		b, okB := decimalWords(strings.TrimLeft(to, "£$€"))
		return words(a + " to " + b + " " + cur.many + tail), okA && okB
	}
	wholeText, cents, point := strings.Cut(number, ".")
	whole, ok := wholeNumber(wholeText)
	if wholeText == "" {
		whole, ok = 0, true
	}
	if !ok || (point && !allDigits(cents)) {
		return nil, false
	}
	if point && len(cents) != 2 {
		text, ok := decimalWords(number)
		return words(sign + text + " " + cur.many + tail), ok
	}
	unit := cur.many
	if whole == 1 || describes(s, i) {
		unit = cur.one
	}
	small, _ := wholeNumber(cents)
	switch {
	case !point || small == 0:
		return words(sign + cardinal(whole) + " " + unit + tail), true
	case whole == 0:
		return words(sign + cardinal(small) + " " + coin(cur, small) + tail), true
	case cur.one == "dollar" || small < 10:
		return words(sign + cardinal(whole) + " " + unit + " and " + cardinal(small) + " " + coin(cur, small) + tail), true
	}
	return words(sign + cardinal(whole) + " " + unit + " " + cardinal(small) + tail), true
}

func coin(c currency, n uint64) string {
	if n == 1 {
		return c.cent
	}
	return c.cents
}

// describes says whether the sum names a thing, as in "a £10 voucher": then it is "ten pound".
func describes(s sentence, i int) bool {
	if !s.joins(i) {
		return false
	}
	switch s.at(i - 1).low {
	case "a", "an", "another", "one", "my", "your", "that", "this", "the", "our":
	default:
		return false
	}
	switch s.at(i + 1).low {
	case "voucher", "credit", "refund", "gift", "discount", "charge", "fee", "payment", "bill", "order", "item", "deposit", "card",
		"coupon", "bonus", "penalty", "fine", "surcharge", "note", "goodwill", "top-up", "upgrade", "plan", "delivery":
		return true
	}
	return false
}

func scaleWord(low string) bool {
	switch low {
	case "hundred", "thousand", "million", "billion", "trillion":
		return true
	}
	return false
}
