-- What was seen in a log and is listed, and where it was seen; which source was pulled, which publication written.
ALTER TABLE events ADD COLUMN IF NOT EXISTS observed String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS log String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS source String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS publication String;
ALTER TABLE events MODIFY COLUMN observed CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN log CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN source CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN publication CODEC(ZSTD(1));
