-- Appeals against colours: a county's office answers, then a city's; always somebody else than before.
ALTER TABLE unit ADD COLUMN level TEXT NOT NULL DEFAULT 'county'; -- county, city
ALTER TABLE decision ADD COLUMN revoked_at BIGINT;     -- since when what it rests on is known to have been wrong
CREATE TABLE appeal (
    id BIGINT NOT NULL PRIMARY KEY,
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    decision_id BIGINT NOT NULL,          -- the colour that is appealed against
    former_id BIGINT,                     -- the county's answer, where the city is asked
    level TEXT NOT NULL,                  -- county, city
    statement BYTEA NOT NULL,              -- sealed
    filed_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    stage TEXT NOT NULL,                  -- waiting, stands, corrected, changed, withdrawn
    answer BYTEA,                          -- sealed: why
    ended_at BIGINT,
    staff_id BIGINT,
    unit_id BIGINT,
    leaf_id BIGINT REFERENCES log_leaf (id)
);
CREATE UNIQUE INDEX appeal_once ON appeal (holder_id) WHERE stage = 'waiting';
CREATE INDEX appeal_waiting ON appeal (due_at, id) WHERE stage = 'waiting';
CREATE INDEX appeal_by_holder ON appeal (holder_id, id);
CREATE INDEX appeal_by_decision ON appeal (decision_id);
CREATE INDEX appeal_by_end ON appeal (ended_at);
CREATE TABLE appeal_photo (
    id BIGINT NOT NULL PRIMARY KEY,
    appeal_id BIGINT NOT NULL REFERENCES appeal (id),
    image BYTEA NOT NULL,                  -- sealed
    created_at BIGINT NOT NULL
);
CREATE INDEX appeal_photo_of_appeal ON appeal_photo (appeal_id);
