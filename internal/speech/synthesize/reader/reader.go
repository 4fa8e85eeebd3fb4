package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Guess gives the phonemes of a word that the lexicon does not hold, or "" when it has no idea.
type Guess func(word string) (string, error)

// Reader reads text aloud into phonemes. It holds only tables that never change, so any number of goroutines may use it.
type Reader struct {
	lexicon *lexicon
	tagger  *tagger
}

// Sound is how one written word sounds.
type Sound struct {
	Written  string // as written, with its punctuation; joined by single spaces, all Written give the text back
	Phonemes string // with a mark of punctuation at its end where the voice breathes; empty for what cannot be said
}

// Open loads the tables that Prepare made in dir.
func Open(dir string) (*Reader, error) {
	l, err := openLexicon(dir)
	if err != nil {
		return nil, err
	}
	t, err := openTagger(dir)
	if err != nil {
		return nil, err
	}
	return &Reader{lexicon: l, tagger: t}, nil
}

// Read gives the sound of text, one Sound a written word, spaces between them understood. An error is guess's own.
func (r *Reader) Read(text string, guess Guess) ([]Sound, error) {
	chunks := Say(text)
	tags := r.tags(chunks)
	out := make([]Sound, len(chunks))
	at := len(tags)
	var next following
	// From the end: a word's weak form depends on the sound after it.
	for i := len(chunks) - 1; i >= 0; i-- {
		said := chunks[i].Said
		parts := make([]string, len(said))
		for k := len(said) - 1; k >= 0; k-- {
			at--
			w := said[k]
			ps, err := r.sound(w, tags[at], next, guess)
			if err != nil {
				return nil, err
			}
			parts[k] = ps
			next = after(w, ps, next)
		}
		out[i] = Sound{Written: chunks[i].Written, Phonemes: joinSaid(parts, said)}
	}
	return out, nil
}

func joinSaid(parts []string, said []Spoken) string {
	var b strings.Builder
	for k, ps := range parts {
		if ps == "" {
			continue
		}
		if b.Len() > 0 && said[k].Kind != KindMark {
			b.WriteByte(' ')
		}
		if b.Len() == 0 && said[k].Kind == KindMark {
			continue // punctuation with nothing before it
		}
		b.WriteString(ps)
	}
	return b.String()
}

// tags names the part of speech of everything said, contractions looked at in their parts.
func (r *Reader) tags(chunks []Chunk) []string {
	var tokens []string
	var first []int // index of each spoken thing's first token
	for _, c := range chunks {
		for _, w := range c.Said {
			first = append(first, len(tokens))
			tokens = append(tokens, contraction(w.Text)...)
		}
	}
	all := r.tagger.tag(tokens)
	out := make([]string, len(first))
	for i, from := range first {
		to := len(tokens)
		if i+1 < len(first) {
			to = first[i+1]
		}
		heaviest := -1
		for k := from; k < to; k++ {
			if h := heft(tokens[k]); h > heaviest {
				heaviest = h
				out[i] = all[k]
			}
		}
	}
	return out
}

// heft is a token's length, capitals counting double; the heaviest part names a contraction's part of speech.
func heft(token string) int {
	n := 0
	for _, r := range token {
		n++
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n
}

// contraction splits "don't" into "do" and "n't", "I'm" into "I" and "'m".
func contraction(w string) []string {
	low := strings.ToLower(w)
	for _, end := range []string{"n't", "'m", "'re", "'ve", "'ll", "'d", "'s"} {
		if strings.HasSuffix(low, end) && len(w) > len(end) {
			return []string{w[:len(w)-len(end)], w[len(w)-len(end):]}
		}
	}
	return []string{w}
}

func after(w Spoken, ps string, next following) following {
	out := following{sound: next.sound, to: w.Text == "to" || w.Text == "To" || w.Text == "TO"}
	if w.Kind == KindMark {
		out.sound = 0
		return out
	}
	for _, r := range ps {
		if isVowel(r) {
			out.sound = 'v'
			return out
		}
		if strings.ContainsRune(consonants, r) {
			out.sound = 'c'
			return out
		}
	}
	return out
}

func (r *Reader) sound(w Spoken, tag string, next following, guess Guess) (string, error) {
	var ps string
	var err error
	switch w.Kind {
	case KindMark:
		return w.Text, nil
	case KindLetter:
		if spelled, ok := r.lexicon.spell(w.Text); ok {
			return spelled, nil
		}
		ps, err = guess(w.Text)
	case KindWord:
		ps, err = r.wordSound(w.Text, tag, next, guess)
	}
	// The voice's alphabet writes a tapped t as T and knows no glottal stop.
	return strings.NewReplacer("ɾ", "T", "ʔ", "t").Replace(ps), err
}

// wordSound tries the word whole, in its British spelling's American form, in its parts, and last by guessing.
func (r *Reader) wordSound(w, tag string, next following, guess Guess) (string, error) {
	if ps, ok := r.lexicon.word(w, tag, next); ok {
		return ps, nil
	}
	if other, ok := r.respelled(w); ok {
		if ps, ok := r.lexicon.word(other, tag, next); ok {
			return ps, nil
		}
	}
	parts := compound(w)
	if len(parts) < 2 {
		return guess(w)
	}
	sounds := make([]string, len(parts))
	for i, p := range parts {
		ps, ok := r.lexicon.word(p, tag, following{sound: 'c'})
		if !ok {
			var err error
			if ps, err = guess(p); err != nil {
				return "", err
			}
		}
		sounds[i] = ps
	}
	return joinParts(sounds, parts), nil
}

// respelled turns a British spelling into the American one that the lexicon holds.
func (r *Reader) respelled(w string) (string, bool) {
	for _, pair := range [...][2]string{
		{"isation", "ization"},
		{"ising", "izing"},
		{"ised", "ized"},
		{"ises", "izes"},
		{"ise", "ize"},
		{"yse", "yze"},
		{"ysed", "yzed"},
		{"our", "or"},
		{"ours", "ors"},
		{"oured", "ored"},
		{"ouring", "oring"},
		{"ourable", "orable"},
		{"ourite", "orite"},
		{"tre", "ter"},
		{"tres", "ters"},
		{"elled", "eled"},
		{"elling", "eling"},
		{"ence", "ense"},
		{"ogue", "og"},
		{"eque", "eck"},
		{"eques", "ecks"},
	} {
		if stem, ok := strings.CutSuffix(w, pair[0]); ok && len(stem) > 1 {
			if other := stem + pair[1]; r.lexicon.has(other) || r.lexicon.has(strings.ToLower(other)) {
				return other, true
			}
		}
	}
	return "", false
}

// compound splits a word at hyphens and where a small letter meets a capital (PayPal).
func compound(w string) []string {
	var parts []string
	start := 0
	cut := func(end, next int) {
		if end > start {
			parts = append(parts, w[start:end])
		}
		start = next
	}
	var prev rune
	for i, r := range w {
		switch {
		case r == '-':
			cut(i, i+utf8.RuneLen(r))
		case unicode.IsUpper(r) && unicode.IsLower(prev):
			cut(i, i)
		}
		prev = r
	}
	cut(len(w), len(w))
	return parts
}
