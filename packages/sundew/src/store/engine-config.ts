const mebibyte = 1024 * 1024

/**
 * chDB's configuration file. Caches are kept small (the defaults are meant for a machine of its own: 5 GiB of marks),
 * the clock is UTC. `users` is the path of {@link engineUsers}' file.
 */
export function engineConfig(users: string, memoryBytes: number): string {
  const cache = Math.min(64 * mebibyte, Math.floor(memoryBytes / 16))
  const values: Record<string, string | number> = {
    max_server_memory_usage: memoryBytes,
    mark_cache_size: cache,
    index_mark_cache_size: cache,
    primary_index_cache_size: cache,
    uncompressed_cache_size: 0,
    index_uncompressed_cache_size: 0,
    mmap_cache_size: 0,
    query_condition_cache_size: 16 * mebibyte,
    compiled_expression_cache_size: 16 * mebibyte,
    vector_similarity_index_cache_size: 0,
    text_index_tokens_cache_size: 16 * mebibyte,
    text_index_header_cache_size: 16 * mebibyte,
    text_index_postings_cache_size: 16 * mebibyte,
    timezone: 'UTC',
  }
  const lines = Object.entries(values).map(([name, value]) => `  <${name}>${value}</${name}>`)
  return `<clickhouse>
${lines.join('\n')}
  <user_directories><users_xml><path>${xml(users)}</path></users_xml></user_directories>
</clickhouse>
`
}

/**
 * What a statement may do at all, whoever sends it. There is no grant that reaches another machine (URL, REMOTE, S3,
 * MYSQL …), none that runs a program or makes a dictionary (a dictionary's source may be a command line), and table
 * engines are those that keep rows here. Reading files is needed for bulk inserts; see access.ts for who is kept from it.
 */
const grants = [
  `GRANT SHOW, SELECT, INSERT, ALTER TABLE, ALTER VIEW, CREATE DATABASE, CREATE TABLE, CREATE TEMPORARY TABLE, CREATE VIEW,
   DROP, UNDROP TABLE, TRUNCATE, OPTIMIZE, CHECK, KILL QUERY, MOVE PARTITION BETWEEN SHARDS,
   SYSTEM FLUSH, SYSTEM MERGES, SYSTEM TTL MERGES, SYSTEM DROP CACHE ON *.*`,
  'GRANT READ ON FILE',
  'GRANT SET DEFINER ON *',
  `GRANT ${[
    'MergeTree',
    'ReplacingMergeTree',
    'SummingMergeTree',
    'AggregatingMergeTree',
    'CollapsingMergeTree',
    'Memory',
    'Null',
  ]
    .map((engine) => `TABLE ENGINE ON ${engine}`)
    .join(', ')}`,
]

/** chDB's users file: one engine user, since chDB has no log-in; Sundew's own users are told apart in access.ts. */
export function engineUsers(memoryBytes: number): string {
  const profile: Record<string, string | number> = {
    max_memory_usage: Math.floor(memoryBytes * 0.75),
    max_query_size: 16 * mebibyte,
    max_execution_time: 600,
    max_partitions_per_insert_block: 1000,
    allow_introspection_functions: 0,
    allow_ddl: 1,
  }
  return `<clickhouse>
  <profiles><default>
${Object.entries(profile)
  .map(([name, value]) => `    <${name}>${value}</${name}>`)
  .join('\n')}
  </default></profiles>
  <users><default>
    <no_password/>
    <profile>default</profile>
    <networks><ip>::/0</ip></networks>
    <grants>
${grants.map((grant) => `      <query>${grant.replace(/\s+/g, ' ')}</query>`).join('\n')}
    </grants>
  </default></users>
</clickhouse>
`
}

function xml(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
