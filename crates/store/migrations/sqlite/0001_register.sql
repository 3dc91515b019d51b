-- The register of filings with its candidate index, import runs, rows waiting for the log, record of accesses.

CREATE TABLE filing (
    id           INTEGER NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    lookup       BLOB    NOT NULL, -- blind index of (kind, issuing state, canonical number)
    details      BLOB    NOT NULL, -- sealed
    content_hash BLOB    NOT NULL, -- keyed: tells a repeated row from a changed one without opening it
    source       TEXT    NOT NULL,
    batch_id     BIGINT,
    unit_id      BIGINT  NOT NULL,
    staff_id     BIGINT,
    client_id    BIGINT,
    filed_at     BIGINT  NOT NULL,
    state        TEXT    NOT NULL,
    version      BIGINT  NOT NULL
);
-- A withdrawn document may be filed again; the look-up of an active one is unique.
CREATE UNIQUE INDEX filing_active ON filing (lookup) WHERE state = 'active';
CREATE INDEX filing_withdrawn ON filing (lookup) WHERE state = 'withdrawn';

CREATE TABLE filing_history (
    filing_id  BIGINT NOT NULL,
    version    BIGINT NOT NULL, -- the version that stood before the change
    id         BIGINT NOT NULL, -- what the sealed columns are bound to
    details    BLOB   NOT NULL, -- sealed
    change     TEXT   NOT NULL,
    reason     BLOB   NOT NULL, -- sealed: free text of a clerk
    changed_at BIGINT NOT NULL,
    unit_id    BIGINT NOT NULL,
    staff_id   BIGINT,
    client_id  BIGINT,
    PRIMARY KEY (filing_id, version)
);

CREATE TABLE filing_candidate (
    key       BIGINT NOT NULL,
    filing_id BIGINT NOT NULL,
    PRIMARY KEY (key, filing_id)
) WITHOUT ROWID;

CREATE TABLE import_batch (
    id           INTEGER NOT NULL PRIMARY KEY,
    file_name    BLOB   NOT NULL, -- sealed: a file may be named after a person
    content_hash BLOB   NOT NULL, -- keyed
    source       TEXT   NOT NULL,
    unit_id      BIGINT NOT NULL,
    staff_id     BIGINT,
    state        TEXT   NOT NULL,
    rows_total   BIGINT,
    rows_read    BIGINT NOT NULL,
    inserted     BIGINT NOT NULL,
    unchanged    BIGINT NOT NULL,
    conflicts    BIGINT NOT NULL,
    refused      BIGINT NOT NULL,
    report       BLOB,            -- sealed: the bad rows
    started_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX import_batch_by_unit ON import_batch (unit_id, started_at);

CREATE TABLE application_candidate (
    key            BIGINT NOT NULL,
    application_id BIGINT NOT NULL,
    PRIMARY KEY (key, application_id)
) WITHOUT ROWID;
CREATE INDEX application_candidate_by_application ON application_candidate (application_id);

CREATE TABLE rematch (
    application_id INTEGER NOT NULL PRIMARY KEY,
    due_at         BIGINT NOT NULL,
    lease_until    BIGINT NOT NULL,
    attempts       BIGINT NOT NULL,
    marks          BIGINT NOT NULL -- rises with each new filing: a match that began before it is run again
);
CREATE INDEX rematch_due ON rematch (due_at);

CREATE TABLE log_leaf (
    id          INTEGER NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL,
    rule_set    TEXT,
    commitment  BLOB   NOT NULL,
    salt        BLOB,             -- NULL once erased
    recorded_at BIGINT NOT NULL,
    sequence    BIGINT UNIQUE     -- NULL until sequenced into the log
);
CREATE INDEX log_leaf_unsequenced ON log_leaf (id) WHERE sequence IS NULL;

CREATE TABLE access_record (
    id          INTEGER NOT NULL PRIMARY KEY,
    staff_id    BIGINT NOT NULL,
    unit_id     BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    action      TEXT   NOT NULL,
    object_kind TEXT   NOT NULL,
    object_id   BIGINT NOT NULL
);
CREATE INDEX access_record_by_object ON access_record (object_kind, object_id, id);
CREATE INDEX access_record_by_staff ON access_record (staff_id, id);
