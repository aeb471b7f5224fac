ALTER TABLE items ADD COLUMN title text;
