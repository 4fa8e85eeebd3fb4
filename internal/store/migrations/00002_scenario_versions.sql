-- +goose Up
-- What a call was made with, so that it can be graded and replayed when its scenario has changed since.
CREATE TABLE scenario_versions (
    digest  TEXT   PRIMARY KEY, -- SHA-256 of the scenario's files
    slug    TEXT   NOT NULL,
    kept_ms BIGINT NOT NULL,
    data    TEXT   NOT NULL
);
