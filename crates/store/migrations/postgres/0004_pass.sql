-- Passes and the status lists that say which are withdrawn.
CREATE TABLE status_list (
    id BIGINT NOT NULL PRIMARY KEY,       -- small: it stands in every pass; never used again
    expiry_day BIGINT NOT NULL,           -- days since 1970 (Asia/Shanghai): all its passes have ended after it
    allocated BIGINT NOT NULL,            -- about how many indexes are taken: counted by sampling
    created_at BIGINT NOT NULL
);
CREATE INDEX status_list_by_day ON status_list (expiry_day, allocated);
CREATE TABLE pass (
    id BIGINT NOT NULL PRIMARY KEY,
    cti BYTEA NOT NULL,
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    decision_id BIGINT NOT NULL REFERENCES decision (id),
    kind TEXT NOT NULL,                   -- live | printed
    device_session_id BIGINT NOT NULL,    -- the phone that asked for it
    device_key BYTEA,                      -- live: compressed P-256 point
    list_id BIGINT NOT NULL REFERENCES status_list (id),
    list_index BIGINT NOT NULL,
    signed BYTEA NOT NULL,                 -- sealed: the pass as it was given out
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_for TEXT,
    UNIQUE (list_id, list_index)
);
CREATE INDEX pass_by_holder ON pass (holder_id, kind, expires_at);
CREATE INDEX pass_by_device ON pass (device_session_id, kind, id);
CREATE INDEX pass_by_end ON pass (expires_at);
CREATE INDEX pass_withdrawn ON pass (list_id, list_index) WHERE withdrawn_at IS NOT NULL;
