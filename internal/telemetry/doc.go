// Package telemetry sends one OpenTelemetry trace a turn to a collector, when one is named. A trace holds times, numbers
// and the call's id: no word that was said, no name, no key.
package telemetry
