import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, it } from 'node:test'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'

import {
  type ClickHouseClient,
  ClickHouseError,
  type ClickHouseSettings,
  type Row,
  TupleParam,
} from '@clickhouse/client'

import { TestStore } from './running-store.ts'

/** What the official client does, against our front. The same must hold against a real cluster. */
describe('the official ClickHouse client', () => {
  let store: TestStore
  let client: ClickHouseClient

  before(async () => {
    store = await TestStore.start()
    client = store.client()
  })
  after(async () => {
    assert.equal(await store.stop(), 0, 'the store ends cleanly')
  })

  const rows = async <T>(query: string, extra: object = {}): Promise<T[]> =>
    (await client.query({ query, format: 'JSONEachRow', ...extra })).json<T>()

  it('pings, with and without a query', async () => {
    assert.equal((await client.ping()).success, true)
    assert.equal((await client.ping({ select: true })).success, true)
  })

  it('fails a ping that selects with the wrong password', async () => {
    const wrong = store.client('sundew', { password: 'no' })
    const result = await wrong.ping({ select: true })
    assert.equal(result.success, false)
  })

  it('creates, inserts an array of objects and reads it back', async () => {
    await client.command({
      query: `CREATE TABLE people (id UInt32, name LowCardinality(String) DEFAULT 'nobody', born Date, ip IPv6, u UUID,
        e Enum8('a' = 1, 'b' = 2), j JSON, tags Array(String), m Map(String, String), t DateTime64(9, 'UTC'))
        ENGINE = MergeTree ORDER BY id`,
    })
    const result = await client.insert({
      table: 'people',
      format: 'JSONEachRow',
      values: [
        {
          id: 1,
          name: 'Ada',
          born: '2026-01-02',
          ip: '192.0.2.1',
          u: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
          e: 'b',
          j: { a: { b: [1, 2] } },
          tags: ['x', "it's"],
          m: { k: 'v' },
          t: '2026-11-25T01:08:48.123456789Z',
        },
        { id: 2 },
      ],
      clickhouse_settings: { date_time_input_format: 'best_effort' },
    })
    assert.equal(result.executed, true)
    assert.equal(result.summary?.written_rows, '2')
    const [ada, other] = await rows<Record<string, unknown>>('SELECT * FROM people ORDER BY id')
    assert.deepEqual(ada, {
      id: 1,
      name: 'Ada',
      born: '2026-01-02',
      ip: '::ffff:192.0.2.1',
      u: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
      e: 'b',
      j: { a: { b: [1, 2] } },
      tags: ['x', "it's"],
      m: { k: 'v' },
      t: '2026-11-25 01:08:48.123456789',
    })
    assert.equal(other!['name'], 'nobody', 'a DEFAULT holds for fields that are missing')
  })

  it('inserts a stream of objects, and a stream of CSV into chosen columns', async () => {
    await client.command({
      query: 'CREATE TABLE streamed (id UInt32, s String) ENGINE = MergeTree ORDER BY id',
    })
    const objects = Readable.from(
      (function* () {
        for (let id = 0; id < 1000; id++) yield { id, s: `line\n${id}` }
      })(),
    )
    await client.insert({ table: 'streamed', format: 'JSONEachRow', values: objects })
    await client.insert({
      table: 'streamed',
      format: 'CSV',
      columns: ['s', 'id'],
      values: Readable.from(['a,5000\n', '"b\nc",5001\n'], { objectMode: false }),
    })
    assert.deepEqual(await rows('SELECT count() AS n, max(id) AS m FROM streamed', {}), [
      { n: 1002, m: 5001 },
    ])
    assert.deepEqual(await rows('SELECT s FROM streamed WHERE id = 5001'), [{ s: 'b\nc' }])
  })

  it('passes Native blocks through exec, binary and unchanged', async () => {
    await client.command({ query: 'CREATE TABLE copied AS streamed' })
    const source = await client.exec({ query: 'SELECT * FROM streamed FORMAT Native' })
    const bytes = Buffer.concat(await Array.fromAsync(source.stream as AsyncIterable<Buffer>))
    const sent = await client.exec({
      query: 'INSERT INTO copied FORMAT Native',
      values: Readable.from([bytes.subarray(0, 17), bytes.subarray(17)], { objectMode: false }),
    })
    sent.stream.resume()
    assert.equal(sent.summary?.written_rows, '1002')
    const difference = await rows<{ n: number }>(
      'SELECT count() AS n FROM (SELECT * FROM streamed EXCEPT SELECT * FROM copied)',
    )
    assert.equal(difference[0]!.n, 0)
  })

  it('takes rows written into the statement, and a statement with its rows in one body', async () => {
    await client.command({ query: 'CREATE TABLE inline (a Int32, b String) ENGINE = Memory' })
    await client.command({ query: "INSERT INTO inline (a, b) VALUES (1, 'x;y'), (2, 'it''s')" })
    const response = await fetch(`${store.url}/?user=sundew&password=owner%20secret`, {
      method: 'POST',
      body: '/* hand-made */ INSERT INTO inline FORMAT TabSeparated\n3\tz\\n\n4\tFORMAT CSV\n',
    })
    assert.equal(response.status, 200)
    assert.deepEqual(await rows('SELECT * FROM inline ORDER BY a'), [
      { a: 1, b: 'x;y' },
      { a: 2, b: "it's" },
      { a: 3, b: 'z\n' },
      { a: 4, b: 'FORMAT CSV' },
    ])
  })

  it('answers JSON with metadata, and streams JSONEachRow row by row', async () => {
    const json = await (await client.query({ query: 'SELECT number FROM numbers(3)', format: 'JSON' })).json()
    assert.equal(json.rows, 3)
    assert.deepEqual(json.data, [{ number: 0 }, { number: 1 }, { number: 2 }])
    const result = await client.query({ query: 'SELECT number FROM numbers(200000)', format: 'JSONEachRow' })
    let count = 0
    for await (const batch of result.stream() as AsyncIterable<Row[]>) count += batch.length
    assert.equal(count, 200_000)
  })

  it('binds parameters of every kind', async () => {
    const cases: [string, unknown, unknown][] = [
      ['String', "O'Brien\n\t\\ \u0000 ü", "O'Brien\n\t\\ \u0000 ü"],
      ['UInt64', 2n ** 63n, '9223372036854775808'],
      ['Int32', -5, -5],
      ['Float64', 1.5, 1.5],
      ['Bool', true, true],
      ['Date', '2026-11-25', '2026-11-25'],
      ["DateTime64(3, 'UTC')", new Date(1_795_568_928_123), '2026-11-25 01:08:48.123'],
      ['UUID', '61f0c404-5cb3-11e7-907b-a6006ad3dba0', '61f0c404-5cb3-11e7-907b-a6006ad3dba0'],
      ['IPv6', '::1', '::1'],
      ['Array(String)', ["a'b", 'c'], ["a'b", 'c']],
      ['Array(UInt32)', [1, 2], [1, 2]],
      ['Map(String, String)', new Map([['k', 'v']]), { k: 'v' }],
      ['Nullable(String)', null, null],
      ['Tuple(String, UInt8)', new TupleParam(['t', 1]), ['t', 1]],
    ]
    const settings = { output_format_json_quote_64bit_integers: 1 } as const
    for (const [type, value, expected] of cases) {
      const query_params = { v: value }
      const [row] = await rows<{ v: unknown }>(`SELECT {v:${type}} AS v`, {
        query_params,
        clickhouse_settings: settings,
      })
      assert.deepEqual(row!.v, expected, type)
    }
    const [named] = await rows<{ n: number }>('SELECT count() AS n FROM {t:Identifier}', {
      query_params: { t: 'streamed' },
    })
    assert.equal(named!.n, 1002)
  })

  it('binds a parameter too long for a URL, as a form', async () => {
    const v = 'é'.repeat(500_000)
    const result = await rows<{ n: number }>('SELECT lengthUTF8({v:String}) AS n', {
      query_params: { v },
      use_multipart_params: true,
    })
    assert.equal(result[0]!.n, 500_000)
  })

  it('throws typed errors with code and name', async () => {
    const failing: [string, string, string][] = [
      ['SELECT * FROM no_such_table', '60', 'UNKNOWN_TABLE'],
      ['SELECT nonsense', '47', 'UNKNOWN_IDENTIFIER'],
      ['SELECT 1 FROM a b c d', '62', 'SYNTAX_ERROR'],
      ['SELECT throwIf(1)', '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
      ['SELECT 1; SELECT 2', '62', 'SYNTAX_ERROR'],
      ['CREATE TABLE people (a Int8) ENGINE = Memory', '57', 'TABLE_ALREADY_EXISTS'],
      ['SELECT {p:String}', '456', 'UNKNOWN_QUERY_PARAMETER'],
      ["SELECT 1 INTO OUTFILE '/tmp/never'", '1', 'UNSUPPORTED_METHOD'],
    ]
    for (const [query, code, type] of failing) {
      await assert.rejects(
        client.command({ query }),
        (error) => error instanceof ClickHouseError && error.code === code && error.type === type,
        query,
      )
    }
    await assert.rejects(
      client.insert({ table: 'no_such_table', format: 'JSONEachRow', values: [{ a: 1 }] }),
      (error) => error instanceof ClickHouseError && error.type === 'UNKNOWN_TABLE',
    )
    await assert.rejects(
      client.insert({
        table: 'people',
        format: 'JSONEachRow',
        values: Readable.from([{ id: 'not a number' }]),
      }),
      ClickHouseError,
    )
  })

  it('tells of an error that comes in mid-stream', async () => {
    const result = await client.query({
      query: 'SELECT number, throwIf(number = 900000) AS t FROM numbers(1000000)',
      format: 'JSONEachRow',
      clickhouse_settings: { max_threads: 1 },
    })
    await assert.rejects(async () => {
      for await (const batch of result.stream()) void batch
    }, /throwIf/)
  })

  it('stops the query in the engine when the caller aborts', async () => {
    const abort = new AbortController()
    const query_id = 'to-be-aborted'
    const pending = client.query({
      query: 'SELECT max(sipHash64(number)) FROM numbers(100000000000)',
      abort_signal: abort.signal,
      query_id,
    })
    await sleep(300)
    abort.abort()
    await assert.rejects(pending)
    let left = 1
    for (let i = 0; i < 100 && left > 0; i++) {
      await sleep(100)
      const found = await rows<{ n: number }>(
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%sipHash64(number))%' AND query NOT LIKE '%processes%'",
      )
      left = found[0]!.n
    }
    assert.equal(left, 0)
  })

  it('compresses both ways', async () => {
    const squeezed = store.client('sundew', { compression: { request: true, response: true } })
    await squeezed.command({ query: 'CREATE TABLE squeezed (s String) ENGINE = Memory' })
    await squeezed.insert({ table: 'squeezed', format: 'JSONEachRow', values: [{ s: 'a'.repeat(100_000) }] })
    const result = await squeezed.query({
      query: 'SELECT length(s) AS n FROM squeezed',
      format: 'JSONEachRow',
    })
    assert.deepEqual(await result.json(), [{ n: 100_000 }])
    assert.equal(result.response_headers['content-encoding'], 'gzip')
  })

  it('keeps nothing of a body that breaks off', async () => {
    const whole = gzipSync(Buffer.from('{"s":"one"}\n{"s":"two"}\n'.repeat(1000)))
    const url = `${store.url}/?query=INSERT%20INTO%20squeezed%20FORMAT%20JSONEachRow&user=sundew&password=owner%20secret`
    const cut = whole.subarray(0, whole.length - 20)
    const response = await fetch(url, { method: 'POST', body: cut, headers: { 'Content-Encoding': 'gzip' } })
    assert.equal(response.ok, false)
    assert.equal((await rows<{ n: number }>('SELECT count() AS n FROM squeezed'))[0]!.n, 1)
  })

  it('applies settings, and refuses unknown ones by name', async () => {
    const clickhouse_settings = { output_format_json_quote_64bit_integers: 1 } as const
    assert.deepEqual(await rows('SELECT toUInt64(7) AS n', { clickhouse_settings }), [{ n: '7' }])
    await assert.rejects(
      client.command({
        query: 'SELECT 1',
        clickhouse_settings: { no_such_setting: 1 } as ClickHouseSettings,
      }),
      (error) => error instanceof ClickHouseError && error.type === 'UNKNOWN_SETTING',
    )
  })

  it('keeps settings and parameters of one request from the next', async () => {
    await rows('SELECT 1', { clickhouse_settings: { max_threads: 3 }, query_params: { left: 'over' } })
    const [row] = await rows<{ t: string }>("SELECT toString(getSetting('max_threads')) AS t")
    assert.notEqual(row!.t, '3')
    await assert.rejects(client.command({ query: 'SELECT {left:String}' }), /left/)
  })

  it('chooses the database and answers with the ids it was given', async () => {
    await client.command({ query: 'CREATE DATABASE other' })
    const other = store.client('sundew', { database: 'other' })
    const result = await other.query({
      query: 'SELECT currentDatabase() AS d',
      format: 'JSONEachRow',
      query_id: 'mine',
    })
    assert.deepEqual(await result.json(), [{ d: 'other' }])
    assert.equal(result.query_id, 'mine')
    assert.equal(result.response_headers['x-clickhouse-query-id'], 'mine')
    assert.equal(result.response_headers['x-clickhouse-timezone'], 'UTC')
    const lost = store.client('sundew', { database: 'nowhere' })
    await assert.rejects(lost.command({ query: 'SELECT 1' }), /UNKNOWN_DATABASE|nowhere/)
  })

  it('answers many at once, each with its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        rows<{ v: number }>('SELECT {v:UInt32} AS v', { query_params: { v: i } }),
      ),
    )
    assert.deepEqual(
      answers.map(([row]) => row!.v),
      Array.from({ length: 40 }, (_, i) => i),
    )
  })
})
