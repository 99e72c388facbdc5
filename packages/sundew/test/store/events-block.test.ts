import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'

import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'

import { type ByteString, byteString, byteStringOf, bytesOf } from '../../src/event/bytes.ts'
import { localContext, type SundewEvent } from '../../src/event/event.ts'
import { eventInsertSettings, EventsBlock } from '../../src/store/events-table.ts'
import { migrate } from '../../src/store/migrate.ts'
import { TestStore } from './running-store.ts'

const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 100 }).map((bytes) => byteString(bytes)),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => byteStringOf(text.toWellFormed())),
  fc
    .constantFrom(
      '',
      '\0',
      '{"a":1}',
      '"',
      '\\u0000',
      '\\',
      'null',
      'true',
      '1e400',
      '-0',
      '18446744073709551616',
      '2026-01-01',
      '2026-01-01T00:00:00Z',
      '00:00:00',
      'NaN',
      '\u2028',
      '\ufeffx',
      '\u{10ffff}',
      '\ufffd',
    )
    .map(byteStringOf),
)

const asSent = (fields: Record<string, unknown>, raw: Record<string, string>, name: string): string =>
  raw[name] ?? Buffer.from(String(fields[name]), 'utf8').toString('hex').toUpperCase()

const hex = (bytes: ByteString): string => bytesOf(bytes).toString('hex').toUpperCase()

describe('events from attackers', () => {
  let store: TestStore
  let client: ClickHouseClient

  before(async () => {
    store = await TestStore.start()
    await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
    client = store.client('sundew', { database: 'sundew' })
  })
  after(() => store.stop())

  it('never stop a batch, and keep every byte, in columns, in fields or in raw', async () => {
    const one = fc.record({
      method: hostile,
      url: hostile,
      host: hostile,
      headers: fc.array(hostile, { maxLength: 4 }),
      persona: fc.string({ unit: 'binary', maxLength: 20 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 30 }), async (requests) => {
        await client.command({ query: 'TRUNCATE TABLE events' })
        const block = new EventsBlock()
        for (const [i, request] of requests.entries()) {
          const persona = request.persona.toWellFormed()
          block.push({
            ...localContext('here', 'http'),
            id: '0191e0b0-0000-7000-8000-000000000000',
            time: `2026-11-25T01:08:48.${String(i).padStart(9, '0')}Z`,
            kind: 'http.request',
            fields: { ...request, persona, version: '1.1', status: 200, body_bytes: i },
          } satisfies SundewEvent)
        }
        const { stream } = await client.exec({
          query: `INSERT INTO events (${EventsBlock.columns.join(', ')}) FORMAT Native`,
          values: Readable.from(block.encode(), { objectMode: false }),
          clickhouse_settings: eventInsertSettings,
        })
        stream.resume()
        const result = await client.query({
          query:
            'SELECT hex(url) AS url, fields, mapApply((k, v) -> (k, hex(v)), raw) AS raw FROM events ORDER BY time',
          format: 'JSONEachRow',
        })
        const rows = await result.json<{
          url: string
          fields: Record<string, unknown>
          raw: Record<string, string>
        }>()
        assert.equal(rows.length, requests.length)
        for (const [i, { url, method, host, headers, persona }] of requests.entries()) {
          const row = rows[i]!
          assert.equal(row.url, hex(url))
          assert.equal(asSent(row.fields, row.raw, 'method'), hex(method))
          assert.equal(asSent(row.fields, row.raw, 'host'), hex(host))
          assert.equal(row.fields['persona'], persona.toWellFormed())
          const kept = (row.fields['headers'] ?? []) as string[]
          assert.deepEqual(
            kept.map(
              (text, n) => row.raw[`headers.${n}`] ?? Buffer.from(text, 'utf8').toString('hex').toUpperCase(),
            ),
            headers.map(hex),
          )
        }
      }),
      { numRuns: 40 },
    )
  })

  it('of a kind that this version does not know are kept in fields', () => {
    const block = new EventsBlock()
    block.push({
      ...localContext('here', 'x'),
      id: '',
      time: '2026-11-25T01:08:48Z',
      kind: 'from.later',
      fields: { a: 1 },
    } as unknown as SundewEvent)
    assert.equal(block.rows, 1)
  })
})

it('takes an event whole or not at all, whatever its JSON says, and what it took stays as it was', () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>('\ud800', -1, 1e300, 2 ** 64, 99_999, '12000-01-01T00:00:00Z', '1.2.3.4', {}, [
      'x',
    ]),
  )
  const sound = {
    ...localContext('test', 'http'),
    id: '019ab000-0000-7000-8000-000000000001',
    time: '2026-11-25T10:00:00Z',
    kind: 'http.request',
    fields: { method: 'GET', url: '/', headers: ['a'], status: 200, body_bytes: 1 },
  }
  const bent = fc
    .tuple(fc.constantFrom(...Object.keys(sound)), fc.constantFrom(...Object.keys(sound.fields)), value)
    .map(([name, field, what]) =>
      name === 'fields'
        ? { ...sound, fields: { ...sound.fields, [field]: what } }
        : { ...sound, [name]: what },
    )
  const bytesOfBlock = (block: EventsBlock) => Buffer.concat(block.encode()).toString('latin1')
  let refused = 0
  fc.assert(
    fc.property(fc.array(fc.oneof(bent, fc.constant(sound)), { minLength: 1, maxLength: 20 }), (events) => {
      const block = new EventsBlock()
      const taken = events.filter((event) => {
        try {
          block.push(event as unknown as SundewEvent)
          return true
        } catch (error) {
          assert.ok(error instanceof TypeError || error instanceof RangeError)
          refused++
          return false
        }
      })
      const again = new EventsBlock()
      for (const event of taken) again.push(event as unknown as SundewEvent)
      assert.equal(block.rows, taken.length)
      assert.equal(bytesOfBlock(block), bytesOfBlock(again))
    }),
    { numRuns: 300 },
  )
  assert.ok(refused > 0)
})

it('takes an event with a port that is none, so that it holds up nothing behind it', () => {
  const block = new EventsBlock()
  const event = {
    ...localContext('test', 'dns'),
    source_port: 99_999,
    destination_port: -1,
    id: '019ab000-0000-7000-8000-000000000001',
    time: '2026-11-25T10:00:00Z',
    kind: 'alert.raised',
    fields: { code: 'SUNDEW_TEST', message: 'x' },
  } as SundewEvent
  block.push(event)
  assert.equal(block.rows, 1)
})
