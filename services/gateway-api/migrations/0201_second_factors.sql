CREATE TABLE totp_secrets (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    sealed_secret bytea NOT NULL,
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_step bigint
);
COMMENT ON TABLE totp_secrets IS 'Authenticator apps (RFC 6238): one for each user.';
COMMENT ON COLUMN totp_secrets.sealed_secret IS 'Encrypted under a key derived from the root secret, bound to its row.';
COMMENT ON COLUMN totp_secrets.confirmed_at IS 'Since when a code is asked for; before that nobody has shown one.';
COMMENT ON COLUMN totp_secrets.last_step IS 'Time step of the last code that was accepted; no earlier one is.';

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, code_hash),
    CONSTRAINT recovery_codes_hash_is_a_mac CHECK (length(code_hash) = 32)
);
COMMENT ON TABLE recovery_codes IS 'Codes for who has lost the other factor; each works once.';
COMMENT ON COLUMN recovery_codes.code_hash IS 'HMAC-SHA256 of user and code under a key derived from the root secret.';
