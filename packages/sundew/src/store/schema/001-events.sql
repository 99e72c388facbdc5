-- What happened: one row an event. The common fields, then the fields that are searched, then the rest.
-- Text of a peer's is kept as bytes: a String column need not be UTF-8. `raw` has the bytes of those fields in
-- `fields` that are not UTF-8 (a list's items as name.0, name.1 …); `fields` then has their readable form.
-- shard: cityHash64(sensor, toDate(time))
CREATE TABLE IF NOT EXISTS events
(
    id UUID,
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    kind LowCardinality(String),
    sensor LowCardinality(String),
    session String CODEC(ZSTD(1)),
    service LowCardinality(String),
    transport LowCardinality(String),
    source_ip IPv6 CODEC(ZSTD(1)),
    source_port UInt16,
    destination_ip IPv6 CODEC(ZSTD(1)),
    destination_port UInt16,
    fingerprint String CODEC(ZSTD(1)),
    user_name String CODEC(ZSTD(1)),
    password String CODEC(ZSTD(1)),
    command String CODEC(ZSTD(1)),
    mail_from String CODEC(ZSTD(1)),
    subject String CODEC(ZSTD(1)),
    campaign String CODEC(ZSTD(1)),
    url String CODEC(ZSTD(1)),
    user_agent String CODEC(ZSTD(1)),
    file_sha256 String CODEC(ZSTD(1)),
    code LowCardinality(String),
    fields JSON(max_dynamic_paths = 256) CODEC(ZSTD(1)),
    raw Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_source source_ip TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_session session TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY (kind, time, id)
TTL toDateTime(time) + INTERVAL {days:365} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
