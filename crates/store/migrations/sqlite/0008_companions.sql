-- Companions: other people whose codes a phone shows. Each has a row of its own in device_session, whose token is
-- random bytes that nobody holds; the row of the phone, which has the cookie, says whom the phone shows.
ALTER TABLE device_session ADD COLUMN guardian_id BIGINT;  -- the phone's own row; null on that row itself
ALTER TABLE device_session ADD COLUMN shown_id BIGINT;     -- the companion that is shown; null: the phone's owner
ALTER TABLE device_session ADD COLUMN companion BLOB;      -- sealed: what they are called on this phone, and who they are
CREATE INDEX device_session_by_guardian ON device_session (guardian_id);
-- The separate consent of a parent or guardian for a person under 14 (PIPL, article 31): before the application is
-- sent it hangs on the phone's row, afterwards on the application.
CREATE TABLE guardian_consent (
    id INTEGER NOT NULL PRIMARY KEY,
    device_session_id BIGINT NOT NULL,
    application_id BIGINT REFERENCES application (id),
    version TEXT NOT NULL,                -- of the text that was shown
    language TEXT NOT NULL,               -- in which it was shown
    made_at BIGINT NOT NULL
);
CREATE INDEX guardian_consent_by_device ON guardian_consent (device_session_id);
CREATE INDEX guardian_consent_by_application ON guardian_consent (application_id);
