CREATE TABLE streamcore.owners (
    user_id uuid PRIMARY KEY,
    plan text NOT NULL,
    plan_as_of timestamptz NOT NULL
);

COMMENT ON TABLE streamcore.owners IS 'Plans of accounts, as last heard from gateway-api';
COMMENT ON COLUMN streamcore.owners.plan_as_of IS
    'When the account had this plan; what is heard late does not overwrite what is newer';

ALTER TABLE streamcore.streams ADD COLUMN owner_id uuid REFERENCES streamcore.owners;

COMMENT ON COLUMN streamcore.streams.owner_id IS
    'Account that registered the stream; NULL when that was done on the server itself';
CREATE INDEX streams_owner_id ON streamcore.streams (owner_id);
