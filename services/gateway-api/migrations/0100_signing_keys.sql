CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    alg text NOT NULL,
    public_jwk jsonb NOT NULL,
    private_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    activates_at timestamptz NOT NULL,
    retires_at timestamptz,
    CONSTRAINT signing_keys_alg_known CHECK (alg IN ('EdDSA', 'RS256')),
    CONSTRAINT signing_keys_created_before_use CHECK (created_at <= activates_at)
);
COMMENT ON TABLE signing_keys IS 'Keys that sign access and id tokens.';
COMMENT ON COLUMN signing_keys.kid IS 'Thumbprint of RFC 7638.';
COMMENT ON COLUMN signing_keys.private_key IS 'PKCS #8, sealed under a key derived from the secret file.';
COMMENT ON COLUMN signing_keys.activates_at IS 'When signing with it begins; it is published before.';
COMMENT ON COLUMN signing_keys.retires_at IS 'When signing with it ends; it is published until its last token has expired.';
