// Package customer is the simulated customer's mind: it perceives what the trainee's words do, moves heat, trust and
// needs by whole numbers with a ledger of reasons, chooses what she does next and finds authored words for it, and
// checks them. It is pure: no clock, goroutine, I/O or shared chance, so that the same inputs give the same call.
package customer

// MindVersion names the rules by which acts move the state and choose words. A replay under the same version is exact.
const MindVersion = "mind-3"

// PerceiverVersion names the rules and examples by which acts are found. It stands in every recorded perception.
const PerceiverVersion = "rules-3+minilm"
