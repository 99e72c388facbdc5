-- Which tunnel of a session an event came through, and where the peer wanted that to lead. A port is any 32-bit number.
ALTER TABLE events ADD COLUMN IF NOT EXISTS tunnel String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS target_host String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS target_port UInt32;
ALTER TABLE events MODIFY COLUMN tunnel CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN target_host CODEC(ZSTD(1));
