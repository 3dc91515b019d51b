-- The version of the filing that a match found: one corrected since is looked at again. Matches made before
-- have none, and are looked at again too.
ALTER TABLE application ADD COLUMN filing_version BIGINT;
