import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { readEntries, type JournalEntry } from '../../src/core/journal/entry.ts'
import { headerBytes } from '../../src/core/journal/frame.ts'
import { JournalReader, journalStart } from '../../src/core/journal/reader.ts'
import { listSegments, segmentFile } from '../../src/core/journal/segments.ts'
import { JournalError, JournalWriter, type JournalOptions } from '../../src/core/journal/writer.ts'
import { localContext, type SundewEvent } from '../../src/event/event.ts'

function event(message: string): SundewEvent {
  return {
    ...localContext('test', 'journal'),
    id: '019aa000-0000-7000-8000-000000000000',
    time: '2026-11-25T01:08:48.123456789Z',
    kind: 'sensor.status',
    fields: { part: 'journal', state: 'test', message },
  }
}

const full = join(import.meta.dirname, 'journal-full.ts')
const messageOf = (entry: JournalEntry) => (entry.event.fields as { message: string }).message

async function inJournal<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-journal-'))
  try {
    return await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function readAll(folder: string) {
  const reader = new JournalReader(folder)
  const batch = await reader.read(journalStart, Infinity)
  await reader.close()
  return batch
}

async function write(folder: string, messages: readonly string[], options?: JournalOptions): Promise<void> {
  const writer = await JournalWriter.open(folder, options)
  for (const message of messages) await writer.append(event(message))
  await writer.close()
}

test('what was appended is read back, events and bodies byte for byte, packed or not', async () => {
  const item = fc.record({
    message: fc.string({ unit: 'binary' }),
    body: fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 30 }), fc.boolean(), async (items, packed) => {
      await inJournal(async (folder) => {
        const writer = await JournalWriter.open(folder, {
          packFromBytes: packed ? 1 : Infinity,
          segmentBytes: 4096,
        })
        const kept = items.map(({ message, body }) =>
          writer.append(
            event(message),
            body,
            body.reduce((sum, chunk) => sum + chunk.length, 0),
          ),
        )
        await Promise.all(kept)
        await writer.close()
        const { entries, gaps } = await readAll(folder)
        assert.deepEqual(gaps, [])
        assert.deepEqual(
          entries.map((entry) => ({
            sequence: entry.sequence,
            message: messageOf(entry),
            body: Buffer.concat([entry.body]),
          })),
          items.map(({ message, body }, sequence) => ({
            sequence,
            message: message.toWellFormed(),
            body: Buffer.concat(body),
          })),
        )
      })
    }),
    { numRuns: 40 },
  )
})

test('a reader follows a writer over segments and never sees an entry twice', async () => {
  await inJournal(async (folder) => {
    const writer = await JournalWriter.open(folder, { segmentBytes: 500 })
    const reader = new JournalReader(folder)
    let at = journalStart
    const seen: string[] = []
    for (let i = 0; i < 60; i++) {
      await writer.append(event(`message ${i}`))
      if (i % 7 === 0) {
        const batch = await reader.read(at, 1)
        seen.push(...batch.entries.map(messageOf))
        at = batch.to
      }
    }
    await writer.close()
    const rest = await reader.read(at, Infinity)
    seen.push(...rest.entries.map(messageOf))
    assert.deepEqual(
      seen,
      Array.from({ length: 60 }, (_, i) => `message ${i}`),
    )
    assert.equal(await reader.waitingBytes(rest.to), 0)
    await reader.forget(rest.to)
    assert.equal(
      (await listSegments(folder)).length,
      1,
      'the newest segment stays, so that its number is not used again',
    )
    await reader.close()
  })
})

test('reading until a position gives the same batch again, whatever came since', async () => {
  await inJournal(async (folder) => {
    const writer = await JournalWriter.open(folder)
    await writer.append(event('first'))
    const reader = new JournalReader(folder)
    const { to } = await reader.read(journalStart, Infinity)
    await writer.append(event('second'))
    const again = await reader.read(journalStart, Infinity, to)
    assert.deepEqual(again.entries.map(messageOf), ['first'])
    assert.deepEqual(again.to, to)
    await reader.close()
    await writer.close()
  })
})

