CREATE TABLE organisations (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    plan text NOT NULL DEFAULT 'FREE',
    created_at timestamptz NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    CONSTRAINT organisations_name_length CHECK (length(name) BETWEEN 1 AND 120)
);
COMMENT ON TABLE organisations IS 'Studios and other groups of people who work together.';

CREATE TABLE organisation_members (
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, user_id),
    CONSTRAINT organisation_members_role_known CHECK (role IN ('owner', 'admin', 'member'))
);
COMMENT ON TABLE organisation_members IS 'Who belongs to which organisation, and as what.';
CREATE INDEX organisation_members_by_user ON organisation_members (user_id);

CREATE TABLE teams (
    id uuid PRIMARY KEY,
    organisation_id uuid NOT NULL REFERENCES organisations ON DELETE CASCADE,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT teams_of_organisation UNIQUE (organisation_id, id),
    CONSTRAINT teams_name_length CHECK (length(name) BETWEEN 1 AND 120)
);
COMMENT ON TABLE teams IS 'Groups inside an organisation.';
CREATE UNIQUE INDEX teams_name_unique ON teams (organisation_id, lower(name));

CREATE TABLE team_members (
    organisation_id uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (team_id, user_id),
    FOREIGN KEY (organisation_id, team_id) REFERENCES teams (organisation_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organisation_id, user_id) REFERENCES organisation_members ON DELETE CASCADE
);
COMMENT ON TABLE team_members IS 'Who belongs to which team; only members of the organisation do.';
CREATE INDEX team_members_by_member ON team_members (organisation_id, user_id);

ALTER TABLE mail_links ADD COLUMN organisation_id uuid REFERENCES organisations ON DELETE CASCADE;
COMMENT ON COLUMN mail_links.organisation_id IS 'Organisation that it invites to.';
CREATE INDEX mail_links_by_organisation ON mail_links (organisation_id) WHERE ended_at IS NULL;
