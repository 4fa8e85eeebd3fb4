// Package impair is a bad network in user space: it carries UDP packets and TCP connections between a client and a
// server on one machine, and loses, delays, reorders, throttles and cuts them on the way. What happens to a packet is
// decided by the profile, the seed and how many packets went before, never by chance of the day.
package impair

import "time"

// Profile says what a network does, each way.
type Profile struct {
	Name       string
	Loss       float64       // share of packets, 0–1
	Burst      float64       // mean packets lost in a row; up to 1: each packet for itself
	Delay      time.Duration // of every packet
	Jitter     time.Duration // every packet is late by 0 to this besides, evenly spread, and so they overtake each other
	BitsPerS   float64       // 0: no limit
	Cut        time.Duration // nothing passes for so long, once a call, when Path.Cut is called
	CutSockets bool          // TCP connections break in the cut, as when a device changes its network
	NoUDP      bool          // no UDP packet passes
}

// Clean is the name of the profile that does nothing; the others are compared with it.
const Clean = "clean"

// Profiles are the networks that bench net tries, in its order.
func Profiles() []Profile {
	const ms = time.Millisecond
	return []Profile{
		{Name: Clean},
		{Name: "delay200", Delay: 200 * ms},
		{Name: "loss5_jitter50", Loss: 0.05, Jitter: 50 * ms, Delay: 20 * ms},
		{Name: "loss10_jitter100", Loss: 0.10, Jitter: 100 * ms, Delay: 40 * ms},
		{Name: "burst10", Loss: 0.10, Burst: 4, Jitter: 20 * ms, Delay: 30 * ms},
		{Name: "narrow64k", BitsPerS: 64_000, Delay: 50 * ms},
		{Name: "cut8", Cut: 8 * time.Second, Delay: 20 * ms},
		{Name: "cut20", Cut: 20 * time.Second, Delay: 20 * ms},
		{Name: "switch20", Cut: 20 * time.Second, CutSockets: true, Delay: 20 * ms},
		{Name: "udp_blocked", NoUDP: true, Delay: 20 * ms},
		{Name: "udp_blocked_loss5", NoUDP: true, Loss: 0.05, Jitter: 50 * ms, Delay: 20 * ms},
	}
}

// Named finds profiles by name; unknown is the first name that there is no profile of.
func Named(names []string) (found []Profile, unknown string) {
	for _, n := range names {
		ok := false
		for _, p := range Profiles() {
			if p.Name == n {
				found, ok = append(found, p), true
			}
		}
		if !ok {
			return nil, n
		}
	}
	return found, ""
}
