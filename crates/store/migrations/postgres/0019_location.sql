-- Locations: places whose poster people scan to register entry and exit. Nothing here is about a holder.
CREATE TABLE location (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,                   -- in Chinese
    name_other TEXT,                      -- in another language
    kind TEXT NOT NULL,                   -- domain::location::LocationKind
    division TEXT NOT NULL,               -- six digits (GB/T 2260)
    address TEXT NOT NULL,
    capacity BIGINT,
    stay BIGINT NOT NULL,                 -- usual, in minutes
    entry_rule BIGINT NOT NULL,           -- 1: only whoever's pass is PASS registers an entry; else 0
    checkpoint_id BIGINT REFERENCES checkpoint (id), -- where people register at a checkpoint by themselves
    state TEXT NOT NULL,                  -- waiting, approved, refused, suspended, closed
    reason TEXT,                          -- why it is refused or suspended, for its managers
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT,
    version BIGINT NOT NULL               -- rises with each change
);
CREATE UNIQUE INDEX location_of_checkpoint ON location (checkpoint_id);
CREATE INDEX location_queue ON location (state, made_at, id);
CREATE TABLE location_manager (
    staff_id BIGINT NOT NULL,
    location_id BIGINT NOT NULL REFERENCES location (id),
    added_at BIGINT NOT NULL,
    added_by BIGINT NOT NULL,
    PRIMARY KEY (staff_id, location_id)
);
CREATE INDEX location_manager_by_location ON location_manager (location_id, staff_id);
CREATE TABLE location_entrance (
    id BIGINT NOT NULL PRIMARY KEY,
    location_id BIGINT NOT NULL REFERENCES location (id),
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX location_entrance_by_location ON location_entrance (location_id, id);
-- Codes of posters and tablets (decision 0031): each version has one of its own.
CREATE TABLE location_code (
    code TEXT NOT NULL PRIMARY KEY,
    location_id BIGINT NOT NULL REFERENCES location (id),
    entrance_id BIGINT REFERENCES location_entrance (id), -- none: the whole location
    tablet BIGINT NOT NULL,               -- 1: counts with the tail of the day alone; else 0
    version BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    ends_at BIGINT                        -- until when an old one opens; none while it is the current one
);
CREATE INDEX location_code_by_location ON location_code (location_id, version);
-- What its managers and administrators should look at. It changes nothing about anyone.
CREATE TABLE location_flag (
    id BIGINT NOT NULL PRIMARY KEY,
    location_id BIGINT NOT NULL REFERENCES location (id),
    kind TEXT NOT NULL,                   -- networks, rush
    hour BIGINT NOT NULL,                 -- since 1970
    number BIGINT NOT NULL,               -- how many networks, or entries
    made_at BIGINT NOT NULL,
    seen_at BIGINT,                       -- by one of its managers
    seen_by BIGINT,
    checked_at BIGINT,                    -- by an administrator: a manager's look does not hide it from them
    checked_by BIGINT
);
CREATE UNIQUE INDEX location_flag_once ON location_flag (location_id, kind, hour);
CREATE INDEX location_flag_by_time ON location_flag (made_at);
-- A tablet at a door shows the code of the day without anybody signed in: its browser has a token of its own.
CREATE TABLE location_tablet (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    code TEXT NOT NULL REFERENCES location_code (code),
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL
);
-- What became of a file of locations: numbers, and lines with what is wrong. Nothing of what stood there.
CREATE TABLE location_batch (
    id BIGINT NOT NULL PRIMARY KEY,
    staff_id BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    added BIGINT NOT NULL,
    there BIGINT NOT NULL,                -- with the same details: left alone
    refused BIGINT NOT NULL,
    report TEXT NOT NULL                  -- JSON
);
CREATE INDEX location_batch_by_staff ON location_batch (staff_id, made_at);
