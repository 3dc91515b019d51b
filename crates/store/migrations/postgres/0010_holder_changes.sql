-- What holders change themselves: their health once a day, days without the internet, their details; and what has to
-- be forgotten, and when.
-- A declaration made once there is a code is its holder's, and belongs to no application.
ALTER TABLE declaration ALTER COLUMN application_id DROP NOT NULL;
-- The version of the text that was agreed to; none before texts had versions.
ALTER TABLE declaration ADD COLUMN consent TEXT;
-- A holder declares anew once a day (days since 1970, Asia/Shanghai).
CREATE TABLE health_change (
    holder_id BIGINT NOT NULL REFERENCES holder (id),
    day BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (holder_id, day)
);
-- Until when a phone wants to be able to do without the internet.
ALTER TABLE device_session ADD COLUMN offline_until BIGINT;
-- Live passes fetched ahead are each for one day (days since 1970, Asia/Shanghai); the others have none.
ALTER TABLE pass ADD COLUMN for_day BIGINT;
-- The version of the text that the applicant agreed to.
ALTER TABLE application ADD COLUMN consent TEXT;
-- An application by which a holder changes what stands of their document: whose, and a mistake or a new document.
ALTER TABLE application ADD COLUMN changes_holder BIGINT REFERENCES holder (id);
ALTER TABLE application ADD COLUMN change_kind TEXT;
CREATE INDEX application_by_holder ON application (holder_id);
CREATE INDEX application_by_changed ON application (changes_holder);
-- Which leaves of the log are about an application: their salt goes with it.
CREATE TABLE application_leaf (
    application_id BIGINT NOT NULL,
    leaf_id BIGINT NOT NULL,
    PRIMARY KEY (application_id, leaf_id)
);
-- When a pass of the holder was last issued, and when the holder was erased: the row itself goes with the last pass.
ALTER TABLE holder ADD COLUMN used_at BIGINT;
ALTER TABLE holder ADD COLUMN erased_at BIGINT;
UPDATE holder SET used_at = created_at;
CREATE INDEX holder_by_use ON holder (used_at);
