import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readStream, type StreamHead } from '../../../src/plots/fireplot/stream.ts'

type Row = readonly [at: number, place: number, colour: number]

const head: StreamHead = { from: 1000, to: 2000, stepMs: 1, named: false, countries: [], busiest: [] }

/** A block as ClickHouse writes it. */
function block(rows: readonly Row[]): Uint8Array {
  const length = rows.length
  const text = (value: string) => [value.length, ...Buffer.from(value)]
  const words = (values: readonly number[]) => [...new Uint8Array(Uint32Array.from(values).buffer)]
  return Uint8Array.from([
    3,
    // LEB128.
    ...(length < 128 ? [length] : [(length & 127) | 128, length >>> 7]),
    ...text('at'),
    ...text('UInt32'),
    ...words(rows.map(([at]) => at)),
    ...text('place'),
    ...text('UInt32'),
    ...words(rows.map(([, place]) => place)),
    ...text('colour'),
    ...text('UInt8'),
    ...rows.map(([, , colour]) => colour),
  ])
}

function answer(blocks: readonly (readonly Row[])[]): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...blocks.map((rows) => block(rows))])
}

async function* cut(bytes: Uint8Array, piece: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
}

async function read(bytes: Uint8Array, piece = 1 << 16): Promise<{ told: StreamHead[]; rows: Row[] }> {
  const told: StreamHead[] = []
  const rows: Row[] = []
  await readStream(
    cut(bytes, piece),
    (one) => told.push(one),
    ({ length, time, place, colour }) => {
      for (let at = 0; at < length; at++) rows.push([time[at]!, place[at]!, colour[at]!])
    },
  )
  return { told, rows }
}

describe('an answer about a picture', () => {
  const row = fc.tuple(fc.nat(0xffff_ffff), fc.nat(66_303), fc.nat(17))

  it('is read as it was written, wherever the pieces end that it comes in', async () => {
    const blocks = fc.array(fc.array(row, { maxLength: 200 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(blocks, fc.integer({ min: 1, max: 5000 }), async (written, piece) => {
        const { told, rows } = await read(answer(written), piece)
        assert.deepEqual(told, [head])
        assert.deepEqual(rows, written.flat())
      }),
    )
  })

  it('that breaks off is no picture of half the events', async () => {
    const whole = answer([[[1, 2, 3]], [[4, 5, 6]]])
    const start = answer([]).length
    for (let end = 0; end < whole.length; end++)
      if (end !== start && end !== start + block([[1, 2, 3]]).length)
        await assert.rejects(read(whole.subarray(0, end)), /broke off/)
  })

  it('with the store’s own complaint in it ends in that', async () => {
    const complaint =
      '\r\n__exception__\r\nabcdef\r\nCode: 241. DB::Exception: Memory limit exceeded\n60 abcdef\r\n__exception__\r\n'
    const whole = Buffer.concat([answer([[[1, 2, 3]]]), Buffer.from(complaint)])
    for (const piece of [1, 50, 10_000]) await assert.rejects(read(whole, piece), /Memory limit exceeded/)
  })

  it('made of other things is refused, and takes no memory for what it promises', async () => {
    const line = Buffer.from(`${JSON.stringify(head)}\n`)
    const others = [
      [3, 0xff, 0xff, 0xff, 0xff, 0x0f],
      [2, 1, 2, 0x61, 0x74],
      [3, 1, 2, 0x78, 0x78, 6, ...Buffer.from('UInt32')],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]
    for (const bytes of others)
      await assert.rejects(read(Buffer.concat([line, Uint8Array.from(bytes)])), /not made of events/)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        await read(Buffer.concat([line, bytes])).then(
          ({ rows }) => assert.deepEqual(rows, []),
          (error) => assert.ok(error instanceof Error),
        )
      }),
    )
  })
})
