ALTER TABLE sessions
    ADD COLUMN auth_time timestamptz,
    ADD COLUMN amr text[] NOT NULL DEFAULT '{pwd}',
    ADD COLUMN acr text NOT NULL DEFAULT 'urn:nexus:aal1',
    ADD COLUMN seen_at timestamptz;
UPDATE sessions SET auth_time = created_at, seen_at = refreshed_at;
ALTER TABLE sessions
    ALTER COLUMN auth_time SET NOT NULL,
    ALTER COLUMN seen_at SET NOT NULL,
    ALTER COLUMN amr DROP DEFAULT,
    ALTER COLUMN acr DROP DEFAULT,
    ADD CONSTRAINT sessions_acr_known CHECK (acr IN ('urn:nexus:aal1', 'urn:nexus:aal2')),
    DROP CONSTRAINT sessions_reason_known,
    ADD CONSTRAINT sessions_reason_known CHECK (revoked_reason IN (
        'signed-out', 'signed-out-everywhere', 'refresh-reused', 'password-reset',
        'revoked', 'revoked-by-administrator', 'password-changed', 'account-disabled', 'account-deleted'
    ));
COMMENT ON COLUMN sessions.auth_time IS 'When the user last proved who they are.';
COMMENT ON COLUMN sessions.amr IS 'How: methods of RFC 8176.';
COMMENT ON COLUMN sessions.acr IS 'How well: one factor (aal1) or two (aal2).';
COMMENT ON COLUMN sessions.seen_at IS 'When it was last used, to about a minute.';
