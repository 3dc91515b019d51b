-- Service desks: visits of people who come without a phone, each on one computer, for a few minutes. What is about the
-- person stands in a device session that no cookie opens, as for companions; a visit leads there while it is open.
CREATE TABLE desk_visit (
    id BIGINT NOT NULL PRIMARY KEY,
    staff_session BYTEA NOT NULL,          -- hash of the staff session's token: the visit is open on that computer alone
    staff_id BIGINT NOT NULL,             -- who sat there, and took the consent
    unit_id BIGINT NOT NULL,              -- of which unit, then
    device_session_id BIGINT NOT NULL,    -- the person
    made_session BIGINT NOT NULL,         -- 1: the session was made by this visit, and is on no phone; else 0
    application_id BIGINT REFERENCES application (id), -- what it was about; none before something was sent
    consent TEXT,                         -- version of the text that the person agreed to; none where they came back
    language TEXT NOT NULL,               -- in which it was shown
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX desk_visit_by_session ON desk_visit (staff_session, id);
CREATE INDEX desk_visit_by_device ON desk_visit (device_session_id);
CREATE INDEX desk_visit_by_application ON desk_visit (application_id);
CREATE INDEX desk_visit_open ON desk_visit (seen_at) WHERE ended_at IS NULL;
-- Who took the consent of a parent or guardian at a desk; null where it was given on a phone.
ALTER TABLE guardian_consent ADD COLUMN taken_by BIGINT;
