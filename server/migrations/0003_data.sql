-- Where tables come from, the tables, and their snapshots in the lake.

CREATE TABLE source_kinds (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO source_kinds (code) VALUES ('folder');

CREATE TABLE refresh_statuses (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO refresh_statuses (code) VALUES
    ('not_started'), ('queued'), ('processing'), ('successful'), ('failed');

-- refreshed_at is the end of the last successful refresh, 0 before the first.
CREATE TABLE sources (
    id TEXT COLLATE "binary" PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_fold TEXT COLLATE "binary" NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL REFERENCES source_kinds (code),
    config TEXT NOT NULL,
    status TEXT COLLATE "binary" NOT NULL REFERENCES refresh_statuses (code),
    status_reason TEXT,
    refreshed_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    removed_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX sources_name ON sources (name_fold) WHERE removed_at = 0;

-- change: what the last refresh found different. problem: why it failed. corrected: a person fixed the schema.
CREATE TABLE tables (
    id TEXT COLLATE "binary" PRIMARY KEY,
    source_id TEXT COLLATE "binary" NOT NULL REFERENCES sources (id),
    name TEXT COLLATE "binary" NOT NULL,
    name_fold TEXT COLLATE "binary" NOT NULL,
    version BIGINT NOT NULL,
    schema TEXT NOT NULL,
    corrected BIGINT NOT NULL DEFAULT 0 CHECK (corrected IN (0, 1)),
    corrected_at BIGINT,
    dialect TEXT,
    fingerprint TEXT,
    snapshot_id TEXT COLLATE "binary",
    row_count BIGINT,
    bytes BIGINT,
    refreshed_at BIGINT,
    change TEXT,
    problem TEXT,
    removed_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (source_id, name)
);

CREATE TABLE snapshots (
    id TEXT COLLATE "binary" PRIMARY KEY,
    table_id TEXT COLLATE "binary" NOT NULL REFERENCES tables (id),
    path TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    schema TEXT NOT NULL,
    files TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL
);
CREATE INDEX snapshots_table ON snapshots (table_id, taken_at, id);
