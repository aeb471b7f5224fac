ALTER TABLE api_keys
    ADD COLUMN requests_per_minute integer,
    ADD COLUMN rotated_at timestamptz,
    ADD COLUMN previous_hash bytea,
    ADD COLUMN previous_until timestamptz,
    ADD COLUMN revocation_published_at timestamptz,
    ADD CONSTRAINT api_keys_rate_bounded CHECK (requests_per_minute BETWEEN 1 AND 60000),
    ADD CONSTRAINT api_keys_previous_is_sha256 CHECK (length(previous_hash) = 32),
    ADD CONSTRAINT api_keys_previous_ends CHECK ((previous_hash IS NULL) = (previous_until IS NULL));
COMMENT ON COLUMN api_keys.requests_per_minute IS 'Limit of this key; NULL for the usual one.';
COMMENT ON COLUMN api_keys.rotated_at IS 'When its secret was last replaced.';
COMMENT ON COLUMN api_keys.previous_hash IS 'SHA-256 of the replaced key, which works until previous_until.';
COMMENT ON COLUMN api_keys.revocation_published_at IS 'When the other services were told that it was revoked.';
CREATE INDEX api_keys_revoked ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
