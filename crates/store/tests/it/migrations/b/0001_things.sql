CREATE TABLE other.things (id uuid PRIMARY KEY);
