package reader

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/speech/speechtest"
)

// The phonemes that the hibari-tts package's own Python code gives; in angle brackets, words left to the guess.
func TestReaderEqualsThePackagesOwn(t *testing.T) {
	r, err := Open(filepath.Join(speechtest.Assets(t), "hibari"))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Hello there, my parcel has not arrived.":                           "həlˈO ðˈɛɹ, mI pˈɑɹsᵊl hæz nˌɑt əɹˈIvd.",
		"I'd rather read the record myself; you can't record it.":           "ˌId ɹˈæðəɹ ɹˈid ðə ɹˈɛkəɹd mIsˈɛlf; ju kˈænt ɹəkˈɔɹd ɪt.",
		"He used to live in the apartment above the office.":                "hˌi jˈust tə lˈɪv ɪn ði əpˈɑɹtmənt əbˈʌv ði ˈɔfəs.",
		"The use of self-service tills is what we object to.":               "ðə jˈus ʌv sˌɛlfsˈɜɹvəs tˈɪlz ɪz wˌʌt wi ˈɑbʤəkt tu.",
		"WHY does nobody at PayPal ever ring back?":                         "wˈI dˈʌz nˈObˌɑdi æt pˌApˈæl ˈɛvəɹ ɹˈɪŋ bˈæk?",
		"I apologise for shouting, it has been a long week.":                "ˌI əpˈɑləʤˌIz fɔɹ ʃˈWTɪŋ, ɪt hæz bɪn ɐ lˈɔŋ wˈik.",
		"Are you even listening to me?":                                     "ˌɑɹ ju ˈivən lˈɪsənɪŋ tə mˌi?",
		"The courier said they'd left it with a neighbour on our street.":   "ðə kˈʊɹiəɹ sˈɛd ðAd lˈɛft ɪt wɪð ɐ nˈAbəɹ ˌɔn ˌWəɹ stɹˈit.",
		"Don't tell me to calm down, I've been waiting an hour in the rain": "dˈOnt tˈɛl mˌi tə kˈɑm dˌWn, ˌIv bɪn wˈATɪŋ ɐn ˈWəɹ ɪn ðə ɹˈAn",
	} {
		sounds, err := r.Read(text, func(w string) (string, error) { return "<" + w + ">", nil })
		if err != nil {
			t.Fatal(err)
		}
		parts := make([]string, len(sounds))
		for i, s := range sounds {
			parts[i] = s.Phonemes
		}
		if got := strings.Join(parts, " "); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}
