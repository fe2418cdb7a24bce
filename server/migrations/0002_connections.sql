-- Where data may go.

-- `words` is what a search for the type's name finds, folded, in both languages.
CREATE TABLE connection_types (
    code TEXT COLLATE "binary" PRIMARY KEY,
    words TEXT NOT NULL
);
INSERT INTO connection_types (code, words) VALUES ('local_folder', 'local folder dossier local');

CREATE TABLE audiences (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO audiences (code) VALUES ('administrators'), ('contributors'), ('people');

-- removed_at is 0 as long as the connection is not removed.
CREATE TABLE connections (
    id TEXT COLLATE "binary" PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_fold TEXT COLLATE "binary" NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL REFERENCES connection_types (code),
    config TEXT NOT NULL,
    audience TEXT COLLATE "binary" NOT NULL REFERENCES audiences (code),
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    removed_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX connections_name ON connections (name_fold) WHERE removed_at = 0;

-- The named people of an audience `people`.
CREATE TABLE connection_people (
    connection_id TEXT COLLATE "binary" NOT NULL REFERENCES connections (id),
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    PRIMARY KEY (connection_id, user_id)
);
CREATE INDEX connection_people_user ON connection_people (user_id);

-- Places of work. A run takes one of its connection and one of the server in the transaction that claims it.
-- owner: the id of a connection, or `server`. A place whose lease has passed is free.
CREATE TABLE slots (
    owner TEXT COLLATE "binary" NOT NULL,
    place BIGINT NOT NULL,
    run_id TEXT COLLATE "binary",
    lease_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (owner, place)
);
CREATE INDEX slots_run ON slots (run_id);
