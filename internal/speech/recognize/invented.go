package recognize

const (
	// leastLikely is the mean log probability below which a whole segment is taken for noise that the model tried to
	// read. Clear speech has about -0.05, speech in noise about -0.5.
	leastLikely = -1.6
	// surelyNothing is the log probability of an end before the first token above which nothing was said. Noise has
	// above -0.1. Below it the decoder goes on, and what it then finds must be at least as likely as leastForced.
	surelyNothing = -0.15
	leastForced   = -0.8
	// Words that the model adds after the sound has run out crowd into its last frames: more tokens a frame than
	// anybody can say, and unlikely ones.
	crowdedTokens = 4    // fewer may be one hasty word
	crowdedFrames = 2    // frames of 24 ms a token: over 20 tokens a second, three times fast speech
	crowdedLogp   = -0.4 // mean log probability
)

// dropInvented removes the words that were not said: all of them when the segment was hardly speech, or those that the
// model added when the sound had run out.
func (d *decoded) dropInvented() {
	least := leastLikely
	if d.forced {
		least = leastForced
	}
	if d.meanLogp() < least {
		d.keep(0)
		return
	}
	starts := path(d.attention)
	n := len(d.tokens)
	var logp float64
	cut := n
	for i := n - 1; i > 0; i-- {
		logp += d.logp[i]
		tokens := n - i
		if starts[n]-starts[i] > crowdedFrames*tokens {
			break
		}
		if tokens >= crowdedTokens && logp/float64(tokens) < crowdedLogp {
			cut = i
		}
	}
	d.keep(cut)
}

func (d *decoded) keep(n int) {
	d.tokens, d.logp, d.attention = d.tokens[:n], d.logp[:n], d.attention[:n]
}
