package grading

import (
	"strconv"
	"strings"
)

// amount is a sum of money named in words[from:to].
type amount struct {
	value    float64
	from, to int
}

// amounts finds sums of money in digits or words: "£80", "80 pounds", "eighty quid", "a hundred and twenty dollars".
func amounts(words []word) []amount {
	var out []amount
	for i := 0; i < len(words); i++ {
		value, next, ok := number(words, i)
		if !ok {
			continue
		}
		signed := strings.IndexAny(words[i].w, currencySigns) == 0
		end := next
		switch {
		case next < len(words) && currency(words[next].w):
			end = next + 1
		case !signed:
			continue
		}
		out = append(out, amount{value, i, end})
		i = end - 1
	}
	return out
}

// currencySigns can stand before a sum, in the same word.
const currencySigns = "£$€¥"

func currency(w string) bool {
	switch w {
	case "pound", "pounds", "quid", "dollar", "dollars", "bucks", "euro", "euros", "gbp", "usd", "eur":
		return true
	default:
		return false
	}
}

// number reads a number at words[i:] and returns the position after it.
func number(words []word, i int) (float64, int, bool) {
	if v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimLeft(words[i].w, currencySigns), ",", ""), 64); err == nil && v < 1e12 && v >= 0 {
		return v, i + 1, true
	}
	total, current, next := 0.0, 0.0, i
	for next < len(words) {
		w := words[next].w
		small, ok := smallNumber(w)
		switch {
		case ok:
			current += small
		case w == "a" && next == i && next+1 < len(words) && (words[next+1].w == "hundred" || words[next+1].w == "thousand"):
			current = 1
		case w == "hundred" && next > i:
			current *= 100
		case w == "thousand" && next > i:
			total, current = total+current*1000, 0
		case w == "and" && next > i && next+1 < len(words) && isSmall(words[next+1].w) && (words[next-1].w == "hundred" || words[next-1].w == "thousand"):
		default:
			return total + current, next, next > i
		}
		next++
	}
	return total + current, next, next > i
}

func isSmall(w string) bool { _, ok := smallNumber(w); return ok }

func smallNumber(w string) (float64, bool) {
	switch w {
	case "one":
		return 1, true
	case "two":
		return 2, true
	case "three":
		return 3, true
	case "four":
		return 4, true
	case "five":
		return 5, true
	case "six":
		return 6, true
	case "seven":
		return 7, true
	case "eight":
		return 8, true
	case "nine":
		return 9, true
	case "ten":
		return 10, true
	case "eleven":
		return 11, true
	case "twelve":
		return 12, true
	case "thirteen":
		return 13, true
	case "fourteen":
		return 14, true
	case "fifteen":
		return 15, true
	case "sixteen":
		return 16, true
	case "seventeen":
		return 17, true
	case "eighteen":
		return 18, true
	case "nineteen":
		return 19, true
	case "twenty":
		return 20, true
	case "thirty":
		return 30, true
	case "forty":
		return 40, true
	case "fifty":
		return 50, true
	case "sixty":
		return 60, true
	case "seventy":
		return 70, true
	case "eighty":
		return 80, true
	case "ninety":
		return 90, true
	default:
		return 0, false
	}
}

// clockTime finds a time of day after at/by/before/around/between, or one with am, pm or o'clock.
func clockTime(words []word, sentence int) bool {
	for i, w := range words {
		if w.sentence != sentence {
			continue
		}
		switch w.w {
		case "noon", "midday", "midnight", "o'clock":
			return true
		case "hour", "hours", "minutes":
			// "within two hours" is a time of day once it is said of a courier
			for j := max(0, i-4); j < i; j++ {
				if words[j].w == "in" || words[j].w == "within" || words[j].w == "under" {
					return true
				}
			}
		}
		if clockToken(w.w) && !strings.ContainsAny(w.w, currencySigns) && strings.ContainsAny(w.w, "apm:") {
			return true
		}
		value, next, ok := number(words, i)
		if !ok || value < 1 || value > 24 {
			if ok || !clockToken(w.w) {
				continue
			}
			next = i + 1
		}
		if next < len(words) {
			switch words[next].w {
			case "am", "pm", "o'clock", "sharp":
				return true
			case "hour", "hours", "minute", "minutes", "day", "days", "week", "weeks", "times", "pounds", "percent", "month", "months", "working", "business", "of", "more":
				continue
			}
		}
		if i > 0 && words[i-1].sentence == sentence {
			switch words[i-1].w {
			case "at", "by", "before", "around", "between", "about", "until":
				return true
			}
		}
	}
	return false
}

// clockToken reports whether a word is written as a time: 3pm, 15.00.
func clockToken(w string) bool {
	digits := strings.TrimRight(w, "apm")
	if digits == "" || digits == w && !strings.ContainsAny(w, ".:") {
		return false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(digits, ":", "."), 64)
	return err == nil && v > 0 && v < 25
}
