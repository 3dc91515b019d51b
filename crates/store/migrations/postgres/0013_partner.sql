-- Partner applications: who they are, what people allow them, and the trips that holders declare.
CREATE TABLE partner (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    unit_id BIGINT NOT NULL REFERENCES unit (id), -- of the same name: under it the partner stands in the access record
    return_address TEXT NOT NULL,         -- the only place that people are sent back to
    functions TEXT NOT NULL,              -- names joined by commas
    suspended_at BIGINT,
    created_at BIGINT NOT NULL
);
-- Public keys. The private ones are the partners' own and never here.
CREATE TABLE partner_key (
    id BIGINT NOT NULL PRIMARY KEY,
    partner_id BIGINT NOT NULL REFERENCES partner (id),
    key_id TEXT NOT NULL UNIQUE,          -- JWK thumbprint
    algorithm TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    added_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX partner_key_by_partner ON partner_key (partner_id, id);
-- The nonces of signed requests: each counts once. Kept until the signature is too old by itself.
CREATE TABLE partner_nonce (
    key_id BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
CREATE INDEX partner_nonce_by_end ON partner_nonce (until_at);
-- What a partner passes on of a person who has not yet been asked. Gone once answered, or after ten minutes.
CREATE TABLE partner_entry (
    id BIGINT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    partner_id BIGINT NOT NULL REFERENCES partner (id),
    passed BYTEA NOT NULL,                  -- sealed
    functions TEXT NOT NULL,
    days BIGINT NOT NULL,                 -- for how long they ask
    expires_at BIGINT NOT NULL
);
CREATE INDEX partner_entry_by_end ON partner_entry (expires_at);
-- What a person allowed a partner. It hangs on the phone on which it was given.
CREATE TABLE partner_grant (
    id BIGINT NOT NULL PRIMARY KEY,
    partner_id BIGINT NOT NULL REFERENCES partner (id),
    device_session_id BIGINT NOT NULL,
    holder_id BIGINT REFERENCES holder (id), -- once the document that was passed on leads to the holder of that phone
    lookup BYTEA NOT NULL,                  -- blind index of the document that was passed on
    functions TEXT NOT NULL,
    text_version TEXT NOT NULL,           -- of the text that was agreed to
    given_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX partner_grant_by_device ON partner_grant (device_session_id);
CREATE INDEX partner_grant_over ON partner_grant (until_at) WHERE ended_at IS NULL;
CREATE INDEX partner_grant_by_holder ON partner_grant (holder_id);
CREATE INDEX partner_grant_by_end ON partner_grant (until_at);
-- Trips, as declared by the holder or by a partner for them.
CREATE TABLE trip (
    id BIGINT NOT NULL PRIMARY KEY,
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    trip BYTEA NOT NULL,                    -- sealed
    partner_id BIGINT,                    -- who declared it for them, if anybody
    consent TEXT NOT NULL,                -- version of the text that was agreed to
    made_at BIGINT NOT NULL
);
CREATE INDEX trip_by_holder ON trip (holder_id, id);
CREATE INDEX trip_by_time ON trip (made_at);
