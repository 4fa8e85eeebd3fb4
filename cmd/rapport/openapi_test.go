package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/rapport-calls/rapport/internal/server"
)

// The pages' types are made from the kept description: one that is behind the server lets them read what is not there.
func TestTheKeptAPIDescriptionIsWhatMakeGenerateWrites(t *testing.T) {
	t.Parallel()
	v, _ := buildVersion()
	want, err := server.OpenAPI(v)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("../../web/src/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, want) {
		t.Error("web/src/api/openapi.json is not what the server says of itself: run make generate")
	}
}
