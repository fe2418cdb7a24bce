-- Connections to hosts, with secrets, tests and pauses; people, how they sign in, and who did what.
-- Columns that a table gets refer to nothing: SQLite allows it of those that may be null alone.

INSERT INTO connection_types (code, words) VALUES
    ('sftp', 'sftp'),
    ('s3', 'amazon s3 or compatible amazon s3 ou compatible'),
    ('azure_blob', 'azure blob storage'),
    ('adls_gen2', 'azure data lake storage gen2'),
    ('webhook', 'webhook');

-- A connection that is paused since paused_at lets no run start; paused_by: empty, the server did it. The last test with its
-- steps, as JSON, and when the next one is due. consent_by: who agreed last that data leave to it.
ALTER TABLE connections ADD COLUMN paused_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN paused_by TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN pause_reason TEXT;
ALTER TABLE connections ADD COLUMN sign_in_failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN tested_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN test_ok BIGINT NOT NULL DEFAULT 0 CHECK (test_ok IN (0, 1));
ALTER TABLE connections ADD COLUMN test_steps TEXT;
ALTER TABLE connections ADD COLUMN test_reason TEXT;
ALTER TABLE connections ADD COLUMN next_test_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN test_lease_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connections ADD COLUMN consent_by TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN consent_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX connections_next_test ON connections (next_test_at, id) WHERE removed_at = 0;
CREATE INDEX connections_removed ON connections (removed_at, id) WHERE removed_at > 0;

-- What a connection signs in with or trusts and that ends: a token, a certificate. told_at: when it was told.
CREATE TABLE connection_expiries (
    connection_id TEXT COLLATE "binary" NOT NULL REFERENCES connections (id),
    what TEXT COLLATE "binary" NOT NULL,
    ends_at BIGINT NOT NULL,
    told_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (connection_id, what)
);

CREATE TABLE connection_notice_kinds (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO connection_notice_kinds (code) VALUES ('expiring'), ('failing'), ('paused');

-- What administrators are told of connections: once for each cause.
CREATE TABLE connection_notices (
    id TEXT COLLATE "binary" PRIMARY KEY,
    kind TEXT COLLATE "binary" NOT NULL REFERENCES connection_notice_kinds (code),
    noticed_at BIGINT NOT NULL,
    connection_id TEXT COLLATE "binary" NOT NULL REFERENCES connections (id),
    cause TEXT COLLATE "binary" NOT NULL,
    reason TEXT
);
CREATE UNIQUE INDEX connection_notices_cause ON connection_notices (connection_id, kind, cause);
CREATE INDEX connection_notices_at ON connection_notices (noticed_at, id);

CREATE TABLE connection_notice_readers (
    notice_id TEXT COLLATE "binary" NOT NULL REFERENCES connection_notices (id),
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    read_at BIGINT NOT NULL,
    PRIMARY KEY (notice_id, user_id)
);

-- The records of deliveries to destinations that keep no file. publish counts those of an export's folder.
CREATE TABLE published_records (
    connection_id TEXT COLLATE "binary" NOT NULL REFERENCES connections (id),
    run_id TEXT COLLATE "binary" NOT NULL,
    export_folder TEXT COLLATE "binary" NOT NULL,
    publish BIGINT NOT NULL,
    record TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, run_id)
);
CREATE INDEX published_records_newest ON published_records (connection_id, export_folder, publish);

CREATE TABLE secret_kinds (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO secret_kinds (code) VALUES ('sealed'), ('reference');

-- Secrets. Their owners: a connection, a person. value: the sealed text, or the reference; key_id: what it is sealed with,
-- empty of references.
CREATE TABLE secrets (
    owner_kind TEXT COLLATE "binary" NOT NULL,
    owner_id TEXT COLLATE "binary" NOT NULL,
    name TEXT COLLATE "binary" NOT NULL,
    kind TEXT COLLATE "binary" NOT NULL REFERENCES secret_kinds (code),
    value TEXT NOT NULL,
    key_id TEXT COLLATE "binary" NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (owner_kind, owner_id, name)
);
CREATE INDEX secrets_key ON secrets (key_id, owner_kind, owner_id, name);

-- kind: `person` or `service`, which cannot sign in. password_hash: empty, there is none. Preferences: empty, none.
ALTER TABLE users ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN kind TEXT COLLATE "binary" NOT NULL DEFAULT 'person';
ALTER TABLE users ADD COLUMN name_fold TEXT COLLATE "binary" NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN theme TEXT NOT NULL DEFAULT '';
CREATE INDEX users_name ON users (name_fold, id);

-- id: what a person ends one of their sessions by; empty of sessions from before. agent: the browser, as it names itself.
ALTER TABLE sessions ADD COLUMN id TEXT COLLATE "binary" NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';

-- expires_at: 0, never, of tokens from before. role: the most that it may; null, what the person may. told_at: when its end
-- was told.
ALTER TABLE tokens ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN role TEXT COLLATE "binary" REFERENCES roles (code);
ALTER TABLE tokens ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0;

-- Links to become somebody, or, with user_id, to a new password.
CREATE TABLE invitations (
    id TEXT COLLATE "binary" PRIMARY KEY,
    code_hash TEXT COLLATE "binary" NOT NULL UNIQUE,
    email TEXT COLLATE "binary" NOT NULL,
    name TEXT NOT NULL,
    role TEXT COLLATE "binary" NOT NULL REFERENCES roles (code),
    user_id TEXT COLLATE "binary" REFERENCES users (id),
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL DEFAULT 0,
    revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX invitations_created ON invitations (created_at, id);
CREATE INDEX invitations_user ON invitations (user_id) WHERE user_id IS NOT NULL;

-- The seed is a secret of the person. last_step: the step whose code was used last, which counts once.
CREATE TABLE second_factors (
    user_id TEXT COLLATE "binary" PRIMARY KEY REFERENCES users (id),
    confirmed_at BIGINT NOT NULL DEFAULT 0,
    last_step BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE recovery_codes (
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    code_hash TEXT COLLATE "binary" NOT NULL,
    used_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, code_hash)
);

-- Who gave the right password and owes the second factor.
CREATE TABLE half_sign_ins (
    token_hash TEXT COLLATE "binary" PRIMARY KEY,
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    network TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX half_sign_ins_user ON half_sign_ins (user_id);
CREATE INDEX half_sign_ins_age ON half_sign_ins (expires_at);

-- People as an identity provider knows them.
CREATE TABLE identities (
    issuer TEXT COLLATE "binary" NOT NULL,
    subject TEXT COLLATE "binary" NOT NULL,
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_user ON identities (user_id);

-- door: `page`, `rest`, `command_line` or `server`; empty of entries from before. search_fold: what a search finds it by.
ALTER TABLE audit ADD COLUMN object_name TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN door TEXT COLLATE "binary" NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN token_id TEXT COLLATE "binary";
ALTER TABLE audit ADD COLUMN search_fold TEXT COLLATE "binary" NOT NULL DEFAULT '';
CREATE INDEX audit_actor ON audit (actor_id, at, id);
CREATE INDEX audit_action ON audit (action, at, id);
CREATE INDEX audit_kind ON audit (object_kind, at, id);
