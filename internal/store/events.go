package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-calls/rapport/internal/practice"
)

// callPosition is how far a call's log has come.
type callPosition struct {
	status  practice.CallStatus
	lease   int64
	lastSeq int64
}

func (p callPosition) going() bool {
	return p.status == practice.CallReady || p.status == practice.CallLive
}

func position(ctx context.Context, tx *sql.Tx, id practice.CallID) (callPosition, error) {
	var p callPosition
	err := tx.QueryRowContext(ctx, `SELECT status, lease, last_seq FROM calls WHERE id = $1`, string(id)).
		Scan(&p.status, &p.lease, &p.lastSeq)
	if errors.Is(err, sql.ErrNoRows) {
		return p, notFound(id)
	}
	if err != nil {
		return p, fmt.Errorf("read call: %w", err)
	}
	return p, nil
}

// Append adds events to a call's log, all or none. Their seq must go on where the log ends; a batch that is stored
// already, event for event, is accepted again, so that a caller whose first attempt timed out may repeat it. Appending
// call_ended closes the log and runs the Ended hook in the same transaction.
//
// practice.ErrConflict: another seq or other data is stored, or another node holds the call (lease is not the one
// that created it or took it over). practice.ErrEnded: the log is closed. practice.ErrInvalid: an event is malformed.
// practice.ErrUnavailable: the disk or the database cannot take it now; nothing was written.
func (s *Store) Append(ctx context.Context, id practice.CallID, lease int64, events []practice.Event) error {
	if len(events) == 0 {
		return nil
	}
	for i := range events {
		if err := check(id, events[i]); err != nil {
			return fmt.Errorf("append event %d: %w", events[i].Seq, err)
		}
	}
	err := s.write(ctx, func(tx *sql.Tx) error { return s.append(ctx, tx, id, lease, events) })
	if err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	s.watch.changed(id)
	return nil
}

func check(id practice.CallID, e practice.Event) error {
	switch {
	case e.CallID != id:
		return fmt.Errorf("%w: it belongs to another call", practice.ErrInvalid)
	case e.Kind == "":
		return fmt.Errorf("%w: it has no kind", practice.ErrInvalid)
	case len(e.Data) > practice.MaxEventData:
		return fmt.Errorf("%w: its data has %d bytes, at most %d are allowed", practice.ErrInvalid, len(e.Data), practice.MaxEventData)
	case !json.Valid(e.Data):
		return fmt.Errorf("%w: its data is not JSON", practice.ErrInvalid)
	}
	return nil
}

func (s *Store) append(ctx context.Context, tx *sql.Tx, id practice.CallID, lease int64, events []practice.Event) error {
	at, err := position(ctx, tx, id)
	if err != nil {
		return err
	}
	if at.lease != lease {
		return fmt.Errorf("%w: lease %d does not hold this call, lease %d does", practice.ErrConflict, lease, at.lease)
	}
	fresh, err := unstored(ctx, tx, id, at.lastSeq, events)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if !at.going() {
		return fmt.Errorf("%w: nothing can be added to it", practice.ErrEnded)
	}
	if err := insert(ctx, tx, at.lastSeq, fresh); err != nil {
		return err
	}
	return s.advance(ctx, tx, id, at, fresh)
}

// unstored drops the events that the log holds already, and refuses those that differ from what it holds.
func unstored(ctx context.Context, tx *sql.Tx, id practice.CallID, lastSeq int64, events []practice.Event) ([]practice.Event, error) {
	for len(events) > 0 && events[0].Seq <= lastSeq {
		e := events[0]
		var kind practice.EventKind
		var atMS int64
		var data string
		err := tx.QueryRowContext(ctx, `SELECT kind, at_ms, data FROM events WHERE call_id = $1 AND seq = $2`, string(id), e.Seq).
			Scan(&kind, &atMS, &data)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("read event %d: %w", e.Seq, err)
		}
		if err != nil || kind != e.Kind || atMS != e.AtMS || !bytes.Equal([]byte(data), e.Data) {
			return nil, fmt.Errorf("%w: event %d is stored already with other data", practice.ErrConflict, e.Seq)
		}
		events = events[1:]
	}
	return events, nil
}

