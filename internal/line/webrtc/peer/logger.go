package peer

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// loggers lets pion write to our log. Its warnings are about single packets and peers, so all of it is debug here.
type loggers struct{ log *slog.Logger }

// Loggers lets pion write to log, at debug; the client half uses it too.
func Loggers(log *slog.Logger) logging.LoggerFactory { return loggers{log} }

// NewLogger implements logging.LoggerFactory.
func (l loggers) NewLogger(scope string) logging.LeveledLogger {
	return pionLogger{l.log.With(slog.String("part", scope))}
}

type pionLogger struct{ log *slog.Logger }

func (p pionLogger) say(msg string) { p.log.Debug("pion", slog.String("message", msg)) }

func (p pionLogger) sayf(format string, args ...any) {
	if p.log.Enabled(context.Background(), slog.LevelDebug) {
		p.say(fmt.Sprintf(format, args...))
	}
}

// pion's trace and debug lines are left out altogether: they are many for every packet.
func (pionLogger) Trace(string)                     {}
func (pionLogger) Tracef(string, ...any)            {}
func (pionLogger) Debug(string)                     {}
func (pionLogger) Debugf(string, ...any)            {}
func (p pionLogger) Info(msg string)                { p.say(msg) }
func (p pionLogger) Infof(format string, a ...any)  { p.sayf(format, a...) }
func (p pionLogger) Warn(msg string)                { p.say(msg) }
func (p pionLogger) Warnf(format string, a ...any)  { p.sayf(format, a...) }
func (p pionLogger) Error(msg string)               { p.say(msg) }
func (p pionLogger) Errorf(format string, a ...any) { p.sayf(format, a...) }
