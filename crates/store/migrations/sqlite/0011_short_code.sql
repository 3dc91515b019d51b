-- Short codes that phones were given, for a camera that fails. Code and pass are taken out soon after the end; how
-- many a phone was given is remembered for an hour.
CREATE TABLE short_code (
    id INTEGER NOT NULL PRIMARY KEY,
    device_session_id BIGINT NOT NULL,    -- the phone that shows it
    pass_id BIGINT,                       -- the pass that it stands for
    lookup BLOB,                         -- blind index of the code
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX short_code_by_lookup ON short_code (lookup);
CREATE INDEX short_code_by_phone ON short_code (device_session_id, made_at);
CREATE INDEX short_code_by_end ON short_code (expires_at);
