-- Colours by published rules: evidence of every kind, what a person of another unit has to look at, and when a colour is to
-- be decided again.
ALTER TABLE evidence ADD COLUMN superseded_at BIGINT;  -- since when it counts no more
-- source_id is the report, or of what an office stated the proposal, which says who confirmed it.
UPDATE evidence SET source = 'report' WHERE source = 'temperature_report';
CREATE INDEX evidence_by_time ON evidence (added_at);
ALTER TABLE decision ADD COLUMN since_at BIGINT;       -- since when the colour has been this
ALTER TABLE decision ADD COLUMN fired TEXT;            -- JSON: every rule that held, on which evidence, whether it decided
ALTER TABLE decision ADD COLUMN unit_id BIGINT;        -- whose evidence by hand made it; none where nobody's did
-- The first moment at which anything about a holder's colour may change by itself.
CREATE TABLE colour_due (
    holder_id BIGINT NOT NULL PRIMARY KEY REFERENCES holder (id),
    due_at BIGINT NOT NULL
);
CREATE INDEX colour_due_by_time ON colour_due (due_at);
-- Everybody once, under the rule set that is in force now.
INSERT INTO colour_due (holder_id, due_at) SELECT id, 0 FROM holder WHERE erased_at IS NULL;
-- What officers state by hand, and take back. What would make a colour worse counts once somebody of another unit has
-- confirmed it; the rest counts at once.
CREATE TABLE evidence_proposal (
    id INTEGER NOT NULL PRIMARY KEY,
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    kind TEXT NOT NULL,
    evidence_id BIGINT,                   -- what is taken back; none where something is added
    source TEXT NOT NULL,
    detail BLOB NOT NULL,                 -- sealed
    observed_at BIGINT NOT NULL,
    until_at BIGINT,
    proposed_at BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    stage TEXT NOT NULL,                  -- alone, waiting, confirmed, refused, recalled
    decided_at BIGINT,
    decided_by BIGINT,
    decided_unit BIGINT
);
CREATE INDEX evidence_proposal_waiting ON evidence_proposal (proposed_at, id) WHERE stage = 'waiting';
CREATE INDEX evidence_proposal_of_unit ON evidence_proposal (unit_id, decided_at);
CREATE INDEX evidence_proposal_by_holder ON evidence_proposal (holder_id, id);
CREATE INDEX evidence_proposal_by_time ON evidence_proposal (proposed_at);
-- A unit whose evidence made too many colours worse adds no more of it until a person of another unit has looked.
CREATE TABLE evidence_stop (
    id INTEGER NOT NULL PRIMARY KEY,
    unit_id BIGINT NOT NULL,
    reason TEXT NOT NULL,                 -- hour, day
    changes BIGINT NOT NULL,              -- how many there were then
    made_at BIGINT NOT NULL,
    lifted_at BIGINT,
    lifted_by BIGINT,
    lifted_unit BIGINT,
    note BLOB                             -- sealed: what they found
);
CREATE INDEX evidence_stop_of_unit ON evidence_stop (unit_id, id);
CREATE UNIQUE INDEX evidence_stop_once ON evidence_stop (unit_id) WHERE lifted_at IS NULL;
ALTER TABLE log_head DROP COLUMN grown_at;
