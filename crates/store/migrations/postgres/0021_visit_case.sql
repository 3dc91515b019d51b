-- Cases, and the openings of visits that they ask for: one location, one window, both units.
CREATE TABLE visit_case (
    id BIGINT NOT NULL PRIMARY KEY,
    reference BYTEA NOT NULL,              -- sealed: what the case rests on
    made_at BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by BIGINT
);
CREATE INDEX visit_case_by_time ON visit_case (made_at);
CREATE TABLE visit_opening (
    id BIGINT NOT NULL PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES visit_case (id),
    location_id BIGINT NOT NULL REFERENCES location (id),
    first_slot BIGINT NOT NULL,           -- both ends belong to it
    last_slot BIGINT NOT NULL,
    reason BYTEA NOT NULL,                 -- sealed
    asked_at BIGINT NOT NULL,
    asked_by BIGINT NOT NULL,
    asked_unit BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT,                    -- an officer of another unit
    decided_unit BIGINT,
    approved BIGINT,                      -- 1 or 0
    unit_one BIGINT,                      -- once approved: who holds the first half of the window's keys
    unit_two BIGINT,                      -- and who the second; none where there was nothing to open
    first_half BIGINT,                    -- 1 or 2: whose shares were opened first
    first_opened BYTEA,                    -- sealed: those shares, until the other unit has opened its own
    first_at BIGINT,
    first_by BIGINT,
    opened_at BIGINT,
    opened_by BIGINT,
    visits BIGINT,                        -- how many were opened
    records BIGINT                        -- of how many
);
CREATE INDEX visit_opening_by_case ON visit_opening (case_id, id);
CREATE INDEX visit_opening_by_time ON visit_opening (asked_at);
-- People to be contacted because they were there.
CREATE TABLE visit_task (
    id BIGINT NOT NULL PRIMARY KEY,
    opening_id BIGINT NOT NULL REFERENCES visit_opening (id),
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    seen BYTEA NOT NULL,                    -- sealed: when they came and went
    made_at BIGINT NOT NULL,
    officer_id BIGINT,
    lease_until BIGINT,
    outcome TEXT,
    note BYTEA,                            -- sealed
    done_at BIGINT,
    told_at BIGINT                        -- when the person was told that their visit was opened
);
CREATE UNIQUE INDEX visit_task_once ON visit_task (opening_id, holder_id);
CREATE INDEX visit_task_by_holder ON visit_task (holder_id, id);
CREATE INDEX visit_task_open ON visit_task (made_at, id) WHERE done_at IS NULL;
CREATE INDEX visit_task_untold ON visit_task (made_at, id) WHERE told_at IS NULL;
-- What a case remembers, given from the diary of their phone.
CREATE TABLE visit_donation (
    id BIGINT NOT NULL PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES visit_case (id),
    code_hash BYTEA NOT NULL UNIQUE,       -- of what the officer read out to the person
    code_until BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    content BYTEA,                         -- sealed
    given_at BIGINT
);
CREATE INDEX visit_donation_by_time ON visit_donation (code_until);
CREATE INDEX visit_donation_by_case ON visit_donation (case_id, id);
