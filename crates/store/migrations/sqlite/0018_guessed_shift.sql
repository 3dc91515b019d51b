-- A shift that was put down to somebody before its beginning arrived: only such a one is put right, and once.
ALTER TABLE shift ADD COLUMN guessed BIGINT NOT NULL DEFAULT 0;
