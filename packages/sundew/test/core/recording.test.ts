import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { AsciicastReader } from '../../src/core/asciicast/reader.ts'
import { CaptureRoom } from '../../src/core/capture.ts'
import { Recording, type RecordingLimits } from '../../src/core/recording.ts'
import type { RoomState } from '../../src/core/room.ts'
import type { Session } from '../../src/core/session.ts'
import type { KindFields } from '../../src/event/event.ts'

const limits: RecordingLimits = { totalBytes: 100_000, pieceBytes: 2000, pieceMs: 1e6 }

/** Keeps what is recorded, and the bodies. */
function session(rooms: RoomState[] = [], refuse = false) {
  const captures = new CaptureRoom('/nowhere')
  const pieces: { fields: KindFields<'session.recorded'>; body: Buffer }[] = []
  const notes: unknown[] = []
  const recorded = {
    id: '019ab2c4-0000-7000-8000-000000000000',
    capture: () => captures.begin(),
    room: () => rooms.shift() ?? 'room',
    note: (kind: string, fields: unknown) => notes.push([kind, fields]),
    record: (_kind: string, fields: unknown, body: { chunks: Uint8Array[]; release(): void }) => {
      pieces.push({ fields: fields as KindFields<'session.recorded'>, body: Buffer.concat(body.chunks) })
      body.release()
      return refuse ? Promise.reject(new Error('full')) : Promise.resolve()
    },
  } as unknown as Session
  return { recorded, pieces, notes, captures }
}

function output(bodies: readonly Buffer[]): string {
  const reader = new AsciicastReader()
  const shown: Uint8Array[] = []
  for (const body of bodies) {
    for (const event of reader.feed(body)) if (event.type === 'output') shown.push(event.bytes)
  }
  return Buffer.concat(shown).toString('latin1')
}

describe('a recording', () => {
  test('is one event with the file as its body, its counts and its hash', async () => {
    let ms = 5000
    const { recorded, pieces, captures } = session()
    const recording = new Recording(recorded, { width: 100, height: 30 }, limits, () => ms)
    recording.output(Buffer.from('$ '))
    ms += 1500
    recording.input(Buffer.from('id\r'))
    recording.command()
    recording.output(Buffer.from('uid=0\r\n'))
    await recording.end()
    const [{ fields, body } = assert.fail()] = pieces
    assert.equal(pieces.length, 1)
    assert.deepEqual(fields, {
      recording: fields.recording,
      part: 1,
      duration_ms: 1500,
      width: 100,
      height: 30,
      commands: 1,
      input_bytes: 3,
      output_bytes: 9,
      truncated: false,
      file_sha256: createHash('sha256').update(body).digest('hex'),
      size_bytes: body.length,
    })
    assert.match(
      body.toString(),
      /^\{"version":2,.*"title":"019ab2c4-[^"]*"\}\n\[0\.000000, "o", "\$ "\]\n\[1\.500000, "i", "id\\r"\]\n/,
    )
    assert.equal(captures.heldBytes, 0)
  })

  test('of a long session is kept in pieces, each a file of its own, that on end are the whole', async () => {
    const { recorded, pieces } = session()
    const recording = new Recording(recorded, { width: 80, height: 24 }, limits)
    const lines = Array.from({ length: 300 }, (_, i) => `line ${i} ä\r\n`)
    for (const line of lines) {
      const bytes = Buffer.from(line)
      recording.output(bytes.subarray(0, bytes.length - 3)) // ends within the ä
      recording.output(bytes.subarray(bytes.length - 3))
    }
    await recording.end()
    assert.ok(pieces.length > 3)
    assert.deepEqual(
      pieces.map(({ fields }) => fields.part),
      pieces.map((_, i) => i + 1),
    )
    assert.equal(new Set(pieces.map(({ fields }) => fields.recording)).size, 1)
    for (const { body } of pieces) assert.equal(body.subarray(0, 12).toString(), '{"version":2')
    assert.equal(Buffer.from(output(pieces.map(({ body }) => body)), 'latin1').toString(), lines.join(''))
  })

  test('is put into the journal while the session goes on, so that a kill takes the last moments only', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const { recorded, pieces } = session()
    const recording = new Recording(recorded, { width: 80, height: 24 }, { ...limits, pieceMs: 1000 })
    recording.output(Buffer.from('before'))
    t.mock.timers.tick(1000)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(output(pieces.map(({ body }) => body)), 'before')
  })

  test('past its limit takes no more and says so', async () => {
    const { recorded, pieces } = session()
    const recording = new Recording(recorded, { width: 80, height: 24 }, { ...limits, totalBytes: 5000 })
    for (let i = 0; i < 1000; i++) recording.output(Buffer.from('xxxxxxxxxxxxxxxxxxxx'))
    await recording.end()
    assert.ok(pieces.reduce((sum, { body }) => sum + body.length, 0) <= 5000)
    assert.deepEqual(
      pieces.map(({ fields }) => fields.truncated),
      [...pieces.slice(1).map(() => false), true],
    )
    assert.match(pieces.at(-1)!.body.toString(), /"m", "cut here: [^\n]*\n$/)
  })

  test('of a terminal that showed nothing is nothing', async () => {
    const { recorded, pieces } = session()
    const recording = new Recording(recorded, { width: 80, height: 24 })
    await recording.end()
    await recording.end()
    recording.output(Buffer.from('after'))
    assert.deepEqual(pieces, [])
  })

  test('ends where there is no room, with a note of it', async () => {
    const { recorded, pieces, notes } = session(['room', 'full'])
    const recording = new Recording(recorded, { width: 80, height: 24 }, limits)
    for (let i = 0; i < 500; i++) recording.output(Buffer.from('xxxxxxxxxxxxxxxxxxxx'))
    await recording.end()
    assert.equal(pieces.length, 1)
    assert.deepEqual(notes, [['limit.reached', { limit: 'recording', value: 0 }]])
  })

  test('tells at its end where the journal refused a piece', async () => {
    const { recorded } = session([], true)
    const recording = new Recording(recorded, { width: 80, height: 24 }, limits)
    recording.output(Buffer.from('x'))
    await assert.rejects(recording.end(), /full/)
  })
})
