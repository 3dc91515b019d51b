-- Checkpoints, the devices that inspectors use there, their shifts, and what devices send.
CREATE TABLE checkpoint (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    kind TEXT NOT NULL,                   -- road, station, port, building
    made_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE TABLE inspector_device (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,            -- what is written on it
    code_hash BYTEA UNIQUE,                -- of the enrolment code, until it is used or over
    code_until BIGINT,
    public_key BYTEA UNIQUE,               -- P-256, uncompressed point; none before it is enrolled
    made_at BIGINT NOT NULL,
    made_by BIGINT NOT NULL,
    enrolled_at BIGINT,
    enrolled_by BIGINT,
    seen_at BIGINT,
    app BIGINT,                           -- number of the application that it last spoke with
    waiting BIGINT,                       -- how many items it then still had to send
    withdrawn_at BIGINT,
    withdrawn_by BIGINT
);
-- A shift: one inspector at one checkpoint. Without a device: on the page that needs no script.
CREATE TABLE shift (
    id BYTEA NOT NULL PRIMARY KEY,         -- 16 random bytes of the device
    device_id BIGINT,
    staff_id BIGINT NOT NULL,
    unit_id BIGINT NOT NULL,
    checkpoint_id BIGINT NOT NULL REFERENCES checkpoint (id),
    parent BYTEA,                          -- the shift after which this one began without a network
    signed_in_at BIGINT NOT NULL,         -- when its inspector last signed in: that of the parent where there is one
    begun_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    ended_at BIGINT,
    received_at BIGINT NOT NULL,
    passes BIGINT NOT NULL,               -- counts so far; they only grow
    checks BIGINT NOT NULL,
    stops BIGINT NOT NULL,
    normal BIGINT NOT NULL,
    abnormal BIGINT NOT NULL
);
CREATE INDEX shift_by_device ON shift (device_id, begun_at);
CREATE INDEX shift_by_staff ON shift (staff_id, begun_at);
CREATE INDEX shift_by_checkpoint ON shift (checkpoint_id, begun_at);
CREATE INDEX shift_by_time ON shift (begun_at);
-- What a device has sent, so that nothing counts twice.
CREATE TABLE outbox_item (
    device_id BIGINT NOT NULL,
    item_id BYTEA NOT NULL,                -- 16 random bytes of the device
    digest BYTEA NOT NULL,                 -- keyed, of the content
    kind TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (device_id, item_id)
);
CREATE INDEX outbox_item_by_time ON outbox_item (received_at);
-- An id that came back with other content. Both are kept.
CREATE TABLE outbox_conflict (
    id BIGINT NOT NULL PRIMARY KEY,
    device_id BIGINT NOT NULL,
    item_id BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    content BYTEA NOT NULL,                -- sealed
    received_at BIGINT NOT NULL,
    seen_at BIGINT,
    seen_by BIGINT
);
CREATE UNIQUE INDEX outbox_conflict_once ON outbox_conflict (device_id, item_id, digest);
CREATE INDEX outbox_conflict_by_time ON outbox_conflict (received_at);
-- How many codes a device scanned in a minute.
CREATE TABLE scan_minute (
    device_id BIGINT NOT NULL,
    minute BIGINT NOT NULL,               -- since 1970
    checkpoint_id BIGINT NOT NULL,
    scans BIGINT NOT NULL,
    PRIMARY KEY (device_id, minute)
);
CREATE INDEX scan_minute_by_time ON scan_minute (minute);
-- What an administrator should look at. Never about a holder.
CREATE TABLE checkpoint_flag (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,                   -- minute, ten_minutes, two_places
    device_id BIGINT NOT NULL,
    checkpoint_id BIGINT NOT NULL,
    other_checkpoint_id BIGINT,
    minute BIGINT NOT NULL,
    scans BIGINT,
    made_at BIGINT NOT NULL,
    seen_at BIGINT,
    seen_by BIGINT
);
CREATE UNIQUE INDEX checkpoint_flag_once ON checkpoint_flag (kind, device_id, checkpoint_id, minute);
CREATE INDEX checkpoint_flag_by_time ON checkpoint_flag (made_at);
-- Reports of abnormal temperatures, for health officers.
CREATE TABLE temperature_report (
    id BIGINT NOT NULL PRIMARY KEY,
    holder_id BIGINT REFERENCES holder (id), -- where the pass led to one
    checkpoint_id BIGINT NOT NULL REFERENCES checkpoint (id),
    shift_id BYTEA,
    device_id BIGINT,
    staff_id BIGINT NOT NULL,             -- the inspector
    unit_id BIGINT NOT NULL,              -- of which unit, then
    exported BIGINT NOT NULL,             -- 1: came in a file, from a device that is withdrawn; else 0
    report BYTEA NOT NULL,                  -- sealed
    taken_at BIGINT NOT NULL,             -- the last reading
    received_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    escalated_at BIGINT,
    stage TEXT NOT NULL,                  -- open, taken, acknowledged, done
    officer_id BIGINT,                    -- who has it
    lease_until BIGINT,
    acknowledged_at BIGINT,
    outcome TEXT,                         -- closed, followed_up, case
    done_at BIGINT,
    confirmed_at BIGINT,                  -- when it became evidence
    version BIGINT NOT NULL,              -- rises with each change
    feed BIGINT UNIQUE                    -- its place among the changes that the export gives; none until it has one
);
CREATE INDEX temperature_report_queue ON temperature_report (due_at, id) WHERE done_at IS NULL;
CREATE INDEX temperature_report_by_holder ON temperature_report (holder_id, id);
CREATE INDEX temperature_report_by_time ON temperature_report (received_at);
CREATE INDEX temperature_report_acknowledged ON temperature_report (acknowledged_at);
CREATE INDEX temperature_report_done ON temperature_report (done_at);
CREATE INDEX temperature_report_unfed ON temperature_report (id) WHERE feed IS NULL;
-- The last place that was given; one row. It never falls, so that no place is given twice.
CREATE TABLE report_feed (
    id BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO report_feed (id, last) VALUES (1, 0);
CREATE INDEX temperature_report_by_shift ON temperature_report (shift_id);
-- A report names its pass; the pass leads to the holder.
CREATE INDEX pass_by_cti ON pass (cti);
CREATE TABLE report_event (
    id BIGINT NOT NULL PRIMARY KEY,
    report_id BIGINT NOT NULL REFERENCES temperature_report (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    staff_id BIGINT,
    unit_id BIGINT,
    note BYTEA                             -- sealed
);
CREATE INDEX report_event_by_report ON report_event (report_id, id);
-- Dated facts that a colour may rest on. Superseded, never edited.
CREATE TABLE evidence (
    id BIGINT NOT NULL PRIMARY KEY,
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    kind TEXT NOT NULL,
    source TEXT NOT NULL,                 -- what it comes from, such as temperature_report
    source_id BIGINT,
    detail BYTEA NOT NULL,                  -- sealed
    observed_at BIGINT NOT NULL,
    until_at BIGINT,                      -- after which it says nothing any more
    added_at BIGINT NOT NULL,
    staff_id BIGINT,
    unit_id BIGINT,
    superseded_by BIGINT
);
CREATE INDEX evidence_by_holder ON evidence (holder_id, id);
CREATE UNIQUE INDEX evidence_by_source ON evidence (source, source_id);
