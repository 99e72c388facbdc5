-- Flows as their exporters told them: one row a flow record, columns as in wire/flow/layout.ts. A column that an exporter
-- does not fill takes next to nothing. Sorted by the sender within the hour, so that equal addresses lie together and a
-- question about one host reads little; codecs and order as measured (docs/decisions/016-flow-tables.md).
-- shard: cityHash64(exporter_ip, toStartOfHour(time))
CREATE TABLE IF NOT EXISTS flows
(
    time DateTime64(3, 'UTC') CODEC(ZSTD(1)),
    flow_start DateTime64(3, 'UTC') CODEC(T64, LZ4),
    duration_ms UInt32 CODEC(T64, LZ4),
    source_ip IPv6 CODEC(LZ4),
    destination_ip IPv6 CODEC(LZ4),
    source_port UInt16 CODEC(ZSTD(1)),
    destination_port UInt16 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    tcp_flags UInt16 CODEC(ZSTD(1)),
    tos UInt8 CODEC(ZSTD(1)),
    raw_bytes UInt64 CODEC(T64, LZ4),
    raw_packets UInt64 CODEC(T64, LZ4),
    sampling UInt32 CODEC(ZSTD(1)),
    exporter_ip IPv6 CODEC(ZSTD(1)),
    exporter_port UInt16 CODEC(ZSTD(1)),
    domain UInt32 CODEC(ZSTD(1)),
    export_version UInt8 CODEC(ZSTD(1)),
    input_interface UInt32 CODEC(ZSTD(1)),
    output_interface UInt32 CODEC(ZSTD(1)),
    source_as UInt32 CODEC(ZSTD(1)),
    destination_as UInt32 CODEC(ZSTD(1)),
    source_country FixedString(2) CODEC(ZSTD(1)),
    destination_country FixedString(2) CODEC(ZSTD(1)),
    source_mask UInt8 CODEC(ZSTD(1)),
    destination_mask UInt8 CODEC(ZSTD(1)),
    next_hop IPv6 CODEC(ZSTD(1)),
    bgp_next_hop IPv6 CODEC(ZSTD(1)),
    nat_source_ip IPv6 CODEC(ZSTD(1)),
    nat_destination_ip IPv6 CODEC(ZSTD(1)),
    nat_source_port UInt16 CODEC(ZSTD(1)),
    nat_destination_port UInt16 CODEC(ZSTD(1)),
    nat_event UInt8 CODEC(ZSTD(1)),
    direction UInt8 CODEC(ZSTD(1)),
    vlan UInt16 CODEC(ZSTD(1)),
    post_vlan UInt16 CODEC(ZSTD(1)),
    source_mac UInt64 CODEC(ZSTD(1)),
    destination_mac UInt64 CODEC(ZSTD(1)),
    ethernet_type UInt16 CODEC(ZSTD(1)),
    mpls_label UInt32 CODEC(ZSTD(1)),
    vrf UInt32 CODEC(ZSTD(1)),
    firewall_event UInt8 CODEC(ZSTD(1)),
    forwarding_status UInt8 CODEC(ZSTD(1)),
    end_reason UInt8 CODEC(ZSTD(1)),
    ttl UInt8 CODEC(ZSTD(1)),
    flow_label UInt32 CODEC(ZSTD(1)),
    fragment_id UInt32 CODEC(ZSTD(1)),
    reverse_bytes UInt64 CODEC(T64, ZSTD(1)),
    reverse_packets UInt64 CODEC(T64, ZSTD(1)),
    reverse_tcp_flags UInt16 CODEC(ZSTD(1)),
    application LowCardinality(String) CODEC(ZSTD(1)),
    user_name LowCardinality(String) CODEC(ZSTD(1)),
    extra String CODEC(ZSTD(1)),
    bytes UInt64 ALIAS raw_bytes * greatest(sampling, 1),
    packets UInt64 ALIAS raw_packets * greatest(sampling, 1),
    flow_end DateTime64(3, 'UTC') ALIAS flow_start + toIntervalMillisecond(duration_ms),
    INDEX by_source source_ip TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_destination destination_ip TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(time)
ORDER BY (toStartOfHour(time), source_ip, time)
TTL toDateTime(time) + INTERVAL {days:14} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

-- Sums by the minute, by five and by the hour: who exported, where it passed, what it was. Ports that belong to no service
-- are 0. Addresses and autonomous systems are in addresses_1h.
-- shard: cityHash64(exporter_ip, toStartOfHour(time))
CREATE TABLE IF NOT EXISTS flows_1m
(
    time DateTime('UTC') CODEC(Delta, ZSTD(1)),
    exporter_ip IPv6 CODEC(ZSTD(1)),
    input_interface UInt32 CODEC(ZSTD(1)),
    output_interface UInt32 CODEC(ZSTD(1)),
    direction UInt8 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    service_port UInt16 CODEC(ZSTD(1)),
    source_country FixedString(2) CODEC(ZSTD(1)),
    destination_country FixedString(2) CODEC(ZSTD(1)),
    bytes UInt64 CODEC(T64, ZSTD(1)),
    packets UInt64 CODEC(T64, ZSTD(1)),
    flows UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree
PARTITION BY toDate(time)
ORDER BY (time, exporter_ip, input_interface, output_interface, direction, protocol, service_port, source_country, destination_country)
TTL time + INTERVAL {days:14} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

-- shard: cityHash64(exporter_ip, toStartOfHour(time))
CREATE TABLE IF NOT EXISTS flows_5m
(
    time DateTime('UTC') CODEC(Delta, ZSTD(1)),
    exporter_ip IPv6 CODEC(ZSTD(1)),
    input_interface UInt32 CODEC(ZSTD(1)),
    output_interface UInt32 CODEC(ZSTD(1)),
    direction UInt8 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    service_port UInt16 CODEC(ZSTD(1)),
    source_country FixedString(2) CODEC(ZSTD(1)),
    destination_country FixedString(2) CODEC(ZSTD(1)),
    bytes UInt64 CODEC(T64, ZSTD(1)),
    packets UInt64 CODEC(T64, ZSTD(1)),
    flows UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (time, exporter_ip, input_interface, output_interface, direction, protocol, service_port, source_country, destination_country)
TTL time + INTERVAL {days:90} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- shard: cityHash64(exporter_ip, toStartOfHour(time))
CREATE TABLE IF NOT EXISTS flows_1h
(
    time DateTime('UTC') CODEC(Delta, ZSTD(1)),
    exporter_ip IPv6 CODEC(ZSTD(1)),
    input_interface UInt32 CODEC(ZSTD(1)),
    output_interface UInt32 CODEC(ZSTD(1)),
    direction UInt8 CODEC(ZSTD(1)),
    protocol UInt8 CODEC(ZSTD(1)),
    service_port UInt16 CODEC(ZSTD(1)),
    source_country FixedString(2) CODEC(ZSTD(1)),
    destination_country FixedString(2) CODEC(ZSTD(1)),
    bytes UInt64 CODEC(T64, ZSTD(1)),
    packets UInt64 CODEC(T64, ZSTD(1)),
    flows UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (time, exporter_ip, input_interface, output_interface, direction, protocol, service_port, source_country, destination_country)
TTL time + INTERVAL {days:1825} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Who was seen in which hour, for years: "who ever talked to this?" has an answer long after the flows are gone. Sorted by
-- address, so that one is found at once and its hours lie together.
-- shard: cityHash64(address)
CREATE TABLE IF NOT EXISTS addresses_1h
(
    time DateTime('UTC') CODEC(Delta, ZSTD(1)),
    address IPv6 CODEC(ZSTD(1)),
    as_number UInt32 CODEC(ZSTD(1)),
    country FixedString(2) CODEC(ZSTD(1)),
    sent_flows UInt64 CODEC(T64, ZSTD(1)),
    sent_bytes UInt64 CODEC(T64, ZSTD(1)),
    received_flows UInt64 CODEC(T64, ZSTD(1)),
    received_bytes UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = SummingMergeTree((sent_flows, sent_bytes, received_flows, received_bytes))
PARTITION BY toMonday(time)
ORDER BY (address, time)
TTL time + INTERVAL {days:1825} DAY
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS flows_1m_from_flows TO flows_1m AS
SELECT
    toStartOfMinute(flow.time) AS time,
    exporter_ip,
    input_interface,
    output_interface,
    direction,
    protocol,
    multiIf(protocol IN (1, 58), destination_port, least(source_port, destination_port) < 10000, least(source_port, destination_port), 0) AS service_port,
    source_country,
    destination_country,
    sum(raw_bytes * greatest(sampling, 1)) AS bytes,
    sum(raw_packets * greatest(sampling, 1)) AS packets,
    count() AS flows
FROM flows AS flow
GROUP BY time, exporter_ip, input_interface, output_interface, direction, protocol, service_port, source_country, destination_country;

-- What is added up already is passed on as it is: the next table adds it up when it merges its parts.
CREATE MATERIALIZED VIEW IF NOT EXISTS flows_5m_from_flows_1m TO flows_5m AS
SELECT
    toStartOfFiveMinutes(sums.time) AS time,
    exporter_ip,
    input_interface,
    output_interface,
    direction,
    protocol,
    service_port,
    source_country,
    destination_country,
    bytes,
    packets,
    flows
FROM flows_1m AS sums;

CREATE MATERIALIZED VIEW IF NOT EXISTS flows_1h_from_flows_5m TO flows_1h AS
SELECT
    toStartOfHour(sums.time) AS time,
    exporter_ip,
    input_interface,
    output_interface,
    direction,
    protocol,
    service_port,
    source_country,
    destination_country,
    bytes,
    packets,
    flows
FROM flows_5m AS sums;

CREATE MATERIALIZED VIEW IF NOT EXISTS addresses_1h_from_sources TO addresses_1h AS
SELECT
    toStartOfHour(flow.time) AS time,
    source_ip AS address,
    any(source_as) AS as_number,
    any(source_country) AS country,
    count() AS sent_flows,
    sum(raw_bytes * greatest(sampling, 1)) AS sent_bytes
FROM flows AS flow
GROUP BY time, address;

CREATE MATERIALIZED VIEW IF NOT EXISTS addresses_1h_from_destinations TO addresses_1h AS
SELECT
    toStartOfHour(flow.time) AS time,
    destination_ip AS address,
    any(destination_as) AS as_number,
    any(destination_country) AS country,
    count() AS received_flows,
    sum(raw_bytes * greatest(sampling, 1)) AS received_bytes
FROM flows AS flow
GROUP BY time, address;
