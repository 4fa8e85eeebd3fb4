package reader

import "strings"

// unitName is a unit of measure, one and many.
func unitName(u string) (one, many string, ok bool) {
	switch u {
	case "%":
		return "percent", "percent", true
	case "km":
		return "kilometer", "kilometers", true
	case "m":
		return "meter", "meters", true
	case "cm":
		return "centimeter", "centimeters", true
	case "mm":
		return "millimeter", "millimeters", true
	case "mi":
		return "mile", "miles", true
	case "mph":
		return "mile an hour", "miles an hour", true
	case "ft":
		return "foot", "feet", true
	case "in":
		return "inch", "inches", true
	case "kg":
		return "kilogram", "kilograms", true
	case "g":
		return "gram", "grams", true
	case "mg":
		return "milligram", "milligrams", true
	case "lb", "lbs":
		return "pound", "pounds", true
	case "oz":
		return "ounce", "ounces", true
	case "l", "L":
		return "liter", "liters", true
	case "ml":
		return "milliliter", "milliliters", true
	case "hr", "hrs", "h":
		return "hour", "hours", true
	case "min", "mins":
		return "minute", "minutes", true
	case "sec", "secs", "s":
		return "second", "seconds", true
	case "ms":
		return "millisecond", "milliseconds", true
	case "kB", "KB", "kb":
		return "kilobyte", "kilobytes", true
	case "MB":
		return "megabyte", "megabytes", true
	case "GB", "gb":
		return "gigabyte", "gigabytes", true
	case "TB":
		return "terabyte", "terabytes", true
	case "Mbps", "mbps", "Mb/s":
		return "megabit a second", "megabits a second", true
	case "kW":
		return "kilowatt", "kilowatts", true
	case "kWh":
		return "kilowatt hour", "kilowatt hours", true
	case "W":
		return "watt", "watts", true
	case "V":
		return "volt", "volts", true
	case "°":
		return "degree", "degrees", true
	case "°C":
		return "degree Celsius", "degrees Celsius", true
	case "°F":
		return "degree Fahrenheit", "degrees Fahrenheit", true
	case "k", "K":
		return "thousand", "thousand", true
	case "x":
		return "times", "times", true
	}
	return "", "", false
}

// unitAfter says whether core is a number with a unit after it, so that it is no code.
func unitAfter(core string) bool {
	number, unit := numberAndUnit(core)
	_, _, ok := unitName(unit)
	return number != "" && ok
}

func numberAndUnit(core string) (number, unit string) {
	at := 0
	for at < len(core) && (digitAt(core, at) || core[at] == '.' || core[at] == ',' || (at == 0 && core[at] == '-')) {
		at++
	}
	return core[:at], core[at:]
}

// sayMeasure says 25%, 5kg, 2.5 km, 20°C, "30 mins". A unit in its own chunk is said when a number stands before it.
func sayMeasure(s sentence, i int) ([]Spoken, bool) {
	core := s[i].core
	if _, many, ok := unitName(core); ok && s.joins(i-1) && core != "in" && core != "x" && core != "s" && core != "h" {
		prev := s.at(i - 1).core
		if number, unit := numberAndUnit(prev); number != "" && unit == "" {
			one, _, _ := unitName(core)
			if prev == "1" {
				many = one
			}
			return words(many), true
		}
	}
	number, unit := numberAndUnit(core)
	if number == "" || unit == "" {
		return nil, false
	}
	one, many, ok := unitName(unit)
	if !ok || (unit == "s" && len(number) == 4) {
		return nil, false
	}
	text, ok := decimalWords(number)
	if !ok {
		return nil, false
	}
	if number == "1" || number == "-1" {
		many = one
	}
	// "a 5kg bag" is said in the singular.
	if prev := s.at(i - 1).low; (prev == "a" || prev == "the") && s.joins(i) && unit != "%" && strings.HasSuffix(many, "s") && unit != "s" {
		many = one
	}
	return words(text + " " + many), true
}
