-- Every time a file was brought: one row a sighting. The bytes are in the file store, one copy a SHA-256.
-- shard: cityHash64(sha256)
CREATE TABLE IF NOT EXISTS files
(
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    sha256 String CODEC(ZSTD(1)),
    size UInt64,
    name String CODEC(ZSTD(1)),
    mime_claimed String CODEC(ZSTD(1)),
    mime_detected LowCardinality(String),
    sensor LowCardinality(String),
    session String CODEC(ZSTD(1)),
    service LowCardinality(String),
    source_ip IPv6 CODEC(ZSTD(1)),
    via LowCardinality(String),
    event UUID,
    origin String CODEC(ZSTD(1)),
    INDEX by_sha256 sha256 TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_source source_ip TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (sha256, time)
TTL toDateTime(time) + INTERVAL {days:365} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- One row a file, however often it came: name, type, source and way of its first time.
CREATE VIEW IF NOT EXISTS files_unique AS
SELECT
    sha256,
    any(seen.size) AS size,
    argMin(seen.name, seen.time) AS name,
    argMin(seen.mime_claimed, seen.time) AS mime_claimed,
    argMin(seen.mime_detected, seen.time) AS mime_detected,
    min(seen.time) AS first_seen,
    max(seen.time) AS last_seen,
    count() AS times,
    uniqExact(seen.source_ip) AS sources,
    argMin(seen.source_ip, seen.time) AS source_ip,
    argMin(seen.via, seen.time) AS via
FROM files AS seen
GROUP BY sha256;
