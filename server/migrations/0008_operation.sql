-- What was at work in the last hours, by when it ended.

CREATE INDEX tasks_by_end ON tasks (ended_at, started_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_by_end ON runs (ended_at, started_at, id) WHERE ended_at IS NOT NULL;
