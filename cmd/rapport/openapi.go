package main

import "github.com/rapport-calls/rapport/internal/server"

type openAPICmd struct{}

// Run prints the API's description, from which the web app's types are made.
func (openAPICmd) Run(st *streams) error {
	v, _ := buildVersion()
	b, err := server.OpenAPI(v)
	if err != nil {
		return err
	}
	_, err = st.out.Write(b)
	return err
}
