ALTER TABLE users
    ADD COLUMN revision integer NOT NULL DEFAULT 1,
    ADD COLUMN deletion_requested_at timestamptz,
    ADD CONSTRAINT users_deletion_disables CHECK (deletion_requested_at IS NULL OR disabled_at IS NOT NULL);
COMMENT ON COLUMN users.revision IS 'Grows with every edit; the entity tag of the person.';
COMMENT ON COLUMN users.deletion_requested_at IS 'When the person asked to be deleted; erased after the hold.';
CREATE INDEX users_to_erase ON users (deletion_requested_at) WHERE deletion_requested_at IS NOT NULL;
