CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    display_name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    password_changed_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    CONSTRAINT users_email_unique UNIQUE (email),
    CONSTRAINT users_email_lower CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    CONSTRAINT users_display_name_length CHECK (length(display_name) BETWEEN 1 AND 120),
    CONSTRAINT users_role_known CHECK (role IN ('admin', 'operator', 'viewer'))
);
COMMENT ON TABLE users IS 'People with an account.';
COMMENT ON COLUMN users.email IS 'Sign-in name, in lower case.';
COMMENT ON COLUMN users.password_hash IS 'PHC string, Argon2id.';
COMMENT ON COLUMN users.disabled_at IS 'Since when signing in is refused.';

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    refresh_generation integer NOT NULL DEFAULT 0,
    address inet,
    user_agent text,
    revoked_at timestamptz,
    revoked_reason text,
    tokens_expire_at timestamptz NOT NULL,
    revocation_published_at timestamptz,
    CONSTRAINT sessions_times_ordered CHECK (created_at <= expires_at AND expires_at <= ends_at),
    CONSTRAINT sessions_generation_counts CHECK (refresh_generation >= 0),
    CONSTRAINT sessions_user_agent_length CHECK (length(user_agent) <= 256),
    CONSTRAINT sessions_reason_with_revocation CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
    CONSTRAINT sessions_reason_known CHECK (
        revoked_reason IN ('signed-out', 'signed-out-everywhere', 'refresh-reused', 'password-reset')
    )
);
COMMENT ON TABLE sessions IS 'Sign-ins. No token is stored: a refresh token names its session and generation under a MAC.';
COMMENT ON COLUMN sessions.expires_at IS 'End unless refreshed before.';
COMMENT ON COLUMN sessions.ends_at IS 'End however often it is refreshed.';
COMMENT ON COLUMN sessions.refresh_generation IS 'Generation of the one refresh token that is good.';
COMMENT ON COLUMN sessions.tokens_expire_at IS 'When the last access token issued for it expires.';
COMMENT ON COLUMN sessions.revocation_published_at IS 'When the other services were told that it ended.';
CREATE INDEX sessions_open_by_user ON sessions (user_id) WHERE revoked_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_revoked ON sessions (tokens_expire_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_keys_hash_unique UNIQUE (key_hash),
    CONSTRAINT api_keys_hash_is_sha256 CHECK (length(key_hash) = 32),
    CONSTRAINT api_keys_name_length CHECK (length(name) BETWEEN 1 AND 120)
);
COMMENT ON TABLE api_keys IS 'Keys for programs that act for a user.';
COMMENT ON COLUMN api_keys.prefix IS 'First characters of the key, to tell keys apart.';
COMMENT ON COLUMN api_keys.key_hash IS 'SHA-256 of the key; the key itself is shown once and not stored.';
CREATE INDEX api_keys_by_user ON api_keys (user_id);

CREATE TABLE audit_log (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    actor uuid,
    action text NOT NULL,
    outcome text NOT NULL,
    subject text,
    address inet,
    request_id text,
    details jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT audit_log_action_form CHECK (action ~ '^[a-z_]+[.][a-z_]+$'),
    CONSTRAINT audit_log_outcome_known CHECK (outcome IN ('success', 'failure')),
    CONSTRAINT audit_log_request_id_length CHECK (length(request_id) <= 64)
);
COMMENT ON TABLE audit_log IS 'Who did or tried what. Rows are only ever added.';
COMMENT ON COLUMN audit_log.id IS 'UUIDv7, so entries sort by time.';
COMMENT ON COLUMN audit_log.actor IS 'The user; kept when the account goes, hence no foreign key.';
COMMENT ON COLUMN audit_log.subject IS 'What it was done to, as kind:id.';
CREATE INDEX audit_log_by_action ON audit_log (action, id);

CREATE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of audit_log are only ever added';
END
$$;
CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows();