test('an end torn at any byte loses nothing before it and nothing of the next segment', async () => {
  await inJournal(async (folder) => {
    await write(folder, ['kept 1', 'kept 2', 'torn'])
    const file = segmentFile(folder, 1)
    const whole = await readFile(file)
    const last = whole.lastIndexOf('SDJ1')
    for (let cut = last + 1; cut < whole.length; cut += 13) {
      await writeFile(file, whole.subarray(0, cut))
      await rm(segmentFile(folder, 2), { force: true })
      assert.deepEqual((await readAll(folder)).entries.map(messageOf), ['kept 1', 'kept 2'])
      await write(folder, ['after'])
      const { entries, gaps } = await readAll(folder)
      assert.deepEqual(entries.map(messageOf), ['kept 1', 'kept 2', 'after'])
      assert.deepEqual(gaps, [{ segment: 1, offset: last }])
    }
  })
})

test('a damaged frame in the middle costs that frame only, and is told', async () => {
  await inJournal(async (folder) => {
    await write(folder, ['one', 'two', 'three'])
    const file = segmentFile(folder, 1)
    const whole = await readFile(file)
    const second = whole.indexOf('SDJ1', 1)
    for (const at of [second, second + 9, second + 36, second + 60]) {
      const damaged = Buffer.from(whole)
      damaged[at] = damaged[at]! ^ 0x40
      await writeFile(file, damaged)
      await rm(segmentFile(folder, 2), { force: true })
      await write(folder, ['four'])
      const { entries, gaps } = await readAll(folder)
      assert.deepEqual(entries.map(messageOf), ['one', 'three', 'four'])
      assert.equal(gaps.length, 1)
    }
  })
})

test('a frame that a peer forges inside what it sends is never read, even where the frame around it is torn', async () => {
  await inJournal(async (folder) => {
    const elsewhere = join(folder, 'elsewhere')
    await write(elsewhere, ['forged'])
    const forged = await readFile(segmentFile(elsewhere, 1))
    const journal = join(folder, 'journal')
    const writer = await JournalWriter.open(journal, { packFromBytes: Infinity })
    await writer.append(event('kept'))
    await writer.append(event('torn'), [forged, Buffer.alloc(500)], forged.length + 500)
    await writer.close()
    const file = segmentFile(journal, 1)
    const whole = await readFile(file)
    await writeFile(file, whole.subarray(0, whole.length - 1))
    await write(journal, ['after'])
    const { entries, gaps } = await readAll(journal)
    assert.deepEqual(entries.map(messageOf), ['kept', 'after'])
    assert.equal(gaps.length, 1)
  })
})

test('any mutation of a segment makes the reader neither throw nor invent', async () => {
  await inJournal(async (folder) => {
    await write(folder, ['a', 'b', 'c'], { packFromBytes: 1 })
    const file = segmentFile(folder, 1)
    const whole = await readFile(file)
    await write(folder, ['end'])
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        async (at, bytes) => {
          const mutated = Buffer.from(whole)
          mutated.set(bytes.subarray(0, mutated.length - at), at)
          await writeFile(file, mutated)
          const { entries } = await readAll(folder)
          const messages = entries.map(messageOf)
          assert.equal(messages.at(-1), 'end')
          assert.ok(messages.every((message) => ['a', 'b', 'c', 'end'].includes(message)))
        },
      ),
      { numRuns: 150 },
    )
  })
})

test('lengths that lie inside a payload are refused', () => {
  const payload = Buffer.alloc(12)
  payload.writeUInt32LE(0xffffffff, 8)
  assert.throws(() => readEntries(payload, 0, 1), RangeError)
  assert.throws(() => readEntries(Buffer.alloc(4), 0, 1), RangeError)
})

