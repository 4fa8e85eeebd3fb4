package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Chunk is one written word (a stretch between white space) and how it is said. A chunk without letters, digits or
// symbols that have a name, such as a lone dash, belongs to the chunk before it.
type Chunk struct {
	Written string   // as written, with its punctuation
	Said    []Spoken // what is said; empty when nothing of it can be said
}

// Spoken is a word, a letter said by its name, or a mark of punctuation that the voice breathes at.
type Spoken struct {
	Text string
	Kind Kind
}

// Kind sorts what is spoken.
type Kind uint8

// The kinds of Spoken.
const (
	KindWord Kind = iota
	KindLetter
	KindMark // one of , . ; : ! ? — …
)

func words(text string) []Spoken {
	fields := strings.Fields(text)
	out := make([]Spoken, len(fields))
	for i, w := range fields {
		out[i] = Spoken{Text: w}
	}
	return out
}

func letters(text string) []Spoken {
	var out []Spoken
	for _, r := range text {
		if unicode.IsLetter(r) {
			out = append(out, Spoken{Text: string(unicode.ToUpper(r)), Kind: KindLetter})
		}
	}
	return out
}

func mark(r rune) Spoken { return Spoken{Text: string(r), Kind: KindMark} }

// chunk is a written word taken apart, with what the rules need of its neighbours.
type chunk struct {
	written string
	core    string // without the punctuation around it; spaces and odd forms of characters made plain
	low     string // core in small letters
	dot     bool   // a full stop follows core at once: it may belong to an abbreviation
	end     rune   // the mark that closes it: , . ; : ! ? — … or 0
	open    bool   // a bracket opens before it
	code    bool   // a word such as "order" or "account" stands shortly before: long numbers are read digit by digit
}

// sentence is the text that rules look around in.
type sentence []chunk

// at returns a neighbour, or an empty chunk beyond the ends.
func (s sentence) at(i int) chunk {
	if i < 0 || i >= len(s) {
		return chunk{}
	}
	return s[i]
}

// joins says whether chunk i runs on into the next one without punctuation.
func (s sentence) joins(i int) bool { return i >= 0 && i+1 < len(s) && s[i].end == 0 && !s[i+1].open }

// rule says chunk i, or reports that it is none of its business.
type rule func(s sentence, i int) ([]Spoken, bool)

// rules in the order in which they are asked.
func rules() []rule {
	return []rule{
		sayAddress, sayTime, sayDate, sayMoney, sayOrdinal, sayPhone, sayCode, sayMeasure, sayFraction, sayRange, sayNumber,
		sayAbbreviation, saySymbols,
	}
}

// Say turns written text into what is said. It never fails: what has no sound (an emoji, a script that the voice cannot
// read) is left silent.
func Say(text string) []Chunk {
	s := split(text)
	out := make([]Chunk, 0, len(s))
	all := rules()
	for i, c := range s {
		said := sayChunk(s, i, all)
		if len(said) > 0 && c.open && !digitAt(c.core, 0) && len(out) > 0 && !endsInMark(out[len(out)-1].Said) {
			out[len(out)-1].Said = append(out[len(out)-1].Said, mark(','))
		}
		if abbreviated := c.dot && c.end == '.' && keepsDot(s, i); c.end != 0 && !abbreviated {
			said = append(said, mark(c.end))
		}
		if len(out) > 0 && !speakable(said) {
			last := &out[len(out)-1]
			last.Written += " " + c.written
			if len(said) > 0 && !endsInMark(last.Said) {
				last.Said = append(last.Said, said...)
			}
			continue
		}
		if !speakable(said) {
			said = nil // a mark with nothing before it
		}
		out = append(out, Chunk{Written: c.written, Said: said})
	}
	return out
}

func sayChunk(s sentence, i int, all []rule) []Spoken {
	if s[i].core == "" {
		return nil
	}
	for _, r := range all {
		if said, ok := r(s, i); ok {
			return said
		}
	}
	return sayPlain(s[i].core)
}

func speakable(said []Spoken) bool {
	for _, w := range said {
		if w.Kind != KindMark {
			return true
		}
	}
	return false
}

func endsInMark(said []Spoken) bool { return len(said) > 0 && said[len(said)-1].Kind == KindMark }

const (
	openers = "([{<\"“”„«'‘’*_`~|•·"
	closers = ")]}>\"“”»'‘’*_`~|"
	marks   = ",.;:!?…—–-"
)

