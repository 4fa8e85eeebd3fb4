package practice

// Draw is all the chance a call has: a number in [0, n) that depends on nothing but the call's seed, the turn and
// the purpose, so that work thrown away consumes none and a replay draws the same. n must be positive; for n < 1 it is 0.
// The mixing function is SplitMix64's finaliser (Steele, Lea, Flood 2014) over an FNV-1a hash of the purpose.
func Draw(seed uint64, turn int, purpose string, n int) int {
	if n < 1 {
		return 0
	}
	h := uint64(14695981039346656037)
	for i := 0; i < len(purpose); i++ {
		h = (h ^ uint64(purpose[i])) * 1099511628211
	}
	x := mix(mix(seed^h) + uint64(turn)) //nolint:gosec // wrapping is what mixing wants
	return int(x % uint64(n))            //nolint:gosec // smaller than n, which is an int
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}
