-- Staff, their units and sessions; phones' device sessions; machine clients.
CREATE TABLE unit (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE staff (
    id BIGINT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    roles TEXT NOT NULL,              -- role names joined by commas
    password_hash TEXT NOT NULL,      -- argon2id, PHC string
    totp_secret BYTEA NOT NULL,        -- sealed
    totp_used_step BIGINT NOT NULL,   -- the last time step whose code was taken: a code works once
    disabled_at BIGINT,
    created_at BIGINT NOT NULL
);
-- Wrong sign-ins since the last right one, by what was typed as login: an unknown login is counted and locked like a
-- known one, so that nobody learns which exist.
CREATE TABLE sign_in_attempt (
    login BYTEA PRIMARY KEY NOT NULL,   -- blind index
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    at BIGINT NOT NULL
);
CREATE INDEX sign_in_attempt_by_time ON sign_in_attempt (at);
CREATE TABLE staff_session (
    token_hash BYTEA PRIMARY KEY NOT NULL,
    staff_id BIGINT NOT NULL REFERENCES staff (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX staff_session_by_staff ON staff_session (staff_id);
-- A phone: what its cookie opens. The draft is what was typed before submitting, sealed.
CREATE TABLE device_session (
    id BIGINT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    draft BYTEA,
    application_id BIGINT,
    holder_id BIGINT,
    recovery_code BYTEA,                  -- sealed: a new recovery code, until its owner has noted it
    recovery_until BIGINT,                -- after this it is removed unseen
    moved_at BIGINT,                      -- when another phone took over what this one held
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX device_session_by_holder ON device_session (holder_id);
CREATE INDEX device_session_by_application ON device_session (application_id);
CREATE TABLE api_client (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    unit_id BIGINT NOT NULL REFERENCES unit (id),
    scope TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL
);
-- Answers of the API by idempotency key, so that a request sent twice is done once.
CREATE TABLE idempotent_answer (
    client_id BIGINT NOT NULL REFERENCES api_client (id),
    idempotency_key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, idempotency_key)
);
