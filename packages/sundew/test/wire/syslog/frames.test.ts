import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { StreamFrames } from '../../../src/wire/syslog/frames.ts'
import { JournalEntries } from '../../../src/wire/syslog/journal-entries.ts'
import { longestCounted, longestLine } from '../../../src/wire/syslog/limits.ts'
import { octetCounted } from '../../../src/wire/syslog/message.ts'

function framed(chunks: readonly (Uint8Array | string)[]) {
  const lines: string[] = []
  let cut = 0
  const frames = new StreamFrames({
    line: (bytes, from, to) =>
      void lines.push(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')),
    entry: (bytes, host, from, to, time) =>
      void lines.push(
        `${time} ${Buffer.from(bytes.subarray(host, from)).toString('latin1')} ${Buffer.from(bytes.subarray(from, to)).toString('latin1')}`,
      ),
    cut: () => cut++,
  })
  const taken = chunks.every((chunk) => frames.push(Buffer.from(chunk as string)))
  const held = frames.held
  return { lines, cut, taken, held, whole: frames.end() }
}

/** Cut at these places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
}

const cuts = fc.array(fc.nat({ max: 100_000 }), { maxLength: 12 })
const text = fc.string({ unit: fc.constantFrom(...'abc 09<>|\x1b\t'.split('')), minLength: 1, maxLength: 40 })
const sizes = fc.constantFrom(1, 10, 300, 5_000, longestLine - 6)
const message = fc
  .tuple(text, sizes)
  .map(([one, size]) => `<134>${one.repeat(Math.ceil(size / one.length)).slice(0, size)}x`)

describe('a stream of syslog', () => {
  it('of counted octets comes apart as it was put together, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 6 }),
        cuts,
        fc.boolean(),
        (sent, at, newline) => {
          const stream = Buffer.from(
            sent.map((one) => octetCounted(one) + (newline ? '\n' : '')).join(''),
            'latin1',
          )
          const { lines, taken, whole, cut } = framed(pieces(stream, at))
          assert.deepEqual([lines, taken, whole, cut], [sent, true, true, 0])
        },
      ),
    )
  })

  for (const [name, end] of [
    ['newline', '\n'],
    ['CR and newline', '\r\n'],
    ['NUL', '\0'],
    ['NUL and newline', '\0\n'],
  ] as const) {
    it(`ended by ${name} comes apart as it was put together, however it is cut`, () => {
      fc.assert(
        fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), cuts, (sent, at) => {
          const { lines, taken } = framed(pieces(Buffer.from(sent.join(end) + end, 'latin1'), at))
          assert.deepEqual([lines, taken], [sent, true])
        }),
      )
    })
  }

  it('may begin with a number that counts nothing', () => {
    for (const line of ['2026-11-25T10:00:00Z fw x', '12 apples', '123: *Mar  1 00:00:00: %SEC', '1'])
      assert.deepEqual(framed([`${line}\n<13>b\n`]).lines, [line, '<13>b'])
  })

  it('tells its last line where it ends without one, and no half of a counted message', () => {
    assert.deepEqual(framed(['<13>a\n<13>b']).lines, ['<13>a', '<13>b'])
    assert.deepEqual(framed(['<13>a']).lines, ['<13>a'])
    const half = framed(['7 <13>abc9 <13>ab'])
    assert.deepEqual([half.lines, half.whole], [['<13>abc'], false])
  })

  it('of a line that is too long tells the beginning, counts it, and goes on behind it', () => {
    const long = 'x'.repeat(longestLine + 5_000)
    const ended = framed(pieces(Buffer.from(`<13>a\n${long}\n<13>b\n`), [10_000, 60_000, 65_000, 70_400]))
    assert.deepEqual([ended.lines.map((line) => line.length), ended.cut], [[5, longestLine, 5], 1])
    const counted = framed(
      pieces(Buffer.from(`5 <13>a${long.length + 1} <${long}5 <13>b`), [30, 50_000, 66_000]),
    )
    assert.deepEqual([counted.lines.map((line) => line.length), counted.cut], [[5, longestLine, 5], 1])
  })

  it('of a line that never ends holds no more than one', () => {
    const { lines, held, cut } = framed(Array.from({ length: 500 }, () => 'y'.repeat(1_000)))
    assert.deepEqual([lines.map((line) => line.length), cut], [[longestLine], 1])
    assert.ok(held <= longestLine)
  })

  it('that announces more than a message has, or no number where one should be, is none', () => {
    for (const stream of [
      `${longestCounted + 1} <13>a`,
      '5 <13>a1000000000 <13>a',
      '5 <13>ax',
      '5 <13>a05 <13>a',
      '5 <13>a-5 <13>a',
    ])
      assert.equal(framed([stream]).taken, false, stream)
    // With more digits than any count it is a line.
    assert.deepEqual(framed(['1000000000 <13>a\n']).lines, ['1000000000 <13>a'])
  })

  it('is taken or refused whatever the bytes, without an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), (chunks) => {
        const { lines } = framed(chunks)
        const sent = chunks.reduce((sum, { length }) => sum + length, 0)
        assert.ok(lines.reduce((sum, { length }) => sum + length, 0) <= sent + lines.length * 30)
      }),
    )
  })
})

describe('a journal that is sent or kept as it exports itself', () => {
  const binary = (name: string, value: string) => {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(value, 'latin1')))
    return Buffer.concat([Buffer.from(`${name}\n`), length, Buffer.from(`${value}\n`, 'latin1')])
  }
  const entry = (message: Buffer, ...more: string[]) =>
    Buffer.concat([
      Buffer.from('__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1764064805250123\n'),
      Buffer.from(more.map((field) => `${field}\n`).join('')),
      message,
      Buffer.from('_HOSTNAME=gw\n\n'),
    ])

  it('tells message, program, host and time, however it is cut', () => {
    const stream = Buffer.concat([
      entry(Buffer.from('MESSAGE=IN=eth0 OUT=\n'), 'SYSLOG_IDENTIFIER=kernel', '_BOOT_ID=abc'),
      entry(Buffer.from('MESSAGE=x\n'), 'SYSLOG_IDENTIFIER=sshd', '_PID=812'),
      entry(binary('MESSAGE', 'two\nlines \xff\x1b'), 'PRIORITY=4'),
      entry(binary('COREDUMP', 'z'.repeat(100_000)), 'MESSAGE=behind much'),
      Buffer.from('__REALTIME_TIMESTAMP=1764064805250123\nPRIORITY=4\n\n'),
      entry(binary('MESSAGE', 'ten bytes.'), '_SOURCE_REALTIME_TIMESTAMP=1764064800000000'),
    ])
    fc.assert(
      fc.property(cuts, (at) => {
        const { lines, taken } = framed(pieces(stream, at))
        assert.ok(taken)
        assert.deepEqual(lines, [
          '1764064805250 gw kernel: IN=eth0 OUT=',
          '1764064805250 gw sshd[812]: x',
          '1764064805250 gw two\nlines \xff\x1b',
          '1764064805250 gw behind much',
          '1764064800000 gw ten bytes.',
        ])
      }),
    )
  })

  it('that was read to somewhere is read on from the beginning of an entry', () => {
    const entries = [
      entry(Buffer.from('MESSAGE=one\n'), 'PRIORITY=4'),
      entry(binary('COREDUMP', 'z\n\n'.repeat(30_000)), 'MESSAGE=two'),
      entry(binary('MESSAGE', 'three')),
    ]
    const stream = Buffer.concat(entries)
    const beginnings = entries.map((_, index) => Buffer.concat(entries.slice(0, index)).length)
    fc.assert(
      fc.property(fc.array(fc.nat({ max: stream.length }), { maxLength: 5 }), (cutAt) => {
        const heard: string[] = []
        const told = (bytes: Uint8Array, _: number, from: number, to: number) =>
          void heard.push(Buffer.from(bytes.subarray(from, to)).toString('latin1'))
        let reader = new JournalEntries({ entry: told })
        let at = 0
        for (const cut of [...cutAt.toSorted((a, b) => a - b), stream.length]) {
          if (cut < at) continue
          const left = reader.take(stream, at, cut)
          // Killed here: what is known is the position.
          at = left - reader.pending
          assert.ok(beginnings.includes(at) || at === stream.length)
          reader = new JournalEntries({ entry: told })
        }
        assert.deepEqual(heard, ['one', 'two', 'three'])
      }),
    )
  })

  it('is no worse than silent about lengths of 2^63 and fields without end', () => {
    const huge = Buffer.concat([
      Buffer.from('__CURSOR=1\nMESSAGE\n'),
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ])
    const { lines } = framed([huge, ...Array.from({ length: 200 }, () => 'q'.repeat(1_000))])
    assert.deepEqual(lines, [])
    const endless = framed([
      '__CURSOR=1\nMESSAGE=',
      ...Array.from({ length: 200 }, () => 'q'.repeat(1_000)),
      '\n\n',
    ])
    assert.equal(endless.lines.length, 1)
    assert.ok(endless.lines[0]!.length <= longestLine + 20)
  })
})
