-- Runs, what they need renewed first, and their receipts.

CREATE TABLE run_statuses (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO run_statuses (code) VALUES
    ('queued'), ('processing'), ('retrying'), ('held'), ('successful'),
    ('completed_with_warnings'), ('failed'), ('skipped'), ('missed'), ('canceled');

CREATE TABLE triggers (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO triggers (code) VALUES ('person'), ('api');

-- One row, one claimable unit, one commit. fence: raised by every claim, carried by every later write.
-- released: a person said Deliver to a held run; it is queued again, before anything else of its export.
CREATE TABLE runs (
    id TEXT COLLATE "binary" PRIMARY KEY,
    export_id TEXT COLLATE "binary" NOT NULL REFERENCES exports (id),
    export_version BIGINT NOT NULL,
    connection_id TEXT COLLATE "binary" NOT NULL REFERENCES connections (id),
    status TEXT COLLATE "binary" NOT NULL REFERENCES run_statuses (code),
    reason TEXT,
    caused_by TEXT COLLATE "binary" NOT NULL REFERENCES triggers (code),
    started_by TEXT COLLATE "binary",
    started_by_name TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    scheduled_for BIGINT,
    started_at BIGINT,
    held_at BIGINT,
    ended_at BIGINT,
    attempt BIGINT NOT NULL DEFAULT 0,
    max_attempts BIGINT NOT NULL,
    next_attempt_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    plan TEXT,
    swept BIGINT NOT NULL DEFAULT 0 CHECK (swept IN (0, 1)),
    cancel_requested BIGINT NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
    cancel_reason TEXT,
    released BIGINT NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),
    released_at BIGINT,
    data_as_of BIGINT,
    rows_so_far BIGINT NOT NULL DEFAULT 0,
    rows_written BIGINT NOT NULL DEFAULT 0,
    bytes BIGINT NOT NULL DEFAULT 0,
    revision BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX runs_one_active ON runs (export_id)
    WHERE status IN ('processing', 'retrying', 'held') OR (status = 'queued' AND released = 1);
CREATE UNIQUE INDEX runs_one_queued ON runs (export_id) WHERE status = 'queued' AND released = 0;
CREATE UNIQUE INDEX runs_scheduled ON runs (export_id, scheduled_for);
CREATE INDEX runs_unfinished ON runs (queued_at, id) WHERE ended_at IS NULL;
CREATE INDEX runs_newest ON runs (queued_at, id);
CREATE INDEX runs_of_export ON runs (export_id, queued_at, id);
CREATE INDEX runs_ended ON runs (export_id, ended_at, id);
CREATE INDEX runs_unswept ON runs (ended_at, id) WHERE swept = 0 AND plan IS NOT NULL;

-- The tables of a run, as pinned when its first attempt starts. Counted, never claimed.
CREATE TABLE run_items (
    run_id TEXT COLLATE "binary" NOT NULL REFERENCES runs (id),
    place BIGINT NOT NULL,
    table_id TEXT COLLATE "binary" NOT NULL REFERENCES tables (id),
    table_name TEXT NOT NULL,
    snapshot_id TEXT COLLATE "binary" NOT NULL,
    snapshot_at BIGINT NOT NULL,
    status TEXT COLLATE "binary" NOT NULL REFERENCES run_statuses (code),
    expected BIGINT NOT NULL,
    rows_read BIGINT NOT NULL DEFAULT 0,
    rows_written BIGINT NOT NULL DEFAULT 0,
    rows_unchanged BIGINT NOT NULL DEFAULT 0,
    rows_withheld BIGINT NOT NULL DEFAULT 0,
    rows_rejected BIGINT NOT NULL DEFAULT 0,
    rows_in_doubt BIGINT NOT NULL DEFAULT 0,
    rows_removed BIGINT NOT NULL DEFAULT 0,
    bytes BIGINT NOT NULL DEFAULT 0,
    escaped_cells BIGINT NOT NULL DEFAULT 0,
    schema TEXT NOT NULL,
    mapping TEXT NOT NULL,
    files TEXT NOT NULL,
    PRIMARY KEY (run_id, place)
);
CREATE INDEX run_items_snapshot ON run_items (snapshot_id);

CREATE TABLE waybills (
    run_id TEXT COLLATE "binary" PRIMARY KEY REFERENCES runs (id),
    body TEXT NOT NULL
);

CREATE TABLE refreshes (
    id TEXT COLLATE "binary" PRIMARY KEY,
    asked_at BIGINT NOT NULL,
    asked_by TEXT NOT NULL
);

CREATE TABLE task_kinds (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO task_kinds (code) VALUES ('source');

-- One unit of a refresh. scope: ids of tables, or nothing for all of the source.
CREATE TABLE tasks (
    id TEXT COLLATE "binary" PRIMARY KEY,
    refresh_id TEXT COLLATE "binary" NOT NULL REFERENCES refreshes (id),
    kind TEXT COLLATE "binary" NOT NULL REFERENCES task_kinds (code),
    source_id TEXT COLLATE "binary" NOT NULL REFERENCES sources (id),
    scope TEXT,
    status TEXT COLLATE "binary" NOT NULL REFERENCES refresh_statuses (code),
    reason TEXT,
    attempt BIGINT NOT NULL DEFAULT 0,
    lease_owner TEXT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX tasks_one_at_a_time ON tasks (source_id) WHERE status = 'processing';
CREATE INDEX tasks_unfinished ON tasks (created_at, id) WHERE ended_at IS NULL;
CREATE INDEX tasks_of_source ON tasks (source_id, created_at, id);

CREATE TABLE run_needs (
    run_id TEXT COLLATE "binary" NOT NULL REFERENCES runs (id),
    task_id TEXT COLLATE "binary" NOT NULL REFERENCES tasks (id),
    PRIMARY KEY (run_id, task_id)
);
CREATE INDEX run_needs_task ON run_needs (task_id);
