// Package headroom judges from measurements whether a process can take one more call without making those that go on
// worse. It is pure: time comes in with the readings, and the same readings give the same answers.
package headroom
