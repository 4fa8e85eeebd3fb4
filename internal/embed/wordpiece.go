package embed

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxTokens is the most tokens of a text that the model reads, its two markers included.
const maxTokens = 128

// tokenizer cuts text into BERT's word pieces (Devlin et al. 2018; the greedy longest match of Wu et al. 2016).
type tokenizer struct {
	vocab               map[string]int64
	unknown             int64
	begin, end          int64
	prefix              string // before a piece that goes on with a word
	longest             int    // bytes of the longest piece
	maxRunes            int    // a longer word is unknown as a whole
	lower, strip, clean bool
	chinese             bool // ideographs are words of their own
}

// tokenizerFile is what is read of a Hugging Face tokenizer.json.
type tokenizerJSON struct {
	Normalizer struct {
		Type         string `json:"type"`
		CleanText    bool   `json:"clean_text"`
		Chinese      bool   `json:"handle_chinese_chars"`
		StripAccents *bool  `json:"strip_accents"` // null: as lowercase
		Lowercase    bool   `json:"lowercase"`
	} `json:"normalizer"`
	Model struct {
		Type     string           `json:"type"`
		Unknown  string           `json:"unk_token"`
		Prefix   string           `json:"continuing_subword_prefix"`
		MaxRunes int              `json:"max_input_chars_per_word"`
		Vocab    map[string]int64 `json:"vocab"`
	} `json:"model"`
}

// readTokenizer reads tokenizer.json, which must hold a BERT normaliser and a WordPiece model.
func readTokenizer(b []byte) (*tokenizer, error) {
	var f tokenizerJSON
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("read tokenizer: %w", err)
	}
	if f.Model.Type != "WordPiece" || f.Normalizer.Type != "BertNormalizer" {
		return nil, fmt.Errorf("read tokenizer: it is %q after %q, want WordPiece after BertNormalizer", f.Model.Type, f.Normalizer.Type)
	}
	t := &tokenizer{
		vocab: f.Model.Vocab, prefix: f.Model.Prefix, maxRunes: f.Model.MaxRunes,
		lower: f.Normalizer.Lowercase, strip: f.Normalizer.Lowercase, clean: f.Normalizer.CleanText, chinese: f.Normalizer.Chinese,
	}
	if f.Normalizer.StripAccents != nil {
		t.strip = *f.Normalizer.StripAccents
	}
	if t.maxRunes <= 0 {
		t.maxRunes = 100
	}
	var ok [3]bool
	t.unknown, ok[0] = t.vocab[f.Model.Unknown]
	t.begin, ok[1] = t.vocab["[CLS]"]
	t.end, ok[2] = t.vocab["[SEP]"]
	if ok != [3]bool{true, true, true} {
		return nil, errors.New("read tokenizer: its vocabulary lacks the unknown, [CLS] or [SEP] token")
	}
	for piece, id := range t.vocab {
		if id < 0 {
			return nil, fmt.Errorf("read tokenizer: piece %q has number %d", piece, id)
		}
		t.longest = max(t.longest, len(piece))
	}
	return t, nil
}

// tokens are the numbers of text's pieces between the begin and the end marker, at most maxTokens in all.
func (t *tokenizer) tokens(text string) []int64 {
	out := append(make([]int64, 0, 32), t.begin)
	for _, word := range t.words(text) {
		if len(out) >= maxTokens {
			break
		}
		out = t.pieces(out, word)
	}
	if len(out) > maxTokens-1 {
		out = out[:maxTokens-1]
	}
	return append(out, t.end)
}

// words normalises text and cuts it at spaces and around punctuation.
func (t *tokenizer) words(text string) []string {
	var words []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	if t.strip {
		text = norm.NFD.String(strings.ToValidUTF8(text, "\uFFFD"))
	}
	for _, r := range text {
		if t.clean && (r == 0 || r == utf8.RuneError || isControl(r)) {
			continue
		}
		if t.strip && unicode.Is(unicode.Mn, r) {
			continue
		}
		if unicode.IsSpace(r) {
			flush()
			continue
		}
		alone := isPunctuation(r) || (t.chinese && isIdeograph(r))
		if alone {
			flush()
		}
		if t.lower {
			for _, l := range strings.ToLower(string(r)) {
				word.WriteRune(l)
			}
		} else {
			word.WriteRune(r)
		}
		if alone {
			flush()
		}
	}
	flush()
	return words
}

// pieces appends the longest known pieces of word from left to right, or one unknown token when a part has none.
func (t *tokenizer) pieces(out []int64, word string) []int64 {
	if utf8.RuneCountInString(word) > t.maxRunes {
		return append(out, t.unknown)
	}
	start := len(out)
	key := make([]byte, 0, t.longest+len(t.prefix))
	for from := 0; from < len(word); {
		key = key[:0]
		if from > 0 {
			key = append(key, t.prefix...)
		}
		head := len(key)
		to := min(len(word), from+t.longest)
		found := false
		for ; to > from; to-- {
			if to < len(word) && !utf8.RuneStart(word[to]) {
				continue
			}
			key = append(key[:head], word[from:to]...)
			if id, ok := t.vocab[string(key)]; ok {
				out = append(out, id)
				found = true
				break
			}
		}
		if !found {
			return append(out[:start], t.unknown)
		}
		from = to
	}
	return out
}

// isControl is BERT's notion: tabs and line ends are spaces.
func isControl(r rune) bool {
	if r == '\t' || r == '\n' || r == '\r' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cn, unicode.Co)
}

// isPunctuation is BERT's notion: all ASCII that is no letter, digit or space counts.
func isPunctuation(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r != 0x7f && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	return unicode.IsPunct(r)
}

func isIdeograph(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0x20000 && r <= 0x2A6DF ||
		r >= 0x2A700 && r <= 0x2CEAF || r >= 0xF900 && r <= 0xFAFF || r >= 0x2F800 && r <= 0x2FA1F
}