test('a group that cannot be written is refused whole, and a smaller one after it is kept', async () => {
  await inJournal(async (folder) => {
    // bash's file size limit (in KiB) makes the third write fail half-way, as a full disk does.
    const child = spawn('bash', ['-c', 'ulimit -f 64; exec "$@"', 'bash', process.execPath, full, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    await once(child, 'close')
    assert.equal(text, 'kept first\nkept second\nJournalError EFBIG lost 1\nkept small\n')
    const { entries, gaps } = await readAll(folder)
    assert.deepEqual(entries.map(messageOf), ['first', 'second', 'small'])
    assert.deepEqual(gaps, [])
  })
})

test('a closed journal refuses', async () => {
  await inJournal(async (folder) => {
    const writer = await JournalWriter.open(folder)
    await writer.close()
    await assert.rejects(writer.append(event('late')), JournalError)
    assert.equal(writer.lostEntries, 1)
  })
})

test('what was acknowledged before a SIGKILL is there afterwards', async () => {
  await inJournal(async (folder) => {
    const acknowledged = new Set<string>()
    for (let round = 0; round < 5; round++) {
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, 'journal-child.ts'), folder, String(round)],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      let text = ''
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (text.length > 2000 * (round + 1)) child.kill('SIGKILL')
      })
      await once(child, 'close')
      for (const line of text.split('\n').slice(0, -1)) acknowledged.add(line)
    }
    const messages = (await readAll(folder)).entries.map(messageOf)
    assert.equal(new Set(messages).size, messages.length, 'none twice')
    const kept = new Set(messages)
    assert.ok(acknowledged.size > 100)
    assert.deepEqual(
      [...acknowledged].filter((message) => !kept.has(message)),
      [],
    )
  })
})

test('what nobody waits for is there soon, and with the next that somebody waits for at once', async () => {
  await inJournal(async (folder) => {
    const writer = await JournalWriter.open(folder, { noteMs: 60_000 })
    writer.noteJson(JSON.stringify(event('noted')))
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.deepEqual((await readAll(folder)).entries, [])
    await writer.append(event('awaited'))
    assert.deepEqual((await readAll(folder)).entries.map(messageOf), ['noted', 'awaited'])
    writer.noteJson(JSON.stringify(event('last')))
    await writer.close()
    assert.deepEqual((await readAll(folder)).entries.map(messageOf), ['noted', 'awaited', 'last'])
  })
  await inJournal(async (folder) => {
    const writer = await JournalWriter.open(folder, { noteMs: 5 })
    writer.noteJson(JSON.stringify(event('noted')))
    for (let i = 0; i < 200 && writer.writtenBytes === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 10))
    assert.deepEqual((await readAll(folder)).entries.map(messageOf), ['noted'])
    await writer.close()
  })
})

test('where many may wait a group tarries for them, and goes at once when half of them wait', async () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const written = (company: number) =>
    inJournal(async (folder) => {
      const writer = await JournalWriter.open(folder, { company: () => company, gatherMs: 60_000 })
      await Promise.all([writer.append(event('not')), writer.append(event('lonely'))])
      const before = writer.writtenBytes
      const first = writer.append(event('first'))
      await turn()
      await turn()
      await Promise.all([first, writer.append(event('second'))])
      await writer.close()
      return writer.writtenBytes - before
    })
  // One header less: both are in one group.
  assert.equal((await written(1)) - (await written(4)), headerBytes)
})

test('who is left alone is not forgotten, and a lonely one waits for nobody', async () => {
  await inJournal(async (folder) => {
    const writer = await JournalWriter.open(folder, { company: () => 1_000, gatherMs: 10 })
    await Promise.all([writer.append(event('not')), writer.append(event('lonely'))])
    await writer.append(event('left alone'))
    await writer.close()
  })
  await inJournal(async (folder) => {
    const writer = await JournalWriter.open(folder, { company: () => 1_000, gatherMs: 60_000 })
    for (let i = 0; i < 5; i++) await writer.append(event('lonely'))
    await writer.close()
  })
})
