import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Readable } from 'node:stream'

import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'

import { byteString, bytesOf } from '../../src/event/bytes.ts'
import { NativeBlock } from '../../src/store/native.ts'
import { addressBytes, nanoseconds, uuidHalves } from '../../src/store/native/text-forms.ts'
import { TestStore } from './running-store.ts'

const specs = [
  { name: 'n', type: 'UInt32' },
  { name: 's', type: 'String' },
  { name: 'u8', type: 'UInt8' },
  { name: 'u16', type: 'UInt16' },
  { name: 'u64', type: 'UInt64' },
  { name: 'i64', type: 'Int64' },
  { name: 'f64', type: 'Float64' },
  { name: 'b', type: 'Bool' },
  { name: 't', type: "DateTime64(9, 'UTC')" },
  { name: 'id', type: 'UUID' },
  { name: 'ip', type: 'IPv6' },
  { name: 'list', type: 'Array(String)' },
  { name: 'nums', type: 'Array(UInt32)' },
  { name: 'map', type: 'Map(String, String)' },
] as const

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(
    ...['', '\0', '\n', '\r\n\t\\\'"`', '\xff\xfe\x00', '\xc3', '\xed\xa0\x80'].map(
      (s) => new Uint8Array(Buffer.from(s, 'latin1')),
    ),
  ),
)

const row = fc.record({
  s: anyBytes,
  u8: fc.integer({ min: 0, max: 255 }),
  u16: fc.integer({ min: 0, max: 65535 }),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  f64: fc.double({ noNaN: true, noDefaultInfinity: true }),
  b: fc.boolean(),
  t: fc.bigInt({ min: 0n, max: 9_000_000_000_000_000_000n }),
  id: fc.uuid(),
  ip: fc.oneof(fc.ipV4(), fc.ipV6()),
  list: fc.array(anyBytes, { maxLength: 5 }),
  nums: fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 5 }),
  map: fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), anyBytes, { maxKeys: 4 }),
})

