CREATE TABLE broken.kept (id uuid);
SELECT * FROM no_such_table;
