-- Shows at start whether the keys at hand are this database's own.
CREATE TABLE key_check (
    id INTEGER NOT NULL PRIMARY KEY,      -- one row
    sealed BLOB NOT NULL,                 -- sealed: a constant
    index_check BLOB NOT NULL             -- blind index of the constant
);
