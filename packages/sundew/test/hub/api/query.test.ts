import { createClient } from '@clickhouse/client'
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ApiErrorBody } from '../../../src/hub/api/contract.ts'
import { startStore, type RunningStore } from '../../../src/store/store.ts'
import { startTestApi, type TestApi } from './host.ts'

let folder: string
let store: RunningStore
let t: TestApi
let cookie: string
const passwords = { sundew: 'writes', reader: 'reads' }

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-query-'))
  store = await startStore({ directory: join(folder, 'store'), host: '127.0.0.1', port: 0, passwords })
  const client = createClient({
    url: store.url,
    username: 'reader',
    password: passwords.reader,
    log: { level: 127 },
  })
  t = await startTestApi({ store: client })
  cookie = await t.logIn()
})

after(async () => {
  await t[Symbol.asyncDispose]()
  await store.close()
  await rm(folder, { recursive: true })
})

function query(body: Record<string, unknown>) {
  return t.ask('/api/query', {
    method: 'POST',
    headers: { Cookie: cookie, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}

test('rows come in the format asked for', async () => {
  const sql = "SELECT number AS n, 'a,\t' || toString(number) AS s FROM numbers(2)"
  const json = await query({ sql })
  assert.match(String(json.headers['content-type']), /^application\/x-ndjson/)
  assert.deepEqual(
    json.text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { s: string }).s),
    ['a,\t0', 'a,\t1'],
  )
  assert.match((await query({ sql, format: 'csv' })).text, /^"n","s"\n0,"a,\t0"\n1,/)
  assert.match((await query({ sql, format: 'tsv' })).text, /^n\ts\n0\ta,\\t0\n/)
  assert.match((await query({ sql, format: 'pretty' })).text, /┌/)
})

test('parameters are values, never SQL', async () => {
  const answer = await query({
    sql: 'SELECT {a:String} AS a, {n:UInt8} AS n, {l:Array(String)} AS l',
    params: { a: "'; DROP TABLE events; --\u0000", n: 7, l: ['x', "'"] },
  })
  assert.deepEqual(JSON.parse(answer.text), { a: "'; DROP TABLE events; --\u0000", n: 7, l: ['x', "'"] })
})

test('a mistake passes ClickHouse’s code and text', async () => {
  const answer = await query({ sql: 'SELECT nothing_of_this_name' })
  const { error } = answer.json() as ApiErrorBody
  assert.equal(answer.status, 400)
  assert.deepEqual([error.code, error.store], ['SUNDEW_QUERY', { code: '47', type: 'UNKNOWN_IDENTIFIER' }])
  assert.match(error.message, /nothing_of_this_name/)
})

test('it can only look', async () => {
  for (const sql of [
    'CREATE TABLE x (a UInt8) ENGINE = Memory',
    'DROP DATABASE default',
    'INSERT INTO FUNCTION null() SELECT 1',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1/', 'LineAsString')",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    'SET max_execution_time = 0',
    'SELECT 1 SETTINGS readonly = 0',
  ]) {
    const answer = await query({ sql })
    assert.equal(answer.status, 400, `${sql}: ${answer.text}`)
    assert.equal((answer.json() as ApiErrorBody).error.code, 'SUNDEW_QUERY')
  }
})

test('it can only look, also where the store’s user could write', async () => {
  const client = createClient({
    url: store.url,
    username: 'sundew',
    password: passwords.sundew,
    log: { level: 127 },
  })
  await using writing = await startTestApi({ store: client })
  const headers = { Cookie: await writing.logIn(), 'Content-Type': 'application/json' }
  for (const sql of [
    'CREATE TABLE x (a UInt8) ENGINE = Memory',
    'SELECT 1 SETTINGS readonly = 0',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  ]) {
    const answer = await writing.ask('/api/query', { method: 'POST', headers, body: JSON.stringify({ sql }) })
    assert.equal(answer.status, 400, `${sql}: ${answer.text}`)
  }
  await client.close()
})

test('a query that is no query is refused before the store hears of it', async () => {
  for (const body of [
    {},
    { sql: '' },
    { sql: 1 },
    { sql: 'SELECT 1', format: 'Native' },
    { sql: 'SELECT 1', params: { 'a b': 1 } },
    { sql: 'SELECT 1', params: { a: { b: 1 } } },
    { sql: 'SELECT 1', settings: { readonly: 0 } },
    { sql: `SELECT ${'1'.repeat(70_000)}` },
  ]) {
    const answer = await query(body)
    assert.deepEqual([answer.status, (answer.json() as ApiErrorBody).error.code], [400, 'SUNDEW_API_REQUEST'])
  }
})

test('readers who leave in the middle leave room for others', async () => {
  const { hostname: host, port } = new URL(t.api.url)
  const body = JSON.stringify({ sql: 'SELECT number, repeat(toString(number), 20) FROM numbers(20000000)' })
  const headers = { Cookie: cookie, 'Content-Type': 'application/json' }
  for (let i = 0; i < 12; i++) {
    const status = await new Promise<number>((resolve, reject) => {
      const sent = request(
        { host, port, path: '/api/query', method: 'POST', headers, agent: false },
        (response) => {
          response.once('data', () => {
            resolve(response.statusCode ?? 0)
            sent.destroy()
          })
          response.on('error', () => {})
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
    assert.ok([200, 503].includes(status), String(status))
  }
  let answer = await query({ sql: 'SELECT 1 AS one' })
  for (let i = 0; i < 200 && answer.status === 503; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    answer = await query({ sql: 'SELECT 1 AS one' })
  }
  assert.equal(answer.text, '{"one":1}\n')
})
