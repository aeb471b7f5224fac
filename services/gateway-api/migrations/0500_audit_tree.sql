-- The Merkle tree over the audit log. An entry is added in the transaction of what it records and
-- noted as pending; the sequencer gives committed entries their place in the tree.

CREATE OR REPLACE FUNCTION audit_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
END
$$;

CREATE TABLE audit_pending (
    entry uuid PRIMARY KEY
);
COMMENT ON TABLE audit_pending IS 'Entries of the audit log that have no place in the tree yet.';

CREATE FUNCTION audit_log_awaits_the_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_pending (entry) SELECT id FROM added;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_log_awaits_the_tree AFTER INSERT ON audit_log
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_awaits_the_tree();
INSERT INTO audit_pending (entry) SELECT id FROM audit_log;

CREATE TABLE audit_leaves (
    seq bigint PRIMARY KEY,
    entry uuid NOT NULL REFERENCES audit_log,
    hash bytea NOT NULL,
    CONSTRAINT audit_leaves_entry_unique UNIQUE (entry),
    CONSTRAINT audit_leaves_seq_counts CHECK (seq >= 0),
    CONSTRAINT audit_leaves_hash_is_sha256 CHECK (length(hash) = 32)
);
COMMENT ON TABLE audit_leaves IS 'Leaves of the tree over the audit log (RFC 6962), without gaps, in the order of commits.';
COMMENT ON COLUMN audit_leaves.hash IS 'Leaf hash of the entry as it was when it was given its place.';
CREATE TRIGGER audit_leaves_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_leaves
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows();

CREATE TABLE audit_subtrees (
    level smallint NOT NULL,
    position bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, position),
    CONSTRAINT audit_subtrees_level_counts CHECK (level >= 1 AND position >= 0),
    CONSTRAINT audit_subtrees_hash_is_sha256 CHECK (length(hash) = 32)
);
COMMENT ON TABLE audit_subtrees IS 'Roots of complete subtrees of 256, 65536, … leaves, so that no proof reads more than a few hundred hashes.';
CREATE TRIGGER audit_subtrees_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_subtrees
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows();

CREATE TABLE audit_checkpoints (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    note text NOT NULL,
    signed_at timestamptz NOT NULL,
    CONSTRAINT audit_checkpoints_size_counts CHECK (size > 0),
    CONSTRAINT audit_checkpoints_root_is_sha256 CHECK (length(root) = 32)
);
COMMENT ON TABLE audit_checkpoints IS 'Signed sizes and roots of the tree.';
COMMENT ON COLUMN audit_checkpoints.note IS 'C2SP tlog-checkpoint, signed with Ed25519.';
CREATE TRIGGER audit_checkpoints_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_only_grows();

-- What the log is searched by.
DROP INDEX audit_log_by_action;
CREATE INDEX audit_log_by_action ON audit_log (action text_pattern_ops, id);
CREATE INDEX audit_log_by_actor ON audit_log (actor, id);
CREATE INDEX audit_log_by_subject ON audit_log (subject, id);
CREATE INDEX audit_log_by_time ON audit_log (at);
CREATE INDEX audit_log_by_request ON audit_log (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX audit_log_by_words ON audit_log
    USING gin (jsonb_to_tsvector('simple', details, '["string", "numeric"]'));
