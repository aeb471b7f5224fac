-- The owner of a stream can be given another name, which no longer leads to the person.
ALTER TABLE streamcore.streams
    DROP CONSTRAINT streams_owner_id_fkey,
    ADD CONSTRAINT streams_owner_id_fkey
        FOREIGN KEY (owner_id) REFERENCES streamcore.owners ON UPDATE CASCADE;
