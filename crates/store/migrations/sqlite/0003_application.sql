-- Applications, what was declared, holders, and the colours decided for them.
CREATE TABLE holder (
    id INTEGER NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);
-- The documents of a holder: several may lead to one person.
CREATE TABLE holder_document (
    lookup BLOB PRIMARY KEY NOT NULL,     -- blind index of the match key
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    details BLOB NOT NULL,                -- sealed
    linked_at BIGINT NOT NULL
);
CREATE INDEX holder_document_by_holder ON holder_document (holder_id);
CREATE TABLE application (
    id INTEGER NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    device_session_id BIGINT NOT NULL,
    lookup BLOB NOT NULL,                 -- blind index of the match key
    kind TEXT NOT NULL,
    details BLOB NOT NULL,                -- sealed: the document as the applicant gave it
    residence BLOB NOT NULL,              -- sealed: where and how to be reached
    language TEXT NOT NULL,
    stage TEXT NOT NULL,
    finding TEXT NOT NULL,                -- none | exact | near | absent | further
    filing_id BIGINT,                     -- what a near match found
    holder_id BIGINT REFERENCES holder (id),
    submitted_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,              -- when the details were last sent: at submitting, or by a correction
    due_at BIGINT,                        -- null while the clock stands
    clock_left BIGINT,                    -- microseconds left when it was stopped
    escalated_at BIGINT,
    overdue_at BIGINT,
    claimed_by BIGINT,
    claimed_until BIGINT,
    asked TEXT,                           -- what a reviewer asked for: details | photo | visit
    message BLOB,                         -- sealed: the reviewer's words to the applicant
    refused_for TEXT,
    decided_at BIGINT,
    decided_by BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX application_by_lookup ON application (lookup);
CREATE INDEX application_by_device ON application (device_session_id);
CREATE INDEX application_by_due ON application (stage, due_at);
CREATE INDEX application_by_decided ON application (decided_at);
-- What happened to an application, for its applicant, for reviewers and for the auditor.
CREATE TABLE application_event (
    id INTEGER NOT NULL PRIMARY KEY,
    application_id BIGINT NOT NULL REFERENCES application (id),
    kind TEXT NOT NULL,
    staff_id BIGINT,
    at BIGINT NOT NULL
);
CREATE INDEX application_event_by_application ON application_event (application_id, id);
-- How often a document was applied for on a day (blind index of kind and number; day of Asia/Shanghai).
CREATE TABLE attempt (
    document BLOB NOT NULL,
    day BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (document, day)
);
CREATE TABLE recovery (
    code_hash BLOB PRIMARY KEY NOT NULL,
    application_id BIGINT NOT NULL REFERENCES application (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX recovery_by_application ON recovery (application_id);
CREATE TABLE photo (
    id INTEGER NOT NULL PRIMARY KEY,
    application_id BIGINT NOT NULL REFERENCES application (id),
    image BLOB NOT NULL,                  -- sealed JPEG, deleted with the decision
    created_at BIGINT NOT NULL
);
CREATE INDEX photo_by_application ON photo (application_id);
CREATE TABLE declaration (
    id INTEGER NOT NULL PRIMARY KEY,
    application_id BIGINT NOT NULL REFERENCES application (id),
    holder_id BIGINT REFERENCES holder (id),
    answers BLOB NOT NULL,                -- sealed
    made_at BIGINT NOT NULL
);
CREATE INDEX declaration_by_application ON declaration (application_id, id);
CREATE INDEX declaration_by_holder ON declaration (holder_id, id);
-- One colour for one holder. The newest is the one that counts; none is ever changed.
CREATE TABLE decision (
    id INTEGER NOT NULL PRIMARY KEY,
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    colour TEXT NOT NULL,
    reasons TEXT NOT NULL,                -- JSON array of reason codes
    rule_set TEXT NOT NULL,
    declaration_id BIGINT,
    leaf_id BIGINT NOT NULL,              -- its row in the log
    decided_at BIGINT NOT NULL,
    until_at BIGINT
);
CREATE INDEX decision_by_holder ON decision (holder_id, id);
-- What a holder is told on their phone.
CREATE TABLE notice (
    id INTEGER NOT NULL PRIMARY KEY,
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    seen_at BIGINT
);
CREATE INDEX notice_by_holder ON notice (holder_id, id);
