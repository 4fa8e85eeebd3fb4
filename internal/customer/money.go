package customer

import (
	"strconv"
	"strings"
)

// moneyAt matches an amount of money, in figures with its sign or in words.
func moneyAt(ws []word, i int) int {
	_, n := amountFrom(ws, i)
	return n
}

// amountAt is the amount of money that begins at word i; 0 when there is none.
func amountAt(ws []word, i int) float64 {
	amount, _ := amountFrom(ws, i)
	return amount
}

func amountFrom(ws []word, i int) (amount float64, n int) {
	w := at(ws, i)
	for _, sign := range []string{"£", "$", "€"} {
		if figures, ok := strings.CutPrefix(w, sign); ok {
			f, err := strconv.ParseFloat(strings.ReplaceAll(figures, ",", ""), 64)
			if err != nil {
				return 0, 0
			}
			return f, 1
		}
	}
	total, part, j := 0.0, 0.0, i
	for ; j < len(ws); j++ {
		w := at(ws, j)
		switch {
		case w == "hundred":
			part = max(part, 1) * 100
		case w == "thousand":
			total, part = total+max(part, 1)*1000, 0
		case w == "and" && j > i && numberWord(at(ws, j+1)) > 0:
		case numberWord(w) > 0:
			part += numberWord(w)
		case w == "a" && isOneOf(at(ws, j+1), "hundred", "thousand"):
		default:
			if f, err := strconv.ParseFloat(strings.ReplaceAll(w, ",", ""), 64); err == nil && part == 0 {
				part = f
				continue
			}
			if j == i || !isOneOf(w, "pound", "pounds", "quid", "euro", "euros", "dollar", "dollars", "buck", "bucks") {
				return 0, 0
			}
			if total+part == 0 {
				return 0, 0
			}
			return total + part, j + 1 - i
		}
	}
	return 0, 0
}

// numberWord is a number below a hundred in words.
func numberWord(w string) float64 {
	ones := []string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
		"eighteen", "nineteen",
	}
	for n, s := range ones {
		if w == s {
			return float64(n)
		}
	}
	for n, s := range []string{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"} {
		if w == s {
			return float64(10 * (n + 2))
		}
		if rest, ok := strings.CutPrefix(w, s+"-"); ok {
			return float64(10*(n+2)) + numberWord(rest)
		}
	}
	return 0
}

// largestAmount is the largest amount of money in a run of words; 0 when there is none.
func largestAmount(ws []word) float64 {
	most := 0.0
	for i := range ws {
		most = max(most, amountAt(ws, i))
	}
	return most
}
