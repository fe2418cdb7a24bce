-- What goes where.

CREATE TABLE export_statuses (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO export_statuses (code) VALUES
    ('not_started'), ('queued'), ('processing'), ('successful'), ('completed_with_warnings'),
    ('failed'), ('retrying'), ('held'), ('skipped'), ('missed'), ('canceled');

-- From type_rank to search_fold: what the list sorts and searches by, written in the transaction of its cause.
-- status_run_id names the run that the status is from; runs reference exports, so it is no reference itself.
CREATE TABLE exports (
    id TEXT COLLATE "binary" PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL REFERENCES connection_types (code),
    connection_id TEXT COLLATE "binary" REFERENCES connections (id),
    folder TEXT COLLATE "binary" NOT NULL,
    enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    status TEXT COLLATE "binary" NOT NULL REFERENCES export_statuses (code),
    status_reason TEXT,
    status_run_id TEXT COLLATE "binary",
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    removed_at BIGINT NOT NULL DEFAULT 0,
    removed_by TEXT,
    name_fold TEXT COLLATE "binary" NOT NULL,
    type_rank BIGINT NOT NULL,
    status_rank BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL DEFAULT 0,
    data_as_of BIGINT NOT NULL DEFAULT 0,
    schedule_rank BIGINT NOT NULL DEFAULT 0,
    connection_fold TEXT COLLATE "binary" NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by_fold TEXT COLLATE "binary" NOT NULL,
    search_fold TEXT COLLATE "binary" NOT NULL
);
CREATE UNIQUE INDEX exports_name ON exports (name_fold) WHERE removed_at = 0;
CREATE INDEX exports_by_name ON exports (removed_at, name_fold, id);
CREATE INDEX exports_by_type ON exports (removed_at, type_rank, name_fold, id);
CREATE INDEX exports_by_status ON exports (removed_at, status_rank, name_fold, id);
CREATE INDEX exports_by_refreshed_at ON exports (removed_at, refreshed_at, name_fold, id);
CREATE INDEX exports_by_data_as_of ON exports (removed_at, data_as_of, name_fold, id);
CREATE INDEX exports_by_schedule ON exports (removed_at, schedule_rank, name_fold, id);
CREATE INDEX exports_by_connection ON exports (removed_at, connection_fold, name_fold, id);
CREATE INDEX exports_by_updated_at ON exports (removed_at, updated_at, name_fold, id);
CREATE INDEX exports_by_updated_by ON exports (removed_at, updated_by_fold, name_fold, id);
CREATE INDEX exports_connection ON exports (connection_id);

-- Every save makes a version and keeps the ones before. config: items, mode, options.
CREATE TABLE export_versions (
    export_id TEXT COLLATE "binary" NOT NULL REFERENCES exports (id),
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    connection_id TEXT COLLATE "binary" REFERENCES connections (id),
    folder TEXT NOT NULL,
    config TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    PRIMARY KEY (export_id, version)
);

-- The tables of the current version: answers "used by".
CREATE TABLE export_items (
    export_id TEXT COLLATE "binary" NOT NULL REFERENCES exports (id),
    place BIGINT NOT NULL,
    table_id TEXT COLLATE "binary" NOT NULL REFERENCES tables (id),
    PRIMARY KEY (export_id, place)
);
CREATE INDEX export_items_table ON export_items (table_id);