describe('a Native block', () => {
  let store: TestStore
  let client: ClickHouseClient

  before(async () => {
    store = await TestStore.start()
    client = store.client()
    const columns = specs.map(({ name, type }) => `${name} ${type}`).join(', ')
    await client.command({ query: `CREATE TABLE cells (${columns}) ENGINE = Memory` })
    await client.command({
      query: `CREATE TABLE converted (s LowCardinality(String), j JSON, e Enum8('inline' = 1, 'file' = 2)) ENGINE = Memory`,
    })
  })
  after(() => store.stop())

  const insert = async (table: string, pieces: Uint8Array[]): Promise<void> => {
    const result = await client.exec({
      query: `INSERT INTO ${table} FORMAT Native`,
      values: Readable.from(pieces, { objectMode: false }),
    })
    result.stream.resume()
  }

  it('brings every byte of every cell into the engine', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        await client.command({ query: 'TRUNCATE TABLE cells' })
        const block = new NativeBlock(specs)
        for (const [n, r] of rows.entries()) {
          block.column('n').push(n)
          block.column('s').push(n % 2 ? r.s : byteString(r.s))
          block.column('u8').push(r.u8)
          block.column('u16').push(r.u16)
          block.column('u64').push(r.u64)
          block.column('i64').push(r.i64)
          block.column('f64').push(r.f64)
          block.column('b').push(r.b)
          block.column('t').push(r.t)
          block.column('id').push(r.id)
          block.column('ip').push(r.ip)
          block.column('list').push(r.list)
          block.column('nums').push(r.nums)
          block.column('map').push(Object.entries(r.map))
          block.endRow()
        }
        assert.equal(block.rows, rows.length)
        await insert('cells', block.encode())
        const result = await client.query({
          query: `SELECT hex(s) AS s, u8, u16, toString(u64) AS u64, toString(i64) AS i64, reinterpretAsUInt64(f64) = reinterpretAsUInt64(f64) AS same,
            f64, b, toString(toUnixTimestamp64Nano(t)) AS t, toString(id) AS id, hex(ip) AS ip, arrayMap(x -> hex(x), list) AS list, nums,
            arrayMap(x -> hex(x), mapKeys(map)) AS k, arrayMap(x -> hex(x), mapValues(map)) AS v FROM cells ORDER BY n`,
          format: 'JSONEachRow',
        })
        const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase()
        assert.deepEqual(
          await result.json(),
          rows.map((r) => ({
            s: hex(r.s),
            u8: r.u8,
            u16: r.u16,
            u64: String(r.u64),
            i64: String(r.i64),
            same: 1,
            f64: r.f64,
            b: r.b,
            t: String(r.t),
            id: r.id,
            ip: hex(addressBytes(r.ip)),
            list: r.list.map(hex),
            nums: r.nums,
            k: Object.keys(r.map).map((key) => hex(Buffer.from(key))),
            v: Object.values(r.map).map(hex),
          })),
        )
      }),
      { numRuns: 25 },
    )
  })

  it('carries a cell of 1 MB, and defaults for what was not pushed', async () => {
    await client.command({ query: 'TRUNCATE TABLE cells' })
    const large = new Uint8Array(1_000_000).map((_, i) => (i * 7919) & 0xff)
    const block = new NativeBlock(specs)
    block.column('s').push(large)
    block.endRow()
    assert.ok(block.bytes > 1_000_000)
    await insert('cells', block.encode())
    const result = await client.query({
      query: 'SELECT hex(SHA256(s)) AS h, ip, id, list, map FROM cells',
      format: 'JSONEachRow',
    })
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', large))
      .toString('hex')
      .toUpperCase()
    assert.deepEqual(await result.json(), [
      { h: hash, ip: '::', id: '00000000-0000-0000-0000-000000000000', list: [], map: {} },
    ])
  })

  it('grows with every kind of cell, to blocks of many rows', async () => {
    await client.command({ query: 'TRUNCATE TABLE cells' })
    const block = new NativeBlock(specs)
    const rows = 5000
    for (let i = 0; i < rows; i++) {
      block.column('n').push(i)
      if (i % 2) block.column('s').push(byteString(Uint8Array.of(i & 0xff)))
      else block.column('s').pushText(`é${i}`)
      block.column('u16').push(i)
      block.column('u64').push(i * 2 ** 32)
      block.column('i64').push(-BigInt(i))
      block.column('f64').push(i / 2)
      block.column('t').push(BigInt(i))
      block.column('list').pushTexts(['a', String(i)])
      block.column('nums').push([i, i])
      block.endRow()
    }
    await insert('cells', block.encode())
    const result = await client.query({
      query: `SELECT count() AS rows, countIf(u16 != n OR u64 != n * 4294967296 OR i64 != -toInt64(n) OR f64 != n / 2 OR nums[2] != n
        OR toUnixTimestamp64Nano(t) != n OR list[2] != toString(n)
        OR s != if(n % 2 = 1, char(n % 256), concat('é', toString(n)))) AS wrong FROM cells`,
      format: 'JSONEachRow',
    })
    assert.deepEqual(await result.json(), [{ rows, wrong: 0 }])
  })

  it('fills LowCardinality, JSON and Enum8 columns from text', async () => {
    const block = new NativeBlock([
      { name: 's', type: 'String' },
      { name: 'j', type: 'String' },
      { name: 'e', type: 'String' },
    ])
    block.column('s').pushText('é')
    block.column('j').pushText(JSON.stringify({ a: 'x\u0000y', n: 2 }))
    block.column('e').pushText('file')
    await insert('converted', block.encode())
    const result = await client.query({ query: 'SELECT * FROM converted', format: 'JSONEachRow' })
    assert.deepEqual(await result.json(), [{ s: 'é', j: { a: 'x\u0000y', n: 2 }, e: 'file' }])
  })

  it('refuses columns of different length and unknown names', () => {
    const block = new NativeBlock([
      { name: 'a', type: 'UInt8' },
      { name: 'b', type: 'UInt8' },
    ])
    block.column('a').push(1)
    assert.throws(() => block.encode(), /Column b has 0 rows, the block 1/)
    assert.throws(() => block.column('c' as 'a'), /no column c/)
    assert.deepEqual(new NativeBlock([{ name: 'a', type: 'UInt8' }]).encode(), [])
  })
})

describe('text forms', () => {
  it('reads times with none to nine decimals', () => {
    assert.equal(nanoseconds('2026-11-25T01:08:48.123456789Z'), 1795568928123456789n)
    assert.equal(nanoseconds('1970-01-01T00:00:00Z'), 0n)
    assert.equal(nanoseconds('2026-11-25T01:08:48.5Z'), 1795568928500000000n)
  })

  it('throws a TypeError for whatever is no time, address or UUID', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const read of [nanoseconds, addressBytes, uuidHalves]) {
          try {
            read(text)
          } catch (error) {
            assert.ok(error instanceof TypeError)
          }
        }
      }),
    )
    for (const text of [
      '1.2.3',
      '1.2.3.256',
      '::1::',
      ':::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      'g::',
      '1.2.3.4:5',
      ':1',
    ]) {
      assert.throws(() => addressBytes(text), TypeError, text)
    }
  })

  it('reads addresses as the usual library does', () => {
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
    assert.equal(text(addressBytes('::ffff:192.0.2.1')), '00000000000000000000ffffc0000201')
    assert.equal(text(addressBytes('192.0.2.1')), '00000000000000000000ffffc0000201')
    assert.equal(text(addressBytes('fe80::1%eth0')), 'fe800000000000000000000000000001')
    assert.equal(text(addressBytes('1:2:3:4:5:6:7:8')), '00010002000300040005000600070008')
    assert.equal(bytesOf(byteString(Uint8Array.of(255))).length, 1)
  })
})
