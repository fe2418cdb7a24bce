-- Segments: sources that make their one table from others. Segment, source and table have the same id.

INSERT INTO source_kinds (code) VALUES ('segment');
INSERT INTO task_kinds (code) VALUES ('segment');
INSERT INTO refresh_statuses (code) VALUES ('skipped');

-- Names are unique per kind: a segment may be called as a source is.
DROP INDEX sources_name;
CREATE UNIQUE INDEX sources_name ON sources (name_fold) WHERE removed_at = 0 AND kind <> 'segment';
CREATE UNIQUE INDEX segments_name ON sources (name_fold) WHERE removed_at = 0 AND kind = 'segment';

-- Every save makes a version and keeps the ones before.
CREATE TABLE segment_versions (
    segment_id TEXT COLLATE "binary" NOT NULL REFERENCES sources (id),
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    PRIMARY KEY (segment_id, version)
);

-- The tables that the current version is made from.
CREATE TABLE segment_inputs (
    segment_id TEXT COLLATE "binary" NOT NULL REFERENCES sources (id),
    table_id TEXT COLLATE "binary" NOT NULL REFERENCES tables (id),
    PRIMARY KEY (segment_id, table_id)
);
CREATE INDEX segment_inputs_table ON segment_inputs (table_id);

-- The tasks that must have ended before a task is claimed.
CREATE TABLE task_needs (
    task_id TEXT COLLATE "binary" NOT NULL REFERENCES tasks (id),
    needs_task_id TEXT COLLATE "binary" NOT NULL REFERENCES tasks (id),
    PRIMARY KEY (task_id, needs_task_id)
);
CREATE INDEX task_needs_needed ON task_needs (needs_task_id);

-- Of a segment's snapshot: the ids of the snapshots that it was made from. They may be dropped meanwhile.
ALTER TABLE snapshots ADD COLUMN made_from TEXT;
