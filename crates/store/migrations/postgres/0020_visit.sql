-- Sealed visits (docs/sealed-visits.md). The public halves of the units' day keys, in lists that a unit has confirmed.
CREATE TABLE visit_key_list (
    id BIGINT NOT NULL PRIMARY KEY,
    half BIGINT NOT NULL,                 -- 1 or 2: whose share it is
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    fingerprint TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    added_by BIGINT NOT NULL,
    confirmed_at BIGINT,                  -- it counts from then on
    confirmed_by BIGINT,                  -- an officer of that unit, not who added it
    withdrawn_at BIGINT
);
CREATE TABLE visit_day_key (
    day BIGINT NOT NULL,                  -- since 1970, Asia/Shanghai
    list_id BIGINT NOT NULL REFERENCES visit_key_list (id),
    public_key BYTEA NOT NULL,             -- uncompressed point on P-256
    PRIMARY KEY (day, list_id)
);
-- A data key in its two shares, each wrapped to one unit.
CREATE TABLE visit_key (
    id BYTEA NOT NULL PRIMARY KEY,
    minute BIGINT NOT NULL,               -- since 1970
    group_number BIGINT NOT NULL,
    first_share BYTEA NOT NULL,
    second_share BYTEA NOT NULL
);
CREATE INDEX visit_key_by_minute ON visit_key (minute);
-- One entry or exit. Rows of one slot lie together: what is written now is in one place, so is what ends together.
CREATE TABLE visit (
    slot BIGINT NOT NULL,                 -- five minutes, since 1970
    location_id BIGINT NOT NULL,
    id BYTEA NOT NULL,                     -- 16 random bytes of the phone: what is sent twice is there once
    key_id BYTEA NOT NULL,
    record BYTEA NOT NULL,                 -- sealed: who, and whether they came or went
    PRIMARY KEY (slot, location_id, id)
);
-- How many came and went, and nothing of who: for the location's managers.
CREATE TABLE visit_count (
    location_id BIGINT NOT NULL,
    slot BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    exits BIGINT NOT NULL,
    PRIMARY KEY (location_id, slot)
);
CREATE INDEX visit_count_by_slot ON visit_count (slot);
