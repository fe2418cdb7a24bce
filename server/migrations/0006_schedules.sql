-- When exports and the system refresh start by themselves, and what a start leads to.

INSERT INTO triggers (code) VALUES ('schedule'), ('refresh');
INSERT INTO refresh_statuses (code) VALUES ('canceled');

-- next_start_at: the next start by the export's own schedule, 0 when there is none. planned_until: starts up to this
-- instant are dealt with. follows_refresh: on, connected, and with the system refresh. What is there stays off.
ALTER TABLE exports ADD COLUMN schedule TEXT NOT NULL DEFAULT '{"recurrence":"system","time_zone":"UTC"}';
ALTER TABLE exports ADD COLUMN next_start_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN planned_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE exports ADD COLUMN follows_refresh BIGINT NOT NULL DEFAULT 0 CHECK (follows_refresh IN (0, 1));
UPDATE exports SET enabled = 0, schedule_rank = CASE WHEN connection_id IS NULL THEN 200 ELSE 100 END;
CREATE INDEX exports_due ON exports (next_start_at, id) WHERE next_start_at > 0;
CREATE INDEX exports_following ON exports (planned_until, id) WHERE follows_refresh = 1;

ALTER TABLE export_versions ADD COLUMN schedule TEXT NOT NULL DEFAULT '{"recurrence":"system","time_zone":"UTC"}';
ALTER TABLE export_versions ADD COLUMN enabled BIGINT NOT NULL DEFAULT 0 CHECK (enabled IN (0, 1));

-- The one schedule of the system refresh. Off until somebody, or the set-up, switches it on.
CREATE TABLE system_schedule (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL,
    enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    schedule TEXT NOT NULL,
    next_start_at BIGINT NOT NULL,
    planned_until BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
INSERT INTO system_schedule (one, version, enabled, schedule, next_start_at, planned_until, updated_at, updated_by)
VALUES (1, 1, 0, '{"recurrence":"daily","times":["02:00"],"time_zone":"UTC"}', 0, 0, 0, '');

-- caused_by can be null only because SQLite adds no other column that references. missed: the reason that the exports
-- which follow it get instead of a run, for starts that were missed. following: such exports are still to be planned.
CREATE TABLE refresh_triggers (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO refresh_triggers (code) VALUES ('schedule'), ('person'), ('api'), ('need');
ALTER TABLE refreshes ADD COLUMN caused_by TEXT COLLATE "binary" REFERENCES refresh_triggers (code);
ALTER TABLE refreshes ADD COLUMN scheduled_for BIGINT;
ALTER TABLE refreshes ADD COLUMN run_exports BIGINT NOT NULL DEFAULT 0 CHECK (run_exports IN (0, 1));
ALTER TABLE refreshes ADD COLUMN missed TEXT;
ALTER TABLE refreshes ADD COLUMN following BIGINT NOT NULL DEFAULT 0 CHECK (following IN (0, 1));
UPDATE refreshes SET caused_by = 'need';
CREATE UNIQUE INDEX refreshes_scheduled ON refreshes (scheduled_for);
CREATE INDEX refreshes_newest ON refreshes (asked_at, id) WHERE caused_by <> 'need';
CREATE INDEX refreshes_following ON refreshes (asked_at, id) WHERE following = 1;

ALTER TABLE tasks ADD COLUMN cancel_requested BIGINT NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1));
ALTER TABLE tasks ADD COLUMN cancel_reason TEXT;
CREATE INDEX tasks_of_refresh ON tasks (refresh_id, id);
CREATE INDEX tasks_ended ON tasks (source_id, ended_at, id);

-- priority: 0 asked for by a person, 1 by a schedule. mark: a start that another run of its export kept from running; it
-- is no status of the export. waits_until: waits for what it needs, at the latest until then; 0 when it waits no longer.
-- in_doubt: an attempt ended without it being known whether it had published. warning: the reason it gets if it delivers.
ALTER TABLE runs ADD COLUMN refresh_id TEXT COLLATE "binary" REFERENCES refreshes (id);
ALTER TABLE runs ADD COLUMN priority BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN mark BIGINT NOT NULL DEFAULT 0 CHECK (mark IN (0, 1));
ALTER TABLE runs ADD COLUMN waits_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN in_doubt BIGINT NOT NULL DEFAULT 0 CHECK (in_doubt IN (0, 1));
ALTER TABLE runs ADD COLUMN warning TEXT;
UPDATE runs SET waits_until = queued_at + 14400000000
WHERE ended_at IS NULL AND EXISTS
    (SELECT 1 FROM run_needs n JOIN tasks t ON t.id = n.task_id WHERE n.run_id = runs.id AND t.ended_at IS NULL);
CREATE INDEX runs_ready ON runs (connection_id, priority, queued_at, id)
    WHERE ended_at IS NULL AND waits_until = 0 AND status <> 'held';
CREATE INDEX runs_waiting ON runs (waits_until, id) WHERE ended_at IS NULL AND waits_until > 0;
CREATE UNIQUE INDEX runs_of_refresh ON runs (refresh_id, export_id) WHERE refresh_id IS NOT NULL;

-- When a run last took the place: connections take turns by it.
ALTER TABLE slots ADD COLUMN taken_at BIGINT NOT NULL DEFAULT 0;
