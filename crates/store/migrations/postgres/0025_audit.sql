-- Public figures: how many decisions a day had. Counted once, when the day is over, so that what is published of a day never
-- changes (docs/decisions/0040).
CREATE TABLE decision_count (
    day BIGINT NOT NULL,                  -- since 1970, Asia/Shanghai
    rule_set TEXT NOT NULL,
    colour TEXT NOT NULL,
    reasons TEXT NOT NULL,                -- JSON array of reason codes
    decisions BIGINT NOT NULL,
    PRIMARY KEY (day, rule_set, colour, reasons)
);
CREATE INDEX decision_by_time ON decision (decided_at);
-- Orders of auditors: what one unit left in the public log in some days is opened for one auditor.
CREATE TABLE audit_order (
    id BIGINT NOT NULL PRIMARY KEY,
    unit_id BIGINT NOT NULL,              -- whose commitments
    first_day BIGINT NOT NULL,            -- since 1970, Asia/Shanghai
    last_day BIGINT NOT NULL,             -- belongs to it
    words BYTEA NOT NULL,                -- sealed: the reason, and the reference of the order in writing
    asked_at BIGINT NOT NULL,
    asked_by BIGINT NOT NULL,
    asked_unit BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT,                    -- somebody else, of another unit than unit_id
    decided_unit BIGINT,
    granted BIGINT                        -- 1 or 0
);
CREATE TABLE audit_download (
    id BIGINT NOT NULL PRIMARY KEY,
    order_id BIGINT NOT NULL REFERENCES audit_order (id),
    at BIGINT NOT NULL,
    staff_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    leaves BIGINT NOT NULL                -- how many were opened
);
CREATE INDEX audit_download_of_order ON audit_download (order_id, id);
CREATE INDEX decision_of_unit ON decision (unit_id, decided_at) WHERE unit_id IS NOT NULL;
CREATE INDEX log_leaf_of_stop ON log_leaf (recorded_at) WHERE kind = 'evidence_stop';
CREATE INDEX log_leaf_without_salt ON log_leaf (recorded_at) WHERE salt IS NULL;
