package customer

import (
	"slices"
	"strings"

	"github.com/rapport-calls/rapport/internal/practice"
)

// Violation is why words may not be said.
type Violation string

// The checks of docs/customers.md that code makes.
const (
	ViolationLeak     Violation = "tells what was not earned"
	ViolationSolution Violation = "offers a solution that the trainee should find"
	ViolationStage    Violation = "holds a stage direction"
	ViolationRepeat   Violation = "was said before"
	ViolationLength   Violation = "is longer than people say in one breath"
	ViolationRole     Violation = "does not speak as the customer"
	ViolationEcho     Violation = "repeats an instruction"
	ViolationSlot     Violation = "holds an empty slot"
)

// MostWords is the most words that one reply may have.
const MostWords = 60

// CheckWords returns what is wrong with words that she is about to say; nil when nothing is. told says whether her
// hidden concern is out (or goes out with these words), said what she said before. Marks such as [sighs] are no words.
func CheckWords(line string, sc *practice.Scenario, told bool, said []string) []Violation {
	var out []Violation
	text, placed := SplitMarks(line)
	if !told && holdsAny(text, sc.HiddenConcern.Words) {
		out = append(out, ViolationLeak)
	}
	ws := wordsOf(text)
	for _, c := range ruleBook().violations {
		if _, _, ok := anyPhrase(c.phrases, ws); ok {
			out = append(out, c.is)
		}
	}
	if !placed || strings.ContainsAny(text, "*[]<>") || strings.HasPrefix(strings.TrimSpace(text), "(") {
		out = append(out, ViolationStage)
	}
	if strings.ContainsAny(text, "{}") {
		out = append(out, ViolationSlot)
	}
	if slices.Contains(said, line) {
		out = append(out, ViolationRepeat)
	}
	if len(ws) > MostWords || spokenSentences(text) > 4 {
		out = append(out, ViolationLength)
	}
	return out
}

// violation is what words may not do, with phrases that do it.
type violation struct {
	is      Violation
	phrases []phrase
}

func violations() []violation {
	return []violation{
		{ViolationSolution, compileAll([]string{"^ you could|should .. send|refund|reorder|offer|put .. another|second|new|voucher|refund|aside|replacement", "why do not you send|refund|order|give", "how about a|you .. voucher|refund|replacement"})},
		{ViolationRole, compileAll([]string{"how can|may i help|assist", "i apologise|apologize for", "as an ai|agent|assistant", "language model", "thank you for calling", "your order number please", "i will transfer you", "^ i|we will look into", "our policy|policies|team is|says|will", "sorry for the inconvenience"})},
		{ViolationEcho, compileAll([]string{"system prompt", "my instructions", "stay in character", "hidden concern", "heat level", "as instructed"})},
	}
}
