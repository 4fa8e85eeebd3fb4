package rehearsal

import (
	"embed"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/practice"
)

func TestASectionOfOnesOwnReplacesTheSharedOne(t *testing.T) {
	s := Subject{Scenario: practice.Scenario{Slug: "cold-soup", Persona: practice.Persona{Name: "Ida Berg"}}, Wordings: "[excellent opening]\nHello {name}.\n[dismissive any]\nSoup is soup.\n"}
	w, err := knownWordings(s)
	if err != nil {
		t.Fatal(err)
	}
	if got := w["excellent"]["opening"]; !slices.Equal(got, []string{"Hello Ida."}) {
		t.Errorf("excellent opens with %q", got)
	}
	if got := w["dismissive"]["any"]; !slices.Equal(got, []string{"Soup is soup."}) {
		t.Errorf("dismissive says %q", got)
	}
	if len(w["dismissive"]["opening"]) < 3 || len(w["script_reader"]["any"]) < 5 {
		t.Error("what the file does not hold is not taken from the shared one")
	}
	s.Wordings = ""
	if _, err := knownWordings(s); err == nil || !strings.Contains(err.Error(), "words/cold-soup.txt") {
		t.Errorf("a scenario without wordings: %v", err)
	}
}

func TestEveryFileOfWordingsIsReadable(t *testing.T) {
	for dir, fsys := range map[string]embed.FS{"words": wordsFS, "heldback": heldBackFS} {
		entries, err := fsys.ReadDir(dir)
		if err != nil || len(entries) == 0 {
			t.Fatalf("%s: %v", dir, err)
		}
		for _, e := range entries {
			b, err := fsys.ReadFile(dir + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			w, err := parseWordings(string(b))
			if err != nil {
				t.Errorf("%s/%s: %v", dir, e.Name(), err)
			}
			for agent, situations := range w {
				for situation, lines := range situations {
					if least := 3; dir == "words" && len(lines) < least && situation != "closing" {
						t.Errorf("%s/%s: [%s %s] has %d wordings; write at least %d", dir, e.Name(), agent, situation, len(lines), least)
					}
				}
			}
		}
	}
}

func TestReadWordingsAreLeftOut(t *testing.T) {
	w, err := parseWordings("unread: 2\n[average any]\none\ntwo\nthree\n")
	if err != nil || !slices.Equal(w["average"]["any"], []string{"two", "three"}) {
		t.Errorf("%v, %v", w, err)
	}
	for _, bad := range []string{"unread: many\n", "words\n", "[nobody any]\nx\n", "[average lunch]\nx\n"} {
		if _, err := parseWordings(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// One word in ten misheard is what the self-test says it does, over everything that agents say.
func TestMishearingChangesOneWordInTen(t *testing.T) {
	b, err := wordsFS.ReadFile("words/late-birthday-parcel.txt")
	if err != nil {
		t.Fatal(err)
	}
	w, err := parseWordings(string(b))
	if err != nil {
		t.Fatal(err)
	}
	wrong, words := 0, 0
	for _, agent := range slices.Sorted(maps.Keys(w)) {
		for _, lines := range w[agent] {
			for turn, l := range lines {
				e, n := practice.WordErrors(l, mishear(l, 7, turn))
				wrong, words = wrong+e, words+n
			}
		}
	}
	if rate := float64(wrong) / float64(words); rate < 0.08 || rate > 0.13 {
		t.Errorf("%d of %d words misheard: %.3f, want about 0.1", wrong, words, rate)
	}
}
