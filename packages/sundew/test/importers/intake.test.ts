import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { JournalReader, journalStart } from '../../src/core/journal/reader.ts'
import { listSegments } from '../../src/core/journal/segments.ts'
import { JournalError } from '../../src/core/journal/writer.ts'
import type { ByteString } from '../../src/event/bytes.ts'
import type { SundewEvent } from '../../src/event/event.ts'
import type { FoundEvent } from '../../src/importers/importer.ts'
import { Intake, type IntakeOptions, type Taken } from '../../src/importers/intake.ts'
import { KnownImports } from '../../src/importers/known.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-intake-'))
  await mkdir(join(folder, 'journal'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const list = () => join(folder, 'imports.jsonl')

/** One import of these mails: each letter one mail, a space another path. */
async function run(letters: string, options: Partial<IntakeOptions> = {}, end = true): Promise<Taken[]> {
  const known = await KnownImports.open(list())
  const intake = await Intake.open({
    format: 'mail',
    sensor: 'test',
    directory: join(folder, 'journal'),
    known,
    segmentBytes: 1e9,
    oldestMs: 0,
    again: false,
    room: () => Promise.resolve(),
    ...options,
  })
  const taken: Taken[] = []
  try {
    for (const letter of letters) {
      if (letter === ' ') intake.begin()
      else taken.push(await intake.take(found(letter, intake)))
    }
    if (end) await intake.flush()
  } finally {
    await intake.close()
    await known.close()
  }
  return taken
}

function found(letter: string, intake: Intake): FoundEvent {
  const body = intake.captures.begin()
  void body.append(Buffer.from(letter))
  return {
    found: 'event',
    kind: 'mail.received',
    file: 'f' as ByteString,
    offset: 7,
    ms: letter.charCodeAt(0) * 1000,
    identity: letter.charCodeAt(0).toString(16).padStart(32, '0'),
    body,
    fields: { queue_id: '', helo: '', mail_from: '', rcpt_to: [], size_bytes: 1, via: 'import' },
  } as unknown as FoundEvent
}

async function journal(): Promise<{ letters: string; events: SundewEvent<'mail.received'>[] }> {
  const reader = new JournalReader(join(folder, 'journal'))
  const { entries } = await reader.read(journalStart, 1e9)
  await reader.close()
  return {
    letters: entries.map(({ body }) => body.toString()).join(''),
    events: entries.map(({ event }) => event as SundewEvent<'mail.received'>),
  }
}

describe('an import', () => {
  test('writes events that say where they came from, and have no address that a socket told', async () => {
    await run('A')
    const { events } = await journal()
    const { time, source_ip, service, session, fields } = events[0]!
    assert.deepEqual(
      [time, source_ip, service, session, fields.imported_from, fields.import_key],
      ['1970-01-01T00:01:05.000000000Z', '::', 'import', '', 'f@7', `${'41'.padStart(32, '0')}:1`],
    )
  })

  test('of the same again adds nothing, and of more what is new', async () => {
    await run('ABC')
    assert.deepEqual(await run('ABCD'), ['known', 'known', 'known', 'taken'])
    assert.equal((await journal()).letters, 'ABCD')
  })

  test('keeps as many equal ones as one path has, not as many as all have', async () => {
    assert.deepEqual(await run('AAB AA A'), ['taken', 'taken', 'taken', 'known', 'known', 'known'])
    assert.deepEqual(await run('AAA'), ['known', 'known', 'taken'])
    assert.equal((await journal()).letters, 'AABA')
  })

  test('brings all in once more where it is told to', async () => {
    await run('AB')
    await run('AB', { again: true })
    assert.deepEqual(await run('AB'), ['known', 'known'])
    assert.equal((await journal()).letters, 'ABAB')
  })

  test('leaves out what the store would remove at once, and does not take it for imported', async () => {
    assert.deepEqual(await run('AB', { oldestMs: 66_000 }), ['expired', 'taken'])
    assert.deepEqual(await run('AB'), ['taken', 'known'])
  })

  test('that was killed before it noted what it had written doubles nothing, also with a torn list', async () => {
    await run('AB')
    const noted = await readFile(list(), 'utf8')
    await run('ABCD')
    // As if the second had been killed after its write to the journal, in the middle of its note.
    await writeFile(list(), `${noted}{"time":"2026`)
    assert.deepEqual(await run('ABCDE'), ['known', 'known', 'known', 'known', 'taken'])
    // And once more, with a segment begun and nothing in it.
    assert.deepEqual(await run('ABCDE'), Array(5).fill('known'))
    assert.equal((await journal()).letters, 'ABCDE')
  })

  test('that ended with a batch at hand has neither written nor noted it', async () => {
    await run('AB', {}, false)
    assert.equal((await journal()).letters, '')
    assert.deepEqual(await run('AB'), ['taken', 'taken'])
  })

  test('begins segments only between batches, so that what is not noted is in the newest', async () => {
    await run('A'.repeat(1200), { segmentBytes: 1 })
    const segments = await listSegments(join(folder, 'journal'))
    assert.equal(segments.length, 4) // 500, 500, 200, and the one begun after it
    assert.equal((await journal()).letters.length, 1200)
    const lines = (await readFile(list(), 'utf8')).split('\n').filter((line) => line !== '')
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { keys: string[] }).keys.length),
      [500, 500, 200],
    )
  })

  test('that may not go on rejects, and what it had written stays', async () => {
    let rooms = 1
    const room = () => (rooms-- > 0 ? Promise.resolve() : Promise.reject(new JournalError('no room')))
    await assert.rejects(run('A'.repeat(700), { room }), JournalError)
    assert.equal((await journal()).letters.length, 500)
    assert.deepEqual(await readdir(join(folder, 'journal', 'spool')), [])
    assert.equal((await run('A'.repeat(700))).filter((taken) => taken === 'taken').length, 200)
  })

  test('takes a list with nonsense in it as far as it can be read', async () => {
    await writeFile(
      list(),
      `\0\xff\n{"keys":["x"]}\n[]\n{"time":"","format":"mail","keys":["${'41'.padStart(32, '0')}:1"]}`,
    )
    assert.deepEqual(await run('AB'), ['known', 'taken'])
  })
})
