CREATE TABLE streamcore.streams (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 120),
    key_hash bytea UNIQUE CHECK (octet_length(key_hash) = 32),
    key_hint text CHECK (char_length(key_hint) = 4),
    created_at timestamptz NOT NULL,
    key_changed_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((key_hash IS NULL) = (key_hint IS NULL))
);

COMMENT ON TABLE streamcore.streams IS 'Streams that may be published, one key each';
COMMENT ON COLUMN streamcore.streams.key_hash IS
    'SHA-256 of the stream key, which is shown once and not kept; NULL when nobody may publish';
COMMENT ON COLUMN streamcore.streams.key_hint IS 'Last four characters of the key';
