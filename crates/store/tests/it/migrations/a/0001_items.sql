CREATE TABLE items (id uuid PRIMARY KEY);
