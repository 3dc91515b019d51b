-- Which application a message is about, so that it is shown and goes with it; null where it is about none.
ALTER TABLE outbox ADD COLUMN application_id BIGINT;
CREATE INDEX outbox_by_application ON outbox (application_id);
-- In which language a contact was confirmed: messages to it are in that, not in the one of the application.
ALTER TABLE contact ADD COLUMN language TEXT;
