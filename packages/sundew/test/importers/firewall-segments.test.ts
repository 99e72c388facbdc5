import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { logSegments } from '../../src/importers/firewall-segments.ts'
import { longestLine } from '../../src/wire/syslog/limits.ts'

/** What is known, as `imports.jsonl` has it. */
class Known {
  readonly #counts = new Map<string, number>()

  count(identity: string): number {
    return this.#counts.get(identity) ?? 0
  }

  has(identity: string, nth: number): boolean {
    return this.count(identity) >= nth
  }

  add(key: string): void {
    const [identity = '', nth] = key.split(':')
    this.#counts.set(identity, Math.max(this.count(identity), Number(nth)))
  }
}

async function* cut(log: Uint8Array, pieceBytes: number) {
  for (let at = 0; at < log.length; at += pieceBytes) yield log.subarray(at, at + pieceBytes)
}

/** Imports the log, or its first segments: the lines that were new. */
async function imported(
  log: Buffer,
  known: Known,
  { wanted = 64, pieceBytes = 7, most = Infinity } = {},
): Promise<string[]> {
  const lines: string[] = []
  let segments = 0
  for await (const { bytes, identity, nth, midLine, keys } of logSegments(
    cut(log, pieceBytes),
    known,
    wanted,
  )) {
    if (segments++ === most) break
    if (known.has(identity, nth)) continue
    for (const key of [`${identity}:${nth}`, ...keys]) known.add(key)
    const texts = bytes.toString('latin1').split('\n')
    if (texts.at(-1) === '') texts.pop()
    lines.push(...texts.slice(midLine ? 1 : 0))
  }
  return lines
}

/** Logs whose lines come again, as real ones do, and where no two times are the same. */
const lines = fc
  .array(fc.constantFrom('', 'a', 'bb', 'c'.repeat(30), 'd'.repeat(70), 'é\r'), { maxLength: 60 })
  .map((texts) => texts.map((text, nth) => (nth % 3 === 0 ? `${nth} ${text}` : text)))
const logOf = (some: readonly string[]) => Buffer.from(some.map((line) => `${line}\n`).join(''), 'latin1')
const told = (log: Buffer) => log.toString('latin1').split('\n').slice(0, -1)

describe('segments of a log', () => {
  test('are all of it, in whole lines, however its bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 300 }), async (some, pieceBytes) => {
        const log = logOf(some)
        const all: Buffer[] = []
        for await (const { bytes, offset } of logSegments(cut(log, pieceBytes), new Known(), 64)) {
          assert.equal(offset, Buffer.concat(all).length)
          assert.equal(bytes.at(-1), 0x0a)
          all.push(Buffer.from(bytes))
        }
        assert.deepEqual(Buffer.concat(all), log)
      }),
    )
  })

  test('of a log that was imported are known, and lines that are there twice are brought in twice', async () => {
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 300 }), async (some, pieceBytes) => {
        const known = new Known()
        const log = logOf(some)
        assert.deepEqual(await imported(log, known), told(log))
        assert.deepEqual(await imported(log, known, { pieceBytes }), [])
      }),
    )
  })

  test('of a log that grew again and again, or whose import was stopped, bring in each line once', async () => {
    const grown = fc.array(fc.tuple(lines, fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(grown, async (steps) => {
        const known = new Known()
        const got: string[] = []
        let log: Buffer = Buffer.from('0 begins\n')
        for (const [more, most] of steps) {
          log = Buffer.concat([log, logOf(more)])
          got.push(...(await imported(log, known, { most })))
        }
        got.push(...(await imported(log, known)))
        assert.deepEqual(got, told(log))
        assert.deepEqual(await imported(log, known), [])
      }),
    )
  })

  test('of logs with the same first line are told apart', async () => {
    const known = new Known()
    const logs = ['one', 'another', 'a third'].map((text) => logOf(['-- begins', text]))
    for (const log of logs) assert.deepEqual(await imported(log, known), told(log))
    for (const [nth, log] of logs.entries())
      assert.deepEqual(await imported(Buffer.concat([log, Buffer.from(`${nth}\n`)]), known), [String(nth)])
  })

  test('end within a line that is too long, whose rest is none', async () => {
    const known = new Known()
    const forged = `${'x'.repeat(64 + longestLine)}firewall,info forged`
    const log = logOf(['first', forged, 'last'])
    const got = await imported(log, known, { pieceBytes: 4_096 })
    assert.deepEqual([got[0], got.at(-1), got.length], ['first', 'last', 3])
    assert.ok(got[1]!.startsWith('xx') && !got[1]!.includes('forged'))
    assert.deepEqual(await imported(log, known), [])
  })

  test('that end without a newline are brought in, and again when their last line is longer', async () => {
    const known = new Known()
    assert.deepEqual(await imported(Buffer.from('one\ntw'), known), ['one', 'tw'])
    assert.deepEqual(await imported(Buffer.from('one\ntwo\n'), known), ['two'])
  })
})
