package main

import "strings"

// safetyHelp is what is shown when nobody has set --safety-help. It names no number, since none is right everywhere.
const safetyHelp = `If you or somebody near you is in danger now, call the emergency number of the place where you are.

If you are thinking of harming yourself, you do not have to be alone with it. Talk to somebody you trust, to a doctor, or to a crisis line in your country. If someone is hurting you, they can help with that too.

Your practice call has ended. Nobody is told why.`

// helpParagraphs cuts the setting at its empty lines.
func helpParagraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, p)
		}
	}
	return out
}
