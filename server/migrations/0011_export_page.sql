-- The whole Exports page: history with causes, what is undone as one step, the strip of runs, what people note about
-- exports, saved views, and the files of runs.

-- What made a version. Removing, and noting something, make none.
CREATE TABLE export_causes (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO export_causes (code) VALUES
    ('create'), ('edit'), ('schedule'), ('detach'), ('duplicate'), ('restore'), ('undo'), ('restore_removed');

-- cause: null of versions from before causes were kept. restored_from: the version that was taken again. copy_of: what the
-- original was called. change_id: one step of somebody; exports that are changed at once share it.
ALTER TABLE export_versions ADD COLUMN cause TEXT COLLATE "binary" REFERENCES export_causes (code);
ALTER TABLE export_versions ADD COLUMN restored_from BIGINT;
ALTER TABLE export_versions ADD COLUMN copy_of TEXT;
ALTER TABLE export_versions ADD COLUMN change_id TEXT COLLATE "binary";
CREATE INDEX export_versions_change ON export_versions (change_id, export_id) WHERE change_id IS NOT NULL;

-- removed_change: the step that removed it; null of what was removed before, which cannot be undone but restored.
ALTER TABLE exports ADD COLUMN removed_change TEXT COLLATE "binary";
CREATE INDEX exports_removed_change ON exports (removed_change, id) WHERE removed_change IS NOT NULL;

-- List columns. strip: the last 30 runs, two letters each, newest last. labels: one a line, in their order; the table
-- of the same name finds by them.
ALTER TABLE exports ADD COLUMN strip TEXT NOT NULL DEFAULT '';
ALTER TABLE exports ADD COLUMN labels TEXT NOT NULL DEFAULT '';

-- What people note about an export. It is no part of its version and has one of its own.
ALTER TABLE exports ADD COLUMN owner_id TEXT COLLATE "binary" REFERENCES users (id);
ALTER TABLE exports ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE exports ADD COLUMN about_version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX exports_owner ON exports (owner_id, id) WHERE owner_id IS NOT NULL;

CREATE TABLE export_labels (
    export_id TEXT COLLATE "binary" NOT NULL REFERENCES exports (id),
    label_fold TEXT COLLATE "binary" NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (export_id, label_fold)
);
CREATE INDEX export_labels_label ON export_labels (label_fold, export_id);

-- query: of the address, without pane and place in the list.
CREATE TABLE saved_views (
    id TEXT COLLATE "binary" PRIMARY KEY,
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    name_fold TEXT COLLATE "binary" NOT NULL,
    query TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX saved_views_name ON saved_views (user_id, name_fold);

-- The files of a run that delivered, in their order: what the list of runs finds by. The folds are cut after 500 letters,
-- so that they fit into an index. queued_at: that of the run.
CREATE TABLE run_files (
    run_id TEXT COLLATE "binary" NOT NULL REFERENCES runs (id),
    place BIGINT NOT NULL,
    path TEXT NOT NULL,
    name_fold TEXT COLLATE "binary" NOT NULL,
    path_fold TEXT COLLATE "binary" NOT NULL,
    queued_at BIGINT NOT NULL,
    PRIMARY KEY (run_id, place)
);
CREATE INDEX run_files_name ON run_files (name_fold, queued_at, run_id);
CREATE INDEX run_files_path ON run_files (path_fold, queued_at, run_id);
CREATE INDEX runs_by_status ON runs (status, queued_at, id);
CREATE INDEX runs_by_connection ON runs (connection_id, queued_at, id);
