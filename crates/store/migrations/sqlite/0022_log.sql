-- The public log: where it stands, and the roots of its full tiles. Its leaves are the rows of log_leaf.
CREATE TABLE log_head (
    id           INTEGER NOT NULL PRIMARY KEY, -- 1: there is one log
    frontier     BLOB    NOT NULL,             -- size and complete subtrees of the tree
    checkpoint   TEXT,                         -- the signed note that is served; NULL until the log has a key
    grown_at     BIGINT                        -- when the tree last grew
);
CREATE TABLE log_tile_root (
    level    BIGINT NOT NULL, -- of the full tile
    position BIGINT NOT NULL,
    root     BLOB   NOT NULL, -- a hash of the tile above
    PRIMARY KEY (level, position)
) WITHOUT ROWID;