func insert(ctx context.Context, tx *sql.Tx, lastSeq int64, events []practice.Event) error {
	stmt, err := tx.PrepareContext(ctx, `INSERT INTO events (call_id, seq, v, at_ms, wall_ms, lease, kind, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	if err != nil {
		return err
	}
	defer stmt.Close() //nolint:errcheck // the transaction owns it
	for i := range events {
		e := &events[i]
		if want := lastSeq + 1 + int64(i); e.Seq != want {
			return fmt.Errorf("%w: event %d came where %d was due", practice.ErrConflict, e.Seq, want)
		}
		if e.Kind == practice.KindCallEnded && i != len(events)-1 {
			return fmt.Errorf("%w: events follow the call's end", practice.ErrInvalid)
		}
		if _, err := stmt.ExecContext(ctx, string(e.CallID), e.Seq, e.V, e.AtMS, e.WallMS, e.Lease, string(e.Kind), string(e.Data)); err != nil {
			return fmt.Errorf("write event %d: %w", e.Seq, err)
		}
	}
	return nil
}

// advance folds into the call's row what lists show of it.
func (s *Store) advance(ctx context.Context, tx *sql.Tx, id practice.CallID, at callPosition, events []practice.Event) error {
	last := events[len(events)-1]
	for _, e := range events {
		if e.Kind == practice.KindLineUp {
			at.status = practice.CallLive
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE calls SET status = $1, last_seq = $2, duration_ms = $3 WHERE id = $4`,
		string(at.status), last.Seq, last.AtMS, string(id)); err != nil {
		return fmt.Errorf("write call: %w", err)
	}
	if last.Kind != practice.KindCallEnded {
		return nil
	}
	data, err := practice.DecodeEvent(last)
	if err != nil {
		return fmt.Errorf("%w: the end of the call cannot be read: %w", practice.ErrInvalid, err)
	}
	ended, ok := data.(practice.CallEnded)
	if !ok {
		return fmt.Errorf("%w: the end of the call is a %T", practice.ErrInvalid, data)
	}
	status := practice.CallEnd
	if ended.By == practice.EndedByServer {
		status = practice.CallCut
	}
	if _, err := tx.ExecContext(ctx, `UPDATE calls SET status = $1, ending = $2, ended_by = $3, ended_ms = $4, grade_status = $5
		WHERE id = $6`, string(status), string(ended.Ending), string(ended.By), last.WallMS, string(practice.GradePending),
		string(id)); err != nil {
		return fmt.Errorf("write call: %w", err)
	}
	if s.hooks.Ended != nil {
		return s.hooks.Ended(ctx, tx, id)
	}
	return nil
}

// Events reads a call's whole log in order; practice.ErrNotFound when there is no such call.
func (s *Store) Events(ctx context.Context, id practice.CallID) ([]practice.Event, error) {
	rows, err := s.db.reader.QueryContext(ctx, `SELECT v, seq, at_ms, wall_ms, lease, kind, data FROM events
		WHERE call_id = $1 ORDER BY seq`, string(id))
	if err != nil {
		return nil, fmt.Errorf("read events: %w", explain(err))
	}
	defer rows.Close() //nolint:errcheck // what reading met is in rows.Err
	events := []practice.Event{}
	for rows.Next() {
		e := practice.Event{CallID: id}
		var data string
		if err := rows.Scan(&e.V, &e.Seq, &e.AtMS, &e.WallMS, &e.Lease, &e.Kind, &data); err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
		e.Data = json.RawMessage(data)
		events = append(events, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read events: %w", explain(err))
	}
	if len(events) == 0 {
		if _, err := s.Call(ctx, id); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// CutLive ends, in the server's name, every call that was going on when the server stopped, and returns their ids.
// It is called once at the start, before any call is taken: what is going on then has nobody behind it. Each call's
// end, like any end, runs the Ended hook.
func (s *Store) CutLive(ctx context.Context, now time.Time) ([]practice.CallID, error) {
	ids, err := s.going(ctx)
	if err != nil {
		return nil, fmt.Errorf("find calls that were cut: %w", explain(err))
	}
	for _, id := range ids {
		if err := s.write(ctx, func(tx *sql.Tx) error { return s.cut(ctx, tx, id, now) }); err != nil {
			return nil, fmt.Errorf("end call %s that was cut: %w", id, err)
		}
		s.watch.changed(id)
	}
	return ids, nil
}

func (s *Store) going(ctx context.Context) ([]practice.CallID, error) {
	rows, err := s.db.reader.QueryContext(ctx, `SELECT id FROM calls WHERE status IN ($1, $2) ORDER BY created_ms`,
		string(practice.CallReady), string(practice.CallLive))
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // what reading met is in rows.Err
	var ids []practice.CallID
	for rows.Next() {
		var id practice.CallID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func (s *Store) cut(ctx context.Context, tx *sql.Tx, id practice.CallID, now time.Time) error {
	var lastSeq, atMS int64
	err := tx.QueryRowContext(ctx, `UPDATE calls SET lease = $1 WHERE id = $2 RETURNING last_seq, duration_ms`,
		s.db.lease, string(id)).Scan(&lastSeq, &atMS)
	if err != nil {
		return fmt.Errorf("take the call over: %w", err)
	}
	data, err := json.Marshal(practice.CallEnded{
		By: practice.EndedByServer, Reason: "the server stopped during the call",
	})
	if err != nil {
		return fmt.Errorf("write its end: %w", err)
	}
	return s.append(ctx, tx, id, s.db.lease, []practice.Event{{
		V: 1, CallID: id, Seq: lastSeq + 1, AtMS: atMS, WallMS: now.UnixMilli(), Lease: s.db.lease,
		Kind: practice.KindCallEnded, Data: data,
	}})
}
