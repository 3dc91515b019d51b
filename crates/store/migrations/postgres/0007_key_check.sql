-- Shows at start whether the keys at hand are this database's own.
CREATE TABLE key_check (
    id BIGINT NOT NULL PRIMARY KEY,       -- one row
    sealed BYTEA NOT NULL,                -- sealed: a constant
    index_check BYTEA NOT NULL            -- blind index of the constant
);
