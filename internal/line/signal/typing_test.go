package signal_test

import (
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rapport-calls/rapport/internal/line/signal"
	"github.com/rapport-calls/rapport/internal/practice"
)

// Who types and loses the network could not join again for as long as the lost line counted as up.
func TestATypingLineIsDownWhenNothingIsHeardOfItsPageAndUpWhenItIs(t *testing.T) {
	c := newCall()
	_, url := start(t, c, func(cfg *signal.Config) { cfg.TypingTimeout = time.Second })
	conn := dial(t, url) // never read from, so it answers no ping
	say := func(text string) {
		t.Helper()
		if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	say(`{"type":"hello","v":1,"token":"good","want":"typing"}`)
	c.expect(t, practice.LineUp{Transport: "typing"})
	c.expect(t, practice.LineDown{Reason: "nothing is heard of the page: its network is slow or has changed"})
	say(`{"type":"ping","n":1}`)
	c.expect(t, practice.LineUp{Transport: "typing"})
	_ = conn.Close()
	c.expect(t, practice.LineDown{Reason: "the connection to the page ended"})
}
