// Package practice is Rapport's domain: what a scenario, a call, an event, a turn and a grade are, with the pure
// rules that belong to the words themselves (folding events, cutting text into words, drawing chance) and the
// sentinel errors that every room shares. It imports nothing of ours, so every room may import it.
package practice
