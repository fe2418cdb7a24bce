-- Who may sign in, with what, and what was noted about it.
-- Portable SQL: the bounds are in the architecture page, "Store"; a test scans this directory for what they forbid.

CREATE TABLE roles (
    code TEXT COLLATE "binary" PRIMARY KEY
);
INSERT INTO roles (code) VALUES ('viewer'), ('contributor'), ('administrator');

CREATE TABLE users (
    id TEXT COLLATE "binary" PRIMARY KEY,
    email TEXT COLLATE "binary" NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT COLLATE "binary" NOT NULL REFERENCES roles (code),
    password_hash TEXT NOT NULL,
    disabled BIGINT NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_hash TEXT COLLATE "binary" PRIMARY KEY,
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    idle_until BIGINT NOT NULL,
    absolute_until BIGINT NOT NULL,
    network TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE tokens (
    id TEXT COLLATE "binary" PRIMARY KEY,
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    token_hash TEXT COLLATE "binary" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked BIGINT NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1))
);
CREATE INDEX tokens_user ON tokens (user_id);

CREATE TABLE sign_in_failures (
    id TEXT COLLATE "binary" PRIMARY KEY,
    account_key TEXT COLLATE "binary" NOT NULL,
    network TEXT COLLATE "binary" NOT NULL,
    failed_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_account ON sign_in_failures (account_key, failed_at);
CREATE INDEX sign_in_failures_network ON sign_in_failures (network, failed_at);

CREATE TABLE settings (
    key TEXT COLLATE "binary" PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE idempotency_keys (
    user_id TEXT COLLATE "binary" NOT NULL REFERENCES users (id),
    key TEXT COLLATE "binary" NOT NULL,
    body_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (kept_at);

-- No reference to users: what somebody did stays when they are gone.
CREATE TABLE audit (
    id TEXT COLLATE "binary" PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id TEXT COLLATE "binary",
    actor_name TEXT NOT NULL,
    action TEXT COLLATE "binary" NOT NULL,
    object_kind TEXT COLLATE "binary" NOT NULL,
    object_id TEXT COLLATE "binary" NOT NULL,
    state_before TEXT,
    state_after TEXT,
    network TEXT NOT NULL
);
CREATE INDEX audit_object ON audit (object_kind, object_id, at, id);
CREATE INDEX audit_at ON audit (at, id);
