-- Which report an item became: what comes later under its id with other content is compared with it.
ALTER TABLE outbox_item ADD COLUMN report_id BIGINT;
CREATE INDEX outbox_item_by_report ON outbox_item (report_id) WHERE report_id IS NOT NULL;
