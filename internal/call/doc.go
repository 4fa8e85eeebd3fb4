// Package call is one live call: who speaks, what was said, what happens next, and the record of it.
//
// Core holds the rules. Its Step takes one input at a tick of the call clock and returns what is to be done; it has no
// goroutine, clock or I/O, so that every rule is tested in virtual time. A Live's owner goroutine feeds it: 20 ms ticks,
// the trainee's voice, models' answers and what the line says; and carries out what it returns through ports that cmd
// wires. House holds the calls of a process. docs/architecture.md follows one call through the code.
package call
