// Package grading grades what a trainee said in a call: seven dimensions with written anchors, five scores and an
// overall one, flags, verified quotes and floor figures, from the transcript that both heard, its timing and the policy
// card, and from nothing else. It never sees the simulated customer's state and never imports that room: a grade that
// reads the mind which the words moved would be circular. It is pure: no clock, no goroutine, no input or output.
//
// The offline grader reads each trainee turn by a lexicon of phrase patterns, corrects what they claim by their
// surroundings (an apology that blames, empathy followed by a dismissal, a phrase said for the third time), adds the
// estimates of small ridge models and puts both together by weights that ship as data. docs/grading says how well.
package grading
