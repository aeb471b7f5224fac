CREATE TABLE oauth_clients (
    id uuid PRIMARY KEY,
    client_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    secret_hash bytea,
    secret_hint text,
    redirect_uris text[] NOT NULL,
    post_logout_redirect_uris text[] NOT NULL,
    grant_types text[] NOT NULL,
    scopes text[] NOT NULL,
    id_token_alg text NOT NULL,
    first_party boolean NOT NULL,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    revision bigint NOT NULL DEFAULT 1,
    CONSTRAINT oauth_clients_client_id_unique UNIQUE (client_id),
    CONSTRAINT oauth_clients_kind_known CHECK (kind IN ('public', 'confidential')),
    CONSTRAINT oauth_clients_name_length CHECK (length(name) BETWEEN 1 AND 120),
    CONSTRAINT oauth_clients_secret_of_confidential CHECK ((kind = 'confidential') = (secret_hash IS NOT NULL)),
    CONSTRAINT oauth_clients_hash_is_sha256 CHECK (length(secret_hash) = 32),
    CONSTRAINT oauth_clients_alg_known CHECK (id_token_alg IN ('EdDSA', 'RS256'))
);
COMMENT ON TABLE oauth_clients IS 'Programs that people sign in to with their account, or that act by themselves.';
COMMENT ON COLUMN oauth_clients.id IS 'Subject of the tokens that a client gets for itself.';
COMMENT ON COLUMN oauth_clients.secret_hash IS 'SHA-256 of the secret; the secret itself is shown once and not stored.';
COMMENT ON COLUMN oauth_clients.first_party IS 'Of the platform itself: nobody is asked for consent.';

CREATE TABLE oauth_grants (
    id uuid PRIMARY KEY,
    client uuid NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    session_id uuid REFERENCES sessions ON DELETE SET NULL,
    offline boolean NOT NULL,
    scopes text[] NOT NULL,
    redirect_uri text,
    code_challenge bytea,
    code_expires_at timestamptz,
    redeemed_at timestamptz,
    nonce text,
    auth_time timestamptz NOT NULL,
    amr text[] NOT NULL,
    acr text NOT NULL,
    created_at timestamptz NOT NULL,
    generation integer NOT NULL DEFAULT 0,
    refreshed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_reason text,
    CONSTRAINT oauth_grants_times_ordered CHECK (created_at <= expires_at AND expires_at <= ends_at),
    CONSTRAINT oauth_grants_generation_counts CHECK (generation >= 0),
    CONSTRAINT oauth_grants_reason_with_revocation CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL)),
    CONSTRAINT oauth_grants_reason_known CHECK (
        revoked_reason IN ('code-reused', 'refresh-reused', 'revoked-by-client', 'revoked-by-user', 'signed-out')
    )
);
COMMENT ON TABLE oauth_grants IS 'What people gave clients. No code or token is stored: each names its grant under a MAC.';
COMMENT ON COLUMN oauth_grants.offline IS 'Whether it outlives the session that it was given in.';
COMMENT ON COLUMN oauth_grants.code_challenge IS 'SHA-256 of the PKCE verifier; none when no code was used.';
COMMENT ON COLUMN oauth_grants.redeemed_at IS 'When the code was exchanged; a second time ends the grant.';
COMMENT ON COLUMN oauth_grants.generation IS 'Generation of the one refresh token that is good.';
CREATE INDEX oauth_grants_by_user ON oauth_grants (user_id, client) WHERE revoked_at IS NULL;
CREATE INDEX oauth_grants_by_client ON oauth_grants (client);
CREATE INDEX oauth_grants_by_session ON oauth_grants (session_id);
CREATE INDEX oauth_grants_by_end ON oauth_grants (expires_at);

CREATE TABLE oauth_consents (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    client uuid NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
    scopes text[] NOT NULL,
    granted_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, client)
);
COMMENT ON TABLE oauth_consents IS 'What people agreed to, so that they are not asked again.';

CREATE TABLE oauth_interactions (
    id uuid PRIMARY KEY,
    client uuid NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
    request jsonb NOT NULL,
    stage text NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE oauth_interactions IS 'Requests that wait for a person to sign in or to agree.';
CREATE INDEX oauth_interactions_by_end ON oauth_interactions (expires_at);

CREATE TABLE oauth_device_requests (
    id uuid PRIMARY KEY,
    client uuid NOT NULL REFERENCES oauth_clients ON DELETE CASCADE,
    user_code text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    poll_seconds integer NOT NULL,
    polled_at timestamptz,
    decided_at timestamptz,
    user_id uuid REFERENCES users ON DELETE CASCADE,
    allowed boolean,
    auth_time timestamptz,
    amr text[],
    acr text,
    CONSTRAINT oauth_device_requests_user_code_unique UNIQUE (user_code),
    CONSTRAINT oauth_device_requests_decided_by_somebody CHECK (
        (decided_at IS NULL) = (allowed IS NULL)
        AND (allowed IS NOT TRUE OR (user_id IS NOT NULL AND auth_time IS NOT NULL AND amr IS NOT NULL AND acr IS NOT NULL))
    )
);
COMMENT ON TABLE oauth_device_requests IS 'Devices that wait for a person to agree at another one.';
CREATE INDEX oauth_device_requests_by_end ON oauth_device_requests (expires_at);

CREATE TABLE token_revocations (
    id uuid PRIMARY KEY,
    revoked_at timestamptz NOT NULL,
    tokens_expire_at timestamptz NOT NULL,
    published_at timestamptz
);
COMMENT ON TABLE token_revocations IS 'Grants and single tokens that are refused until their last access token has expired.';
CREATE INDEX token_revocations_by_end ON token_revocations (tokens_expire_at);
