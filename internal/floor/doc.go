// Package floor holds the rules of taking turns: when a voice has begun, when a turn has ended, what to do when both
// speak, and when silence has lasted too long. It is pure: no clock, goroutine, I/O or chance. Times are milliseconds
// (names ending in MS) on whatever clock the caller keeps; heat is in hundredths (0–1000).
//
// Each rule is a small type of its own, so that one can be replaced without the others noticing:
// Voice (turn start), Stop (turn stop), Interruption (mute and backchannel) and Silence.
package floor
