-- What firewalls' logs tell: one row a line, columns as in wire/firewall/layout.ts. Sorted by the sender within six hours: of a day
-- that has a million lines one sender's are in a handful of granules, and an hour is no more than a quarter of it. The time itself
-- is not in the key: were it, a condition on the time would be looked for there, and find nothing to leave out. Days are partitions,
-- so that where room is short no more goes than has to; of what was old when it came, months and years, so that a file with times of
-- decades, or a sender that makes them up, is no insert into thousands of them.
-- shard: cityHash64(source_ip)
CREATE TABLE IF NOT EXISTS firewall
(
    time DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    received DateTime64(3, 'UTC') CODEC(T64, LZ4),
    kind Enum8('firewall.other' = 0, 'firewall.block' = 1, 'firewall.allow' = 2) CODEC(ZSTD(1)),
    source_ip IPv6 CODEC(ZSTD(1)),
    destination_ip IPv6 CODEC(ZSTD(1)),
    source_port UInt16 CODEC(ZSTD(1)),
    destination_port UInt16 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    tcp_flags UInt16 CODEC(ZSTD(1)),
    length UInt32 CODEC(ZSTD(1)),
    nat_source_ip IPv6 CODEC(ZSTD(1)),
    nat_destination_ip IPv6 CODEC(ZSTD(1)),
    nat_source_port UInt16 CODEC(ZSTD(1)),
    nat_destination_port UInt16 CODEC(ZSTD(1)),
    sender_ip IPv6 CODEC(ZSTD(1)),
    source_country FixedString(2) CODEC(ZSTD(1)),
    source_as UInt32 CODEC(ZSTD(1)),
    listed UInt8 CODEC(ZSTD(1)),
    device LowCardinality(String) CODEC(ZSTD(1)),
    format LowCardinality(String) CODEC(ZSTD(1)),
    rule LowCardinality(String) CODEC(ZSTD(1)),
    in_interface LowCardinality(String) CODEC(ZSTD(1)),
    out_interface LowCardinality(String) CODEC(ZSTD(1)),
    state LowCardinality(String) CODEC(ZSTD(1)),
    source_mac UInt64 CODEC(ZSTD(1)),
    INDEX by_received received TYPE minmax GRANULARITY 1,
    INDEX by_source source_ip TYPE bloom_filter(0.025) GRANULARITY 1,
    INDEX by_destination destination_ip TYPE bloom_filter(0.025) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY multiIf(time > received - toIntervalDay(35), toDate(time), time > received - toIntervalDay(400), toStartOfMonth(time), toStartOfYear(time))
ORDER BY (toStartOfInterval(time, toIntervalHour(6)), source_ip)
TTL toDateTime(time) + INTERVAL {days:365} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- How often each port was asked for in which hour: what rising above its own history is told by. By how many is asked of the lines
-- themselves, for the few ports that rise: counted here they would take seven times the disk.
-- shard: cityHash64(destination_port)
CREATE TABLE IF NOT EXISTS firewall_ports_1h
(
    time DateTime('UTC') CODEC(Delta, ZSTD(1)),
    kind Enum8('firewall.other' = 0, 'firewall.block' = 1, 'firewall.allow' = 2) CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    destination_port UInt16 CODEC(ZSTD(1)),
    probes SimpleAggregateFunction(sum, UInt64) CODEC(T64, ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (time, kind, protocol, destination_port)
TTL time + INTERVAL {days:365} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS firewall_ports_1h_from_firewall TO firewall_ports_1h AS
SELECT
    toStartOfHour(line.time) AS time,
    kind,
    protocol,
    destination_port,
    count() AS probes
FROM firewall AS line
GROUP BY time, kind, protocol, destination_port;

-- What events of scans, and of lines that nobody could read, are searched by.
ALTER TABLE events ADD COLUMN IF NOT EXISTS scan String;
ALTER TABLE events ADD COLUMN IF NOT EXISTS sender String;
ALTER TABLE events MODIFY COLUMN scan CODEC(ZSTD(1));
ALTER TABLE events MODIFY COLUMN sender CODEC(ZSTD(1));
