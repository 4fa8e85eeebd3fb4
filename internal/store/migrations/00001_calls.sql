-- +goose Up
CREATE TABLE node_leases (
    lease       BIGINT PRIMARY KEY, -- fencing number: the newest holder of the data has the highest
    node        TEXT   NOT NULL,
    taken_ms    BIGINT NOT NULL
);

CREATE TABLE calls (
    id             TEXT   PRIMARY KEY,
    scenario       TEXT   NOT NULL,
    owner          TEXT   NOT NULL,
    created_ms     BIGINT NOT NULL,
    ended_ms       BIGINT,
    status         TEXT   NOT NULL,
    ending         TEXT   NOT NULL,
    ended_by       TEXT   NOT NULL,
    keep_sound     BIGINT NOT NULL,
    mode           TEXT   NOT NULL,
    seed           TEXT   NOT NULL, -- unsigned 64 bits do not fit a BIGINT
    notice_version TEXT   NOT NULL,
    duration_ms    BIGINT NOT NULL,
    grade_status   TEXT   NOT NULL,
    lease          BIGINT NOT NULL,
    last_seq       BIGINT NOT NULL
);
CREATE INDEX calls_by_owner ON calls (owner, created_ms);
CREATE INDEX calls_by_status ON calls (status);

CREATE TABLE events (
    call_id TEXT   NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    seq     BIGINT NOT NULL,
    v       BIGINT NOT NULL,
    at_ms   BIGINT NOT NULL,
    wall_ms BIGINT NOT NULL,
    lease   BIGINT NOT NULL,
    kind    TEXT   NOT NULL,
    data    TEXT   NOT NULL,
    PRIMARY KEY (call_id, seq)
);

CREATE TABLE grades (
    call_id   TEXT   NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
    n         BIGINT NOT NULL, -- 1, 2, 3 …: a regrade keeps the grades before it
    cause     TEXT   NOT NULL, -- what asked for the grade; each cause gives one
    graded_ms BIGINT NOT NULL,
    overall   DOUBLE PRECISION,
    grade     TEXT   NOT NULL,
    PRIMARY KEY (call_id, n),
    UNIQUE (call_id, cause)
);

CREATE TABLE notices (
    person          TEXT   NOT NULL,
    version         TEXT   NOT NULL,
    acknowledged_ms BIGINT NOT NULL,
    PRIMARY KEY (person, version)
);
