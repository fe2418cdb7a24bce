-- Servers that run on this database, and what things take on disks.

-- One row a server that runs; its worker's id, a new one at each start. It looks in now and then: seen_at is by the
-- clock of the database. The name lasts over starts. disk_…: the fuller one of the disks it writes to, 0 where the machine does
-- not tell. refreshes_stopped: that disk is too full.
CREATE TABLE servers (
    id TEXT COLLATE "binary" PRIMARY KEY,
    name TEXT COLLATE "binary" NOT NULL,
    version TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    disk_total BIGINT NOT NULL DEFAULT 0,
    disk_free BIGINT NOT NULL DEFAULT 0,
    refreshes_stopped BIGINT NOT NULL DEFAULT 0 CHECK (refreshes_stopped IN (0, 1))
);
CREATE INDEX servers_seen ON servers (seen_at, id);

-- What there was at a full hour, by kind. server: the name of one; empty of what all share.
CREATE TABLE storage_samples (
    server TEXT COLLATE "binary" NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL,
    at BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (server, kind, at)
);
CREATE INDEX storage_samples_at ON storage_samples (at, server, kind);
