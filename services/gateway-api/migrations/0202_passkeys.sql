CREATE TABLE passkeys (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    counter bigint NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up boolean NOT NULL,
    transports text[] NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CONSTRAINT passkeys_credential_unique UNIQUE (credential_id),
    CONSTRAINT passkeys_name_length CHECK (length(name) BETWEEN 1 AND 120),
    CONSTRAINT passkeys_counter_range CHECK (counter BETWEEN 0 AND 4294967295)
);
COMMENT ON TABLE passkeys IS 'Public halves of passkeys (Web Authentication).';
COMMENT ON COLUMN passkeys.public_key IS 'In COSE form (RFC 9053).';
COMMENT ON COLUMN passkeys.counter IS 'Signatures so far, as the authenticator counts them; one that goes back is a copy.';
COMMENT ON COLUMN passkeys.backup_eligible IS 'Whether it may be copied between devices.';
COMMENT ON COLUMN passkeys.backed_up IS 'Whether there was such a copy when it was last used.';
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at);
