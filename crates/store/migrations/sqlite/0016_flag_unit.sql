-- A flag of the page that needs no device (device 0) says of which unit the inspector was; 0 where a device has a name.
ALTER TABLE checkpoint_flag ADD COLUMN unit_id BIGINT NOT NULL DEFAULT 0;
DROP INDEX checkpoint_flag_once;
CREATE UNIQUE INDEX checkpoint_flag_once ON checkpoint_flag (kind, device_id, unit_id, checkpoint_id, minute);
