import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'

import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client'

import { TestStore } from './running-store.ts'

describe('the reader', () => {
  let store: TestStore
  let owner: ClickHouseClient
  let reader: ClickHouseClient
  const secret = join(tmpdir(), `sundew-secret-${process.pid}.txt`)
  const outside = join(tmpdir(), `sundew-outside-${process.pid}.txt`)

  before(async () => {
    store = await TestStore.start()
    owner = store.client()
    reader = store.client('reader')
    writeFileSync(secret, 'TOP-SECRET\n')
    await owner.command({ query: 'CREATE TABLE seen (a UInt32, kind String) ENGINE = MergeTree ORDER BY a' })
    await owner.command({ query: "INSERT INTO seen VALUES (1, 'file.captured'), (2, 'x')" })
  })
  after(() => store.stop())

  const read = async (query: string, extra: object = {}): Promise<string> =>
    (await reader.query({ query, format: 'TabSeparated', ...extra })).text()

  it('reads tables, shows, describes, explains, and counts with WITH', async () => {
    assert.equal(await read("SELECT count() FROM seen WHERE kind = 'file.captured'"), '1\n')
    assert.equal(await read('/* from a tool */ -- and a remark\n WITH 2 AS two SELECT two'), '2\n')
    assert.match(await read('SHOW TABLES'), /seen/)
    assert.match(await read('DESCRIBE TABLE seen'), /UInt32/)
    assert.match(await read('EXPLAIN SELECT * FROM seen'), /seen/)
    assert.equal(await read('EXISTS TABLE seen'), '1\n')
    assert.equal(await read('(SELECT 1) UNION ALL (SELECT 1)'), '1\n1\n')
    assert.match(await read("SELECT 'the file INTO OUTFILE' AS words"), /OUTFILE/)
    assert.equal(await read('SELECT count() FROM {t:Identifier}', { query_params: { t: 'seen' } }), '2\n')
  })

  it('may choose how the answer looks, and tighter limits', async () => {
    const clickhouse_settings: ClickHouseSettings = {
      max_result_rows: '5',
      max_execution_time: 5,
      readonly: '1',
    }
    assert.equal(await read('SELECT 1', { clickhouse_settings }), '1\n')
  })

  const statements = (): string[] => [
    // changes
    'CREATE TABLE mine (a Int8) ENGINE = Memory',
    'CREATE TEMPORARY TABLE mine (a Int8)',
    'DROP TABLE seen',
    'TRUNCATE TABLE seen',
    'ALTER TABLE seen DELETE WHERE 1',
    'OPTIMIZE TABLE seen',
    'INSERT INTO seen VALUES (3, 1)',
    'INSERT INTO seen SELECT 3, 1',
    'INSERT INTO seen FORMAT JSONEachRow\n{"a":3}',
    `INSERT INTO FUNCTION file('${outside}', 'CSV') SELECT 1`,
    'WITH 1 AS x INSERT INTO seen SELECT x, x',
    'ATTACH TABLE seen',
    'RENAME TABLE seen TO unseen',
    'SET max_memory_usage = 0',
    'SET readonly = 0',
    'USE system',
    'KILL QUERY WHERE 1 ASYNC',
    '/* /* */ KILL QUERY WHERE 1',
    '#! SELECT 1\nKILL QUERY WHERE 1 ASYNC',
    'SYSTEM SHUTDOWN',
    'SYSTEM FLUSH LOGS',
    "BACKUP TABLE seen TO File('/tmp/x')",
    'GRANT ALL ON *.* TO default',
    'CREATE USER mallory',
    'CREATE FUNCTION f AS x -> x',
    "CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(EXECUTABLE(COMMAND 'id' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
    'EXECUTE AS default SELECT 1',
    // limits
    'SELECT 1 SETTINGS readonly = 0',
    'SELECT 1 SETTINGS max_memory_usage = 0',
    'SELECT * FROM (SELECT 1 SETTINGS max_execution_time = 0)',
    // more than one
    'SELECT 1; DROP TABLE seen',
    'SELECT 1;;SELECT 2',
    // files
    `SELECT * FROM file('${secret}', 'LineAsString')`,
    `SELECT * FROM (SELECT * FROM (SELECT * FROM file('${secret}', 'LineAsString')))`,
    `WITH x AS (SELECT * FROM file('${secret}', 'LineAsString')) SELECT * FROM x`,
    `SELECT file('${secret}')`,
    `SELECT FILE('${secret}')`,
    `SELECT /* '*/ file /* ' */ ('${secret}')`,
    `SELECT \`\\x66ile\`('${secret}')`,
    `SELECT "f\\x69le"('${secret}')`,
    `SELECT * APPLY(file) FROM (SELECT '${secret}')`,
    `SELECT arrayMap(file, ['${secret}'])`,
    `SELECT (SELECT file('${secret}'))`,
    `SELECT 1 WHERE file('${secret}') LIKE 'TOP%'`,
    `SELECT $a$ ' $a$, file('${secret}') -- '`,
    `SELECT 'a\\'', file('${secret}'), '\\''`,
    `SELECT 'a''', file('${secret}'), ''''`,
    `EXPLAIN QUERY TREE SELECT file('${secret}')`,
    `EXPLAIN SELECT file('${secret}')`,
    `DESCRIBE (SELECT file('${secret}'))`,
    `DESCRIBE TABLE file('${secret}')`,
    `EXPLAIN ESTIMATE SELECT * FROM file('${secret}')`,
    `SELECT 1 INTO OUTFILE '${outside}'`,
    `SELECT 1 INTO/**/OUTFILE '${outside}' TRUNCATE FORMAT CSV`,
    `SELECT 1 FORMAT CSV INTO OUTFILE '${outside}'`,
    `SELECT * FROM sqlite('${secret}', 'a')`,
    `SELECT catboostEvaluate('${secret}', 1)`,
    // other machines and programs
    "SELECT * FROM url('http://127.0.0.1:9/', 'CSV', 'a String')",
    "SELECT * FROM remote('127.0.0.1:9', system.one)",
    "SELECT * FROM remoteSecure('127.0.0.1:9', system.one)",
    "SELECT * FROM cluster('default', system.one)",
    "SELECT * FROM s3('http://bucket.s3.amazonaws.com/a/b', 'CSV', 'a String')",
    "SELECT * FROM mysql('127.0.0.1:9', 'd', 't', 'u', 'p')",
    "SELECT * FROM postgresql('127.0.0.1:9', 'd', 't', 'u', 'p')",
    "SELECT * FROM mongodb('127.0.0.1:9', 'd', 't', 'u', 'p', 'a String')",
    "SELECT * FROM redis('127.0.0.1:9', 'k', 'k String')",
    "SELECT * FROM hdfs('hdfs://127.0.0.1:9/', 'CSV', 'a String')",
    "SELECT * FROM executable('id', 'TSV', 'a String')",
    'SELECT * FROM system.models',
    'SELECT * FROM system.stack_trace',
    "SELECT * FROM merge('system', 'mod.*')",
    "SELECT aiGenerate('x', 'y')",
    "SELECT * FROM eval('SELECT 1')",
  ]

  it('is refused whatever changes, lifts a limit, opens a file or reaches out', async (t) => {
    for (const query of statements()) {
      await t.test(query.replace(/\s+/g, ' '), async () => {
        let answer: string | undefined
        await assert.rejects(
          async () => {
            answer = await read(query)
          },
          ClickHouseError,
          `answered ${String(answer)}`,
        )
      })
    }
    assert.equal(existsSync(outside), false)
    assert.equal(await read('SELECT count() FROM seen'), '2\n')
  })

  it('cannot smuggle a function in as an Identifier parameter', async () => {
    for (const name of ['file', 'FILE', 'f\\x69le', '`file`']) {
      const query_params = { f: name }
      await assert.rejects(
        read(`SELECT arrayMap({f:Identifier}, ['${secret}'])`, { query_params }),
        ClickHouseError,
      )
      await assert.rejects(read(`SELECT * APPLY({f:Identifier}) FROM (SELECT '${secret}')`, { query_params }))
    }
  })

  it('cannot lift its limits by the URL', async () => {
    const attempts: Record<string, string>[] = [
      { readonly: '0' },
      { max_memory_usage: '0' },
      { format_schema: '/etc/passwd' },
      { output_format_schema: '/tmp/x' },
      { format_template_resultset: '/etc/passwd' },
      { allow_experimental_eval_table_function: '1' },
      { insert_deduplication_token: 'x' },
      { 'max_threads = 1, readonly': '0' },
    ]
    for (const settings of attempts) {
      await assert.rejects(
        read('SELECT 1', { clickhouse_settings: settings }),
        ClickHouseError,
        JSON.stringify(settings),
      )
    }
    const clickhouse_settings: ClickHouseSettings = { max_execution_time: 100_000 }
    assert.equal(
      await read("SELECT getSetting('max_execution_time'), getSetting('readonly')", { clickhouse_settings }),
      '60\t1\n',
    )
  })

  it('sees no secret of ours in the system tables', async () => {
    const tables = (
      await read(
        "SELECT name FROM system.tables WHERE database = 'system' AND name NOT IN ('numbers', 'numbers_mt', 'zeros', 'zeros_mt', 'primes', 'unicode', 'licenses')",
      )
    )
      .split('\n')
      .filter((name) => name !== '')
    assert.ok(tables.length > 20)
    for (const name of tables) {
      const text = await read(`SELECT * FROM system.${name} LIMIT 2000`).catch(() => '')
      assert.doesNotMatch(text, /owner secret|reader secret/, name)
    }
  })
})

