package reader

import (
	"strconv"
	"strings"
)

// monthName is a month by its name or its usual short form, with a capital: "Nov" → "November".
func monthName(core string) (string, bool) {
	switch strings.ToLower(core) {
	case "jan", "january":
		return "January", capital(core)
	case "feb", "february":
		return "February", capital(core)
	case "mar", "march":
		return "March", capital(core)
	case "apr", "april":
		return "April", capital(core)
	case "may":
		return "May", capital(core)
	case "jun", "june":
		return "June", capital(core)
	case "jul", "july":
		return "July", capital(core)
	case "aug", "august":
		return "August", capital(core)
	case "sep", "sept", "september":
		return "September", capital(core)
	case "oct", "october":
		return "October", capital(core)
	case "nov", "november":
		return "November", capital(core)
	case "dec", "december":
		return "December", capital(core)
	}
	return "", false
}

func monthNumber(n uint64) string {
	return [...]string{
		"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
	}[n-1]
}

// dayName is a weekday by its short form with a capital.
func dayName(core string) (name string, certain bool) {
	switch core {
	case "Mon":
		return "Monday", false
	case "Tue", "Tues":
		return "Tuesday", true
	case "Wed", "Weds":
		return "Wednesday", true
	case "Thu", "Thur", "Thurs":
		return "Thursday", true
	case "Fri":
		return "Friday", true
	case "Sat":
		return "Saturday", false
	case "Sun":
		return "Sunday", false
	}
	return "", false
}

func capital(core string) bool { return core != "" && core[0] >= 'A' && core[0] <= 'Z' }

// sayDate says the parts of dates, each chunk knowing its neighbours: "Tue 17 Nov", "17 November 2026", "Nov 17th, 2026",
// 17/11/2026, 11/17, 2026-11-17, and years after "in" or "since".
func sayDate(s sentence, i int) ([]Spoken, bool) {
	c := s[i]
	if name, certain := dayName(c.core); name != "" {
		_, month := monthName(s.at(i + 1).core)
		_, number := dayOfMonth(s.at(i + 1).core)
		if certain || c.dot || month || number {
			return words(name), true
		}
	}
	if name, ok := monthName(c.core); ok && (len(c.core) > 3 || c.dot || c.core == "May" || besideDay(s, i)) {
		return words(name), true
	}
	if n, ok := dayOfMonth(c.core); ok {
		if said, ok := sayDay(s, i, n); ok {
			return said, true
		}
	}
	if len(c.core) == 4 && allDigits(c.core) && c.core >= "1100" && c.core <= "2099" && afterDate(s, i) {
		n, _ := wholeNumber(c.core)
		return words(year(n)), true
	}
	if said, ok := sayNumericDate(c.core); ok {
		return said, true
	}
	return nil, false
}

// dayOfMonth reads 17 or 17th.
func dayOfMonth(core string) (uint64, bool) {
	low := strings.ToLower(core)
	for _, ending := range []string{"st", "nd", "rd", "th"} {
		low = strings.TrimSuffix(low, ending)
	}
	if len(low) == 0 || len(low) > 2 {
		return 0, false
	}
	n, ok := wholeNumber(low)
	return n, ok && n >= 1 && n <= 31
}

func besideDay(s sentence, i int) bool {
	_, before := dayOfMonth(s.at(i - 1).core)
	_, after := dayOfMonth(s.at(i + 1).core)
	weekday, _ := dayName(s.at(i - 1).core)
	next := s.at(i + 1).core
	return before || after || weekday != "" || (len(next) == 4 && allDigits(next)) || i+1 >= len(s) || len(s.at(i).core) == 3
}

func sayDay(s sentence, i int, n uint64) ([]Spoken, bool) {
	if _, ok := monthName(s.at(i - 1).core); ok && (s.joins(i-1) || s.at(i-1).dot) {
		return words(ordinal(n)), true // November 17
	}
	next := s.at(i + 1)
	if _, ok := monthName(next.core); !ok || !s.joins(i) {
		return nil, false
	}
	if next.core == "May" || next.core == "March" || next.core == "Mar" {
		// "I have 3. May I …" has punctuation between; "3 March" and "3 May" without it are dates.
		if s.at(i).end != 0 {
			return nil, false
		}
	}
	if s.at(i-1).low == "the" {
		return words(ordinal(n) + " of"), true
	}
	return words("the " + ordinal(n) + " of"), true
}

// afterDate says whether a four-digit number follows a date or a word that years follow.
func afterDate(s sentence, i int) bool {
	prev := s.at(i - 1)
	if _, ok := monthName(prev.core); ok {
		return true
	}
	if _, ok := dayOfMonth(prev.core); ok {
		if _, ok := monthName(s.at(i - 2).core); ok {
			return true
		}
	}
	switch prev.low {
	case "in", "since", "until", "by", "from", "year", "before", "after", "late", "early":
		return s[i].core >= "1900" && !codeWord(s.at(i-2).low)
	}
	return false
}