// split takes text apart at white space and each piece into core and punctuation.
func split(text string) sentence {
	fields := strings.Fields(text)
	s := make(sentence, 0, len(fields))
	code := 0
	for _, f := range fields {
		c := takeApart(f)
		c.code = code > 0
		if codeWord(c.low) {
			code = 5
		} else if code > 0 {
			code--
		}
		if abbreviated := c.dot && isAbbreviation(c.low); strings.ContainsRune(".!?…", c.end) && !abbreviated {
			code = 0
		}
		s = append(s, c)
	}
	return s
}

func takeApart(f string) chunk {
	c := chunk{written: f}
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == '’' || r == '‘' || r == 'ʼ':
			return '\''
		case r == '⁄':
			return '/'
		case r == '‐' || r == '‑' || r == '−':
			return '-'
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, norm.NFKC.String(vulgar(f)))
	core := strings.TrimLeft(plain, openers+"—–…")
	c.open = strings.ContainsAny(plain[:len(plain)-len(core)], "([{")
	if strings.HasPrefix(core, "-") && !digitAt(strings.TrimLeft(core[1:], "£$€¥₹"), 0) {
		core = strings.TrimLeft(core, "-")
	}
	body := strings.TrimRight(core, closers+marks)
	// A possessive or clipped ending keeps its apostrophe: "customers'", "goin'".
	if strings.HasPrefix(core[len(body):], "'") && (strings.HasSuffix(body, "s") || strings.HasSuffix(body, "in")) && !strings.HasPrefix(plain, "'") {
		body += "'"
	}
	tail := core[len(body):]
	if body == "" {
		tail = plain
	}
	c.dot = strings.HasPrefix(tail, ".")
	c.end = strongest(tail)
	c.core, c.low = body, strings.ToLower(body)
	return c
}

// vulgar puts a space-like sign between a number and a fraction character ("2½"), which NFKC would run together.
func vulgar(f string) string {
	if !strings.ContainsAny(f, "½¼¾⅓⅔⅛⅜⅝⅞") {
		return f
	}
	r := strings.NewReplacer("½", "&1/2", "¼", "&1/4", "¾", "&3/4", "⅓", "&1/3", "⅔", "&2/3", "⅛", "&1/8", "⅜", "&3/8", "⅝", "&5/8", "⅞", "&7/8")
	return strings.TrimPrefix(r.Replace(f), "&")
}

// strongest is the mark that decides how a chunk closes.
func strongest(tail string) rune {
	switch {
	case strings.ContainsRune(tail, '?'):
		return '?'
	case strings.ContainsRune(tail, '!'):
		return '!'
	case strings.Contains(tail, "…") || strings.Contains(tail, ".."):
		return '…'
	}
	for _, r := range ".;:,—" {
		if strings.ContainsRune(tail, r) {
			return r
		}
	}
	if strings.ContainsAny(tail, "–-") {
		return '—'
	}
	if strings.ContainsAny(tail, ")]}") {
		return ','
	}
	return 0
}

func digitAt(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }

// sayPlain says a chunk that no rule claims: words with apostrophes and hyphens inside, and dashes or slashes between.
func sayPlain(core string) []Spoken {
	var out []Spoken
	var word strings.Builder
	flush := func() {
		if w := strings.Trim(word.String(), "-"); w != "" && strings.ContainsFunc(w, unicode.IsLetter) {
			out = append(out, Spoken{Text: w})
		} else if allDigits(w) {
			out = append(out, bareNumber(w)...)
		}
		word.Reset()
	}
	for _, r := range core {
		switch {
		case unicode.IsLetter(r) || r == '\'' || r == '-' || unicode.Is(unicode.Mn, r):
			if last := word.String(); last != "" && allDigits(last) {
				flush()
			}
			word.WriteRune(r)
		case r >= '0' && r <= '9':
			if last := word.String(); last != "" && !allDigits(last) {
				flush()
			}
			word.WriteRune(r)
		case r == '—' || r == '–' || r == '…' || r == ',' || r == ';' || r == ':' || r == '!' || r == '?':
			flush()
			if r == '–' {
				r = '—'
			}
			if len(out) > 0 && !endsInMark(out) {
				out = append(out, mark(r))
			}
		default:
			flush()
			if name, ok := symbolName(r); ok {
				out = append(out, words(name)...)
			}
		}
	}
	flush()
	return out
}
