-- Every message that was accepted: its envelope, what it says, and, up to 1 MiB, the message itself, byte for byte.
-- A longer one is in the file store under raw_sha256. Sorted by campaign, since near-equal spam beside each other
-- shrinks many-fold.
-- shard: cityHash64(sensor, toDate(time))
CREATE TABLE IF NOT EXISTS mails
(
    id UUID,
    time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    sensor LowCardinality(String),
    session String CODEC(ZSTD(1)),
    source_ip IPv6 CODEC(ZSTD(1)),
    source_port UInt16,
    destination_ip IPv6 CODEC(ZSTD(1)),
    destination_port UInt16,
    queue_id String CODEC(ZSTD(1)),
    helo String CODEC(ZSTD(1)),
    mail_from String CODEC(ZSTD(1)),
    rcpt_to Array(String) CODEC(ZSTD(1)),
    mail_params Array(String) CODEC(ZSTD(1)),
    rcpt_params Array(String) CODEC(ZSTD(1)),
    via LowCardinality(String),
    tls_version LowCardinality(String),
    tls_cipher LowCardinality(String),
    user_name String CODEC(ZSTD(1)),
    smuggling Array(LowCardinality(String)),
    bare_lf UInt32,
    raw String CODEC(ZSTD(3)),
    raw_size UInt64,
    raw_sha256 String CODEC(ZSTD(1)),
    stored Enum8('inline' = 1, 'file' = 2),
    subject String CODEC(ZSTD(1)),
    from_header String CODEC(ZSTD(1)),
    message_id String CODEC(ZSTD(1)),
    date_header String CODEC(ZSTD(1)),
    mime_parts UInt32,
    problems Array(LowCardinality(String)),
    urls Array(String) CODEC(ZSTD(1)),
    addresses Array(String) CODEC(ZSTD(1)),
    attachments Array(String) CODEC(ZSTD(1)),
    campaign String CODEC(ZSTD(1)),
    INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_source source_ip TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_session session TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY (campaign, time, id)
TTL toDateTime(time) + INTERVAL {days:365} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, index_granularity_bytes = 10485760;

-- A group of near-equal mails; the row with the most mails is the latest.
-- shard: cityHash64(id)
CREATE TABLE IF NOT EXISTS campaigns
(
    id String,
    first_seen DateTime64(9, 'UTC'),
    last_seen DateTime64(9, 'UTC'),
    subject String CODEC(ZSTD(1)),
    signature String CODEC(ZSTD(1)),
    mails UInt64
)
ENGINE = ReplacingMergeTree(mails)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
