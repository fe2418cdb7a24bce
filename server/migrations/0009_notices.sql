-- Notices about exports: what is told, to whom, and what is still to be sent.

CREATE TABLE notice_kinds (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO notice_kinds (code) VALUES
    ('failing'), ('recovered'), ('held'), ('rows_differ'), ('ran_longer'), ('not_delivered');

CREATE TABLE channel_kinds (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO channel_kinds (code) VALUES ('mail'), ('webhook');

-- failing_since: when its runs began to fail, after all had been well; 0 when all is well.
ALTER TABLE exports ADD COLUMN failing_since BIGINT NOT NULL DEFAULT 0;
UPDATE exports SET failing_since = updated_at WHERE status IN ('failed', 'skipped', 'missed');

-- cause: the run, or since when nothing was delivered and for how long: one change makes one notice. Runs may go before
-- their notices, so that run_id is no reference.
CREATE TABLE notices (
    id TEXT COLLATE "binary" PRIMARY KEY,
    kind TEXT COLLATE "binary" NOT NULL REFERENCES notice_kinds (code),
    at BIGINT NOT NULL,
    export_id TEXT COLLATE "binary" NOT NULL REFERENCES exports (id),
    run_id TEXT COLLATE "binary",
    cause TEXT COLLATE "binary" NOT NULL,
    reason TEXT
);
CREATE UNIQUE INDEX notices_one ON notices (export_id, kind, cause);
CREATE INDEX notices_at ON notices (at, id);

-- The notices of each person. read_at: 0 until they have looked.
CREATE TABLE notice_readers (
    notice_id TEXT COLLATE "binary" NOT NULL REFERENCES notices (id),
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    at BIGINT NOT NULL,
    read_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (notice_id, user_id)
);
CREATE INDEX notice_readers_newest ON notice_readers (user_id, at, notice_id);
CREATE INDEX notice_readers_unread ON notice_readers (user_id) WHERE read_at = 0;

-- What people follow: an export, or everything where there is none. Limits of 0 are none. language: that of mails.
CREATE TABLE follows (
    id TEXT COLLATE "binary" PRIMARY KEY,
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    export_id TEXT COLLATE "binary" REFERENCES exports (id),
    by_mail BIGINT NOT NULL CHECK (by_mail IN (0, 1)),
    rows_percent BIGINT NOT NULL,
    longer_than_minutes BIGINT NOT NULL,
    silent_hours BIGINT NOT NULL,
    language TEXT NOT NULL
);
CREATE UNIQUE INDEX follows_export ON follows (export_id, user_id) WHERE export_id IS NOT NULL;
CREATE UNIQUE INDEX follows_everything ON follows (user_id) WHERE export_id IS NULL;
CREATE INDEX follows_user ON follows (user_id, export_id);

-- Groups. follows_all: every export; otherwise those of notice_channel_exports. sent_at, problem: of the last sending.
CREATE TABLE notice_channels (
    id TEXT COLLATE "binary" PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_fold TEXT COLLATE "binary" NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL REFERENCES channel_kinds (code),
    address TEXT NOT NULL,
    follows_all BIGINT NOT NULL CHECK (follows_all IN (0, 1)),
    rows_percent BIGINT NOT NULL,
    longer_than_minutes BIGINT NOT NULL,
    silent_hours BIGINT NOT NULL,
    sent_at BIGINT NOT NULL DEFAULT 0,
    problem TEXT,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    removed_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX notice_channels_name ON notice_channels (name_fold) WHERE removed_at = 0;

CREATE TABLE notice_channel_exports (
    channel_id TEXT COLLATE "binary" NOT NULL REFERENCES notice_channels (id),
    export_id TEXT COLLATE "binary" NOT NULL REFERENCES exports (id),
    PRIMARY KEY (channel_id, export_id)
);
CREATE INDEX notice_channel_exports_export ON notice_channel_exports (export_id, channel_id);

-- Limits that are passed and were told of: they are not told of again before all is well. follower: a person or a group.
CREATE TABLE notice_alerts (
    export_id TEXT COLLATE "binary" NOT NULL REFERENCES exports (id),
    kind TEXT COLLATE "binary" NOT NULL REFERENCES notice_kinds (code),
    follower TEXT COLLATE "binary" NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (export_id, kind, follower)
);

-- What is to leave the server: one row for each notice and person or group. ended_at: 0 until it was sent or given up.
CREATE TABLE notice_sendings (
    id TEXT COLLATE "binary" PRIMARY KEY,
    notice_id TEXT COLLATE "binary" NOT NULL REFERENCES notices (id),
    user_id TEXT COLLATE "binary" REFERENCES users (id),
    channel_id TEXT COLLATE "binary" REFERENCES notice_channels (id),
    language TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    attempt BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    ended_at BIGINT NOT NULL DEFAULT 0,
    sent BIGINT NOT NULL DEFAULT 0 CHECK (sent IN (0, 1)),
    problem TEXT,
    CHECK ((user_id IS NULL AND channel_id IS NOT NULL) OR (user_id IS NOT NULL AND channel_id IS NULL))
);
CREATE UNIQUE INDEX notice_sendings_user ON notice_sendings (notice_id, user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX notice_sendings_channel ON notice_sendings (notice_id, channel_id) WHERE channel_id IS NOT NULL;
CREATE INDEX notice_sendings_open ON notice_sendings (next_attempt_at, id) WHERE ended_at = 0;
