package grading_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rapport-calls/rapport/internal/grading"
)

func TestPlainProbe(t *testing.T) {
	data, _ := os.ReadFile("testdata/plainkind.txt")
	miss := 0
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		a, b, _ := strings.Cut(line, " | ")
		tr := talk("C: hi I ordered a toy for my son's birthday and it never came, the birthday was yesterday", "T: "+a, "C: I've called three times now and nobody helps", "T: "+b, "C: so what now", "T: I'll send it again tonight on the fast service and call you tomorrow before noon.", "C: okay", "T: Does that work for you?")
		g := grading.Grade(tr, grading.Options{})
		if *g.Dimensions["acknowledge"].Level < 4 {
			miss++
			fmt.Println(*g.Dimensions["acknowledge"].Level, line)
			for _, e := range g.Evidence { if e.Dimension == "acknowledge" { fmt.Printf("       %s %q\n", e.Polarity, e.Quote) } }
		}
	}
	fmt.Println("missed", miss)
}
