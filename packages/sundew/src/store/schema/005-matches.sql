-- What matches of intelligence and exporters' health are searched by.
ALTER TABLE events ADD COLUMN IF NOT EXISTS exporter String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS indicator String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS matched_ip String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS list String;
ALTER TABLE events MODIFY COLUMN exporter CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN indicator CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN matched_ip CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN list CODEC(ZSTD(1));