// sayNumericDate says 2026-11-17, 17/11/2026, 11/17/26 and 11/17; where both orders are possible the month comes first,
// as the American voice would have it, except that a first number above 12 is a day.
func sayNumericDate(core string) ([]Spoken, bool) {
	if p := strings.Split(core, "-"); len(p) == 3 && len(p[0]) == 4 && len(p[1]) == 2 && len(p[2]) == 2 {
		return dateWords(p[1], p[2], p[0], false)
	}
	p := strings.FieldsFunc(core, func(r rune) bool { return r == '/' })
	if strings.Count(core, "/") != len(p)-1 {
		return nil, false
	}
	switch {
	case len(p) == 3 && (len(p[2]) == 4 || len(p[2]) == 2):
	case len(p) == 2 && len(p[0]) == 2 && len(p[1]) == 2 && core != "50/50":
		p = append(p, "")
	default:
		return nil, false
	}
	if first, ok := wholeNumber(p[0]); ok && first > 12 {
		return dateWords(p[1], p[0], p[2], true)
	}
	return dateWords(p[0], p[1], p[2], false)
}

func dateWords(month, day, yearText string, dayFirst bool) ([]Spoken, bool) {
	m, okM := wholeNumber(month)
	d, okD := wholeNumber(day)
	if !okM || !okD || m < 1 || m > 12 || d < 1 || d > 31 || len(month) > 2 || len(day) > 2 {
		return nil, false
	}
	text := monthNumber(m) + " " + ordinal(d)
	if dayFirst {
		text = "the " + ordinal(d) + " of " + monthNumber(m)
	}
	if yearText == "" {
		return words(text), true
	}
	y, ok := wholeNumber(yearText)
	if !ok {
		return nil, false
	}
	if len(yearText) == 2 {
		if y += 2000; y > 2060 {
			y -= 100
		}
	}
	return append(append(words(text), mark(',')), words(year(y))...), true
}

// sayTime says 4pm, "4 pm", 9:30, 16:00, 9.30am, "9.30 a.m." and spans such as 9-11am. A time after noon on the 24-hour
// clock is said on the 12-hour one.
func sayTime(s sentence, i int) ([]Spoken, bool) {
	c := s[i]
	if half, ok := halfOfDay(c.low); ok && endsInClock(s.at(i-1).core) && s.joins(i-1) {
		return letters(half), true
	}
	core, half := c.low, ""
	for _, h := range []string{"a.m", "p.m", "am", "pm"} {
		if rest, ok := strings.CutSuffix(core, h); ok && endsInClock(rest) {
			core, half = rest, h
		}
	}
	_, apart := halfOfDay(s.at(i + 1).low)
	apart = apart && s.joins(i)
	if from, to, span := strings.Cut(strings.ReplaceAll(core, "–", "-"), "-"); span && (half != "" || apart || (strings.Contains(from, ":") && strings.Contains(to, ":"))) {
		a, okA := clockWords(from, true)
		b, okB := clockWords(to, true)
		return append(append(append(a, Spoken{Text: "to"}), b...), letters(half)...), okA && okB
	}
	if half == "" && !apart && !strings.Contains(core, ":") {
		return nil, false
	}
	said, ok := clockWords(core, half != "" || apart)
	return append(said, letters(half)...), ok
}

func halfOfDay(low string) (string, bool) {
	switch low {
	case "am", "pm", "a.m", "p.m":
		return low, true
	}
	return "", false
}

func endsInClock(core string) bool {
	return core != "" && digitAt(core, len(core)-1) && digitAt(core, 0) && strings.Trim(core, "0123456789:.-–") == "" && len(core) <= 13
}

// clockWords says a clock time; halved when am or pm is said with it.
func clockWords(core string, halved bool) ([]Spoken, bool) {
	hourText, minuteText, precise := strings.Cut(core, ":")
	if !precise {
		hourText, minuteText, precise = strings.Cut(core, ".")
	}
	if precise && strings.ContainsRune(minuteText, ':') {
		minuteText, _, _ = strings.Cut(minuteText, ":") // nobody says the seconds
	}
	hour, errH := strconv.Atoi(hourText)
	minute := 0
	var errM error
	if precise {
		minute, errM = strconv.Atoi(minuteText)
	}
	if errH != nil || errM != nil || hour < 0 || hour > 24 || minute < 0 || minute > 59 || len(hourText) > 2 || (precise && len(minuteText) != 2) {
		return nil, false
	}
	var half string
	switch {
	case halved:
	case (hour == 0 || hour == 24) && minute == 0:
		return words("midnight"), true
	case hour == 0:
		half = "am"
	case hour > 12:
		half = "pm"
	}
	if hour == 0 || hour == 24 {
		hour = 12
	} else if hour > 12 {
		hour -= 12
	}
	text := ones(hour)
	switch {
	case minute == 0 && !halved && half == "":
		text += " o'clock"
	case minute > 0 && minute < 10:
		text += " oh " + ones(minute)
	case minute >= 10:
		text += " " + below1000(minute)
	}
	return append(words(text), letters(half)...), true
}
