import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DataReader, stuff, type LineEnds } from '../../../src/wire/smtp/data.ts'

interface Read {
  readonly message: string
  /** What came after the end; undefined where there was none. */
  readonly rest: string | undefined
  readonly bareLf: number
  readonly smuggling: readonly string[]
}

/** Reads `wire` cut at the given places. */
function read(wire: Buffer, ends: LineEnds, cuts: readonly number[] = []): Read {
  const kept: Buffer[] = []
  const reader = new DataReader(ends, (chunk, start, end) => {
    assert.ok(start < end && end <= chunk.length, 'only bytes that are there are kept')
    kept.push(Buffer.from(chunk.subarray(start, end)))
  })
  const at = [0, ...cuts.map((cut) => cut % (wire.length + 1)).sort((a, b) => a - b), wire.length]
  let rest: string | undefined
  for (let i = 0; i + 1 < at.length && rest === undefined; i++) {
    const chunk = Buffer.from(wire.subarray(at[i], at[i + 1]))
    if (chunk.length === 0) continue
    const after = reader.feed(chunk, 0)
    if (after >= 0) rest = wire.toString('latin1', at[i]! + after)
  }
  return {
    message: Buffer.concat(kept).toString('latin1'),
    rest,
    bareLf: reader.bareLf,
    smuggling: [...reader.smuggling].sort(),
  }
}

const text = (wire: string, ends: LineEnds): Read => read(Buffer.from(wire, 'latin1'), ends)

/** Bytes of the kind that line ends, dots and their cuts are made of. */
const nasty = fc
  .array(fc.constantFrom('\r', '\n', '.', 'a', '\0', '\xff', '\r\n', '\r\n.\r\n'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'))
const anyEnds = fc.constantFrom<LineEnds[]>('lf', 'crlf', 'first')
const anyCuts = fc.array(fc.nat(200), { maxLength: 12 })

test('a message is what was sent, without the dots that were stuffed', () => {
  assert.deepEqual(text('a\r\n..b\r\n.c\r\n.\r\nQUIT', 'lf'), {
    message: 'a\r\n.b\r\nc\r\n',
    rest: 'QUIT',
    bareLf: 0,
    smuggling: [],
  })
})

test('an empty message ends at once', () => {
  assert.equal(text('.\r\n', 'lf').rest, '')
  assert.equal(text('.\r\n', 'crlf').message, '')
})

test('each way of ending a message counts where the server imitated takes it', () => {
  const table: readonly (readonly [string, LineEnds, boolean, string])[] = [
    ['x\r\n.\r\n', 'lf', true, ''],
    ['x\r\n.\r\n', 'crlf', true, ''],
    ['x\r\n.\r\n', 'first', true, ''],
    ['x\n.\n', 'lf', true, 'lf-dot-lf'],
    ['x\n.\n', 'crlf', false, 'lf-dot-lf'],
    ['x\n.\n', 'first', true, 'lf-dot-lf'],
    ['x\r\ny\n.\n', 'first', false, 'lf-dot-lf'],
    ['x\n.\r\n', 'lf', true, 'lf-dot-crlf'],
    ['x\n.\r\n', 'crlf', false, 'lf-dot-crlf'],
    ['x\r\n.\n', 'lf', true, 'crlf-dot-lf'],
    ['x\r\n.\n', 'crlf', false, 'crlf-dot-lf'],
    ['x\r\n.\n', 'first', false, 'crlf-dot-lf'],
    ['x\r.\r', 'lf', false, 'cr-dot-cr'],
    ['x\r\n.\ry', 'lf', false, 'crlf-dot-cr'],
    ['x\r\r\n.\r\r\n', 'lf', true, ''],
    ['x\r\r\n.\r\r\n', 'crlf', false, 'crlf-dot-cr'],
  ]
  for (const [wire, ends, over, smuggling] of table) {
    const got = text(wire, ends)
    const where = `${JSON.stringify(wire)} with ${ends}`
    assert.equal(got.rest !== undefined, over, where)
    assert.equal(got.smuggling.join(' '), smuggling, where)
  }
})

test('lines that end in a bare LF are counted and kept as sent', () => {
  const got = text('a\nb\r\nc\n\r\n.\r\n', 'lf')
  assert.equal(got.bareLf, 2)
  assert.equal(got.message, 'a\nb\r\nc\n\r\n')
})

test('CRs after a dot that was no end stay in the message, however many', () => {
  const carriages = '\r'.repeat(40_000)
  assert.equal(text(`.${carriages}x\r\n.\r\n`, 'lf').message, `${carriages}x\r\n`)
})

test('property: a message that was stuffed comes out as it was, and what follows is untouched', () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom('.', 'a', '\0', '\xff', '\r.'), maxLength: 6 }))
  fc.assert(
    fc.property(lines, anyEnds, anyCuts, (body, ends, cuts) => {
      const message = body.map((line) => `${line.replace(/\r+$/, '')}\r\n`).join('')
      const wire = Buffer.concat([stuff(Buffer.from(message, 'latin1')), Buffer.from('NOOP\r\n')])
      const got = read(wire, ends, cuts)
      assert.equal(got.message, message)
      assert.equal(got.rest, 'NOOP\r\n')
    }),
  )
})

test('property: however the bytes are cut, the message, its end and its oddities are the same', () => {
  fc.assert(
    fc.property(nasty, anyEnds, anyCuts, (wire, ends, cuts) => {
      assert.deepEqual(read(wire, ends, cuts), read(wire, ends))
    }),
    { numRuns: 2000 },
  )
})

test('property: a reader that was reset reads as a new one does', () => {
  fc.assert(
    fc.property(nasty, nasty, anyEnds, (first, second, ends) => {
      const kept: string[] = []
      const reader = new DataReader(ends, (chunk, start, end) =>
        kept.push(chunk.toString('latin1', start, end)),
      )
      reader.feed(first, 0)
      reader.reset()
      kept.length = 0
      reader.feed(second, 0)
      assert.equal(kept.join(''), read(second, ends).message)
      assert.deepEqual([...reader.smuggling].sort(), read(second, ends).smuggling)
    }),
  )
})
