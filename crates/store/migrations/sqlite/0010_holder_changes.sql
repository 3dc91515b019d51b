-- What holders change themselves: their health once a day, days without the internet, their details; and what has to
-- be forgotten, and when.
-- A declaration made once there is a code is its holder's, and belongs to no application.
CREATE TABLE declaration_of_anybody (
    id INTEGER NOT NULL PRIMARY KEY,
    application_id BIGINT REFERENCES application (id),
    holder_id BIGINT REFERENCES holder (id),
    answers BLOB NOT NULL,                -- sealed
    made_at BIGINT NOT NULL,
    consent TEXT                          -- version of the text that was agreed to; none before texts had versions
);
INSERT INTO declaration_of_anybody (id, application_id, holder_id, answers, made_at)
    SELECT id, application_id, holder_id, answers, made_at FROM declaration;
DROP TABLE declaration;
ALTER TABLE declaration_of_anybody RENAME TO declaration;
CREATE INDEX declaration_by_application ON declaration (application_id, id);
CREATE INDEX declaration_by_holder ON declaration (holder_id, id);
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