describe('who may come in', () => {
  let store: TestStore
  before(async () => {
    store = await TestStore.start()
  })
  after(() => store.stop())

  const ask = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`${store.url}${url}`, { headers })).status

  it('takes the password from Basic, from headers and from the URL', async () => {
    const basic = Buffer.from('reader:reader secret').toString('base64')
    assert.equal(await ask('/?query=SELECT+1', { Authorization: `Basic ${basic}` }), 200)
    assert.equal(
      await ask('/?query=SELECT+1', { 'X-ClickHouse-User': 'reader', 'X-ClickHouse-Key': 'reader secret' }),
      200,
    )
    assert.equal(await ask('/?query=SELECT+1&user=reader&password=reader+secret'), 200)
  })

  it('refuses everything else, with 403', async () => {
    for (const url of [
      '/?query=SELECT+1',
      '/?query=SELECT+1&user=default',
      '/?query=SELECT+1&user=reader',
      '/?query=SELECT+1&user=reader&password=owner+secret',
      '/?query=SELECT+1&user=sundew&password=reader+secret',
      '/?query=SELECT+1&user=Sundew&password=owner+secret',
      '/?query=SELECT+1&user=constructor&password=',
    ]) {
      assert.equal(await ask(url), 403, url)
    }
    assert.equal(await ask('/ping'), 200)
    assert.equal(await ask('/play'), 404)
  })

  it('lets a GET change nothing, even the owner’s', async () => {
    assert.equal(
      await ask('/?query=CREATE+TABLE+t+(a+Int8)+ENGINE=Memory&user=sundew&password=owner+secret'),
      403,
    )
  })

  it('keeps the owner, too, from other machines and from programs', async () => {
    const owner = store.client()
    for (const query of [
      "SELECT * FROM url('http://127.0.0.1:9/', 'CSV', 'a String')",
      "CREATE TABLE u (a String) ENGINE = URL('http://127.0.0.1:9/', 'TSV')",
      "SELECT * FROM remote('127.0.0.1:9', system.one)",
      "CREATE TABLE k (a String) ENGINE = Kafka('127.0.0.1:9', 't', 'g', 'CSV')",
      "CREATE DATABASE m ENGINE = MySQL('127.0.0.1:9', 'a', 'b', 'c')",
      "CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(EXECUTABLE(COMMAND 'id' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
      "CREATE DICTIONARY d (a UInt64) PRIMARY KEY a SOURCE(HTTP(URL 'http://127.0.0.1:9/' FORMAT 'TSV')) LAYOUT(FLAT()) LIFETIME(0)",
      'SYSTEM SHUTDOWN',
    ]) {
      await assert.rejects(
        owner.command({ query }),
        (e) => e instanceof ClickHouseError && e.type === 'ACCESS_DENIED',
        query,
      )
    }
  })
})
