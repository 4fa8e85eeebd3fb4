package account

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Notice is what a trainee reads, and agrees to, before the microphone is opened.
type Notice struct {
	Version    string   `json:"version" doc:"Names this text exactly; sent back with the agreement."`
	Title      string   `json:"title"`
	Paragraphs []string `json:"paragraphs"`
}

// CurrentNotice is the notice of a server whose customer's words come from the given host, or from the server itself
// when the host is empty. Its version changes with every change of the text.
func CurrentNotice(wordsHost string) Notice {
	words := "What is said stays on this server: speech is recognised and answered here, and nothing is sent anywhere else."
	if wordsHost != "" {
		words = "Speech is recognised on this server. The words of the call, yours included, are sent as text to " + wordsHost +
			", which finds the customer's words. Your voice is not sent there."
	}
	n := Notice{
		Title: "Before you practise",
		Paragraphs: []string{
			"The customer you will talk to is a computer: a simulated person with a synthetic voice.",
			"The call is recorded so that you can read it, hear it again and see what helped: the words, their timing and, " +
				"unless you switch it off below, the sound. You can delete a call at any time, and then all of it is gone.",
			words,
			"A practice call is yours alone. Nobody else on this server can open it, coaches and administrators included.",
			"The grade looks at words and timing, never at how your voice sounds, and it can be wrong. It is made for " +
				"learning. It must not be used for pay, promotion, discipline or dismissal.",
		},
	}
	sum := sha256.Sum256([]byte(n.Title + "\n" + strings.Join(n.Paragraphs, "\n")))
	n.Version = "1-" + hex.EncodeToString(sum[:4])
	return n
}
