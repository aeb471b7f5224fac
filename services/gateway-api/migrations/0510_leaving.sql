ALTER TABLE users
    ADD COLUMN deletion_requested_by uuid,
    ADD COLUMN called_in_at timestamptz,
    ADD COLUMN call_in_published_at timestamptz,
    ADD CONSTRAINT users_deletion_is_asked_by_somebody
        CHECK (deletion_requested_at IS NOT NULL OR deletion_requested_by IS NULL);
COMMENT ON COLUMN users.deletion_requested_at IS 'When the deletion was asked for; erased after the hold.';
COMMENT ON COLUMN users.deletion_requested_by IS 'Who asked for the deletion: the person, who can take it back, or an administrator.';
COMMENT ON COLUMN users.called_in_at IS 'When what access tokens say of the person was last changed; those of before are refused.';
COMMENT ON COLUMN users.call_in_published_at IS 'When the other services were told of that.';
CREATE INDEX users_called_in ON users (called_in_at) WHERE called_in_at IS NOT NULL;

ALTER TABLE mail_links
    DROP CONSTRAINT mail_links_purpose_known,
    ADD CONSTRAINT mail_links_purpose_known CHECK (
        purpose IN ('sign-up', 'invitation', 'organisation-invitation', 'recovery', 'change-email',
                    'undo-email-change', 'restore')
    );

CREATE TABLE erasures (
    person uuid PRIMARY KEY,
    erased_at timestamptz NOT NULL,
    published_at timestamptz
);
COMMENT ON TABLE erasures IS 'People who were erased, of whom nothing but their id is kept.';
COMMENT ON COLUMN erasures.published_at IS 'When the other services were told, which erase what they have.';
CREATE INDEX erasures_pending ON erasures (erased_at) WHERE published_at IS NULL;

CREATE FUNCTION effective_plan(person uuid) RETURNS text LANGUAGE sql STABLE
RETURN (
    SELECT plans.plan
    FROM (
        SELECT u.plan FROM users u WHERE u.id = person
        UNION ALL
        SELECT o.plan FROM organisation_members m JOIN organisations o ON o.id = m.organisation_id
        WHERE m.user_id = person
    ) plans
    ORDER BY array_position(ARRAY['FREE', 'CREATOR', 'HOLLYWOOD', 'ENTERPRISE'], plans.plan) DESC
    LIMIT 1
);
COMMENT ON FUNCTION effective_plan(uuid) IS 'The best plan among a person''s own and those of their organisations.';
