-- What the decoys of a status list are drawn from. Lists made before have none.
ALTER TABLE status_list ADD COLUMN decoy_seed BLOB;
