-- How people can be reached, the one-time codes that confirm it, and messages on their way.
CREATE TABLE contact (
    id INTEGER NOT NULL PRIMARY KEY,
    application_id BIGINT NOT NULL UNIQUE REFERENCES application (id),
    channel TEXT NOT NULL,                -- mail | text
    address BLOB NOT NULL,                -- sealed
    lookup BLOB NOT NULL,                 -- blind index of the address
    confirmed_at BIGINT NOT NULL
);
CREATE INDEX contact_by_lookup ON contact (lookup);
-- One-time codes that were asked for. One whose contact leads nowhere has a row like any other.
CREATE TABLE contact_code (
    id INTEGER NOT NULL PRIMARY KEY,
    device_session_id BIGINT NOT NULL,    -- the phone that asked, and that alone may answer
    purpose TEXT NOT NULL,                -- confirm | recover
    application_id BIGINT,                -- confirm: whose contact it is to be
    address BLOB NOT NULL,                -- sealed
    lookup BLOB NOT NULL,                 -- blind index of the address
    code BLOB NOT NULL,                   -- blind index of the code and this row
    tries BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX contact_code_by_device ON contact_code (device_session_id, purpose, id);
CREATE INDEX contact_code_by_end ON contact_code (expires_at);
-- How often codes were sent to a contact, and typed wrongly, in the last hour: whether or not anybody has it.
CREATE TABLE contact_limit (
    lookup BLOB PRIMARY KEY NOT NULL,     -- blind index of the address
    sent TEXT NOT NULL,                   -- JSON array of times
    wrong TEXT NOT NULL,                  -- JSON array of times
    at BIGINT NOT NULL
);
CREATE INDEX contact_limit_by_time ON contact_limit (at);
-- Messages, written in the transaction of what they tell of.
CREATE TABLE outbox (
    id INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,                -- mail | text
    content BLOB,                         -- sealed: to whom, in which language, the facts; gone once it was sent
    state TEXT NOT NULL,                  -- waiting | sent | dead | decoy
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    failure TEXT,                         -- the class of the last failure
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX outbox_by_turn ON outbox (state, channel, next_at);
CREATE INDEX outbox_by_end ON outbox (ended_at);
-- What is told once about a row of another table.
CREATE TABLE told (
    kind TEXT NOT NULL,
    about BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (kind, about)
);
CREATE INDEX decision_by_end ON decision (until_at) WHERE until_at IS NOT NULL;
