// Package synthesize is the customer's voice: text to 48 kHz sound on this machine, by the Hibari model (a small
// acoustic network with an explicit pitch and spectral envelope). One trained voice makes several speakers and moods,
// because pitch, formants, range, pace, tilt and breath are bent before the sound is made.
//
// A clause goes through four steps: reader writes it out as phonemes (sub-package reader); the network gives a spectrum,
// a pitch and a length for each phoneme; vocoder turns these into a waveform; finish trims, levels and doubles the rate.
package synthesize
