ALTER TABLE streamcore.streams ADD COLUMN revision bigint NOT NULL DEFAULT 1;

COMMENT ON COLUMN streamcore.streams.revision IS
    'Counts up with every change; an edit names the one that it is based on';
