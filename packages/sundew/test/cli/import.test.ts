import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { JournalReader, journalStart } from '../../src/core/journal/reader.ts'
import { layout } from '../../src/core/layout.ts'
import { mboxMessage } from '../../src/cli/mbox.ts'
import { dataFolder, start, sundew } from './sundew.ts'

/** `sundew import mail` into this data directory. */
const load = (data: string, ...args: string[]) => sundew(['import', 'mail', ...args, '--data', data])

async function mbox(file: string, mails: number): Promise<string> {
  const handle = await open(file, 'w')
  for (let i = 0; i < mails; i++) {
    for await (const chunk of mboxMessage(
      [Buffer.from(`Subject: ${i}\n\n${'x'.repeat(2000)}\n`)],
      'a@b.example',
      new Date(Date.now() - 3_600_000).toISOString(),
    )) {
      await handle.write(chunk)
    }
  }
  await handle.close()
  return file
}

async function subjects(data: string): Promise<string[]> {
  const reader = new JournalReader(layout(data).importJournal)
  const found: string[] = []
  for (let at = journalStart; ;) {
    const { entries, to } = await reader.read(at, 1e7)
    if (entries.length === 0) break
    found.push(...entries.map(({ body }) => /Subject: (\d+)/.exec(body.toString('latin1'))![1]!))
    at = to
  }
  await reader.close()
  return found
}

describe('sundew import mail', () => {
  test('while Sundew does not run puts mails into the journal, once, and says that they wait', async () => {
    await using folder = await dataFolder()
    const file = await mbox(join(folder.data, 'old.mbox'), 3)
    const first = await load(folder.data, file)
    assert.deepEqual([first.code, first.stdout], [0, ''], first.stderr)
    assert.match(
      first.stderr,
      /^3 mails imported\n.* wait in the journal for the next start of "sundew up"\.\n$/,
    )
    const second = await load(folder.data, '--no-wait', file)
    assert.match(second.stderr, /^0 mails imported\n3 left out: imported before \(--again .*\n$/)
    assert.match((await load(folder.data, '--again', file)).stderr, /^3 mails imported/)
    assert.deepEqual(await subjects(folder.data), ['0', '1', '2', '0', '1', '2'])
    assert.equal((await stat(layout(folder.data).imports)).mode & 0o777, 0o600)
  })

  test('ends with 1 where something could not be taken, and lets no file’s name act', async () => {
    await using folder = await dataFolder()
    const spam = join(folder.data, 'spam')
    await mkdir(spam)
    await writeFile(join(spam, 'x\x1b[2J'), '\x7fELF')
    const { code, stderr } = await load(folder.data, spam)
    assert.equal(code, 1)
    assert.match(stderr, /1 left out: files that are no mail; the first: .*x\\x1b\[2J at byte 0/)
  })

  test('refuses what is not there, and a second import at the same time', async () => {
    await using folder = await dataFolder()
    const none = await load(folder.data, join(folder.data, 'none'))
    assert.equal(none.code, 69)
    assert.match(none.stderr, /^SUNDEW_SYSTEM: .*none/)
    const { run, importPidFile } = layout(folder.data)
    await mkdir(run)
    await writeFile(importPidFile, `${process.pid}\n`)
    const busy = await load(folder.data, await mbox(join(folder.data, 'a.mbox'), 1))
    assert.equal(busy.code, 69)
    assert.match(busy.stderr, /^SUNDEW_IMPORT_RUNS: process \d+ already imports/)
    assert.equal((await load(folder.data)).code, 2)
    assert.equal((await sundew(['import', 'pictures', 'x'])).code, 2)
  })

  test('leaves out mails older than they are kept, and says which key to raise', async () => {
    await using folder = await dataFolder()
    const file = join(folder.data, 'old.mbox')
    await writeFile(file, 'From a@b Thu Nov  5 01:08:48 2009\nA: b\n\n')
    const { code, stderr } = await load(folder.data, file)
    assert.equal(code, 0)
    assert.match(stderr, /^0 mails imported\n1 left out: older than 365 days, .*keep\.mails_days/)
  })

  test('ends early where the disk has no room to spare, and says so', async () => {
    await using folder = await dataFolder()
    await writeFile(join(folder.data, 'sundew.yaml'), 'keep: { reserve_mb: 900000000 }\n')
    const { code, stderr } = await load(folder.data, await mbox(join(folder.data, 'a.mbox'), 1))
    assert.equal(code, 69)
    assert.match(stderr, /SUNDEW_IMPORT_ROOM: .*keep\.reserve_mb/)
  })

  test('ends early where as much waits as may and Sundew does not run, and goes on once that is taken', async () => {
    await using folder = await dataFolder()
    const { importJournal, imports } = layout(folder.data)
    await mkdir(importJournal, { recursive: true })
    await writeFile(join(folder.data, 'sundew.yaml'), 'keep: { quota_gb: 0.001, reserve_mb: 8 }\n')
    const waits = join(importJournal, '000000000001.sdj')
    await writeFile(waits, Buffer.alloc(65 * 1024 * 1024))
    const file = await mbox(join(folder.data, 'a.mbox'), 2)
    const { code, stderr } = await load(folder.data, file)
    assert.equal(code, 69)
    assert.match(stderr, /SUNDEW_IMPORT_ROOM: .*Start Sundew/)
    assert.equal((await readFile(imports, 'utf8')).trim(), '')
    await rm(waits)
    assert.match((await load(folder.data, file)).stderr, /^2 mails imported/)
  })

  test('killed again and again brings in everything, and nothing twice', async () => {
    await using folder = await dataFolder()
    const mails = 20_000
    const file = await mbox(join(folder.data, 'big.mbox'), mails)
    let killed = 0
    for (let i = 0; i < 6; i++) {
      const child = start(['import', 'mail', file, '--data', folder.data])
      const before = (await stat(layout(folder.data).imports).catch(() => undefined))?.size ?? 0
      const ended = once(child, 'exit')
      while (child.exitCode === null) {
        const size = (await stat(layout(folder.data).imports).catch(() => undefined))?.size ?? 0
        if (size > before + 1000) break
        await sleep(2)
      }
      await sleep(i * 3)
      if (child.kill('SIGKILL')) killed++
      await ended
    }
    assert.ok(killed > 0)
    const last = await load(folder.data, file)
    assert.equal(last.code, 0, last.stderr)
    const found = await subjects(folder.data)
    assert.equal(found.length, mails)
    assert.equal(new Set(found).size, mails)
    assert.match(await readFile(layout(folder.data).imports, 'utf8'), /"format":"mail"/)
  })
})

describe('sundew import cowrie', () => {
  test('puts a honeypot’s events into the journal as of whom the log says, once, and counts what it leaves out', async () => {
    await using folder = await dataFolder()
    await writeFile(join(folder.data, 'sundew.yaml'), 'keep: { events_days: 9000 }\n')
    const log = join(import.meta.dirname, '..', '..', '..', '..', 'testdata', 'cowrie', 'ssh-2023.json')
    const first = await sundew(['import', 'cowrie', log, '--data', folder.data])
    assert.equal(first.code, 0, first.stderr)
    assert.match(
      first.stderr,
      /^8 events imported\n3 left out: events of kinds that are not taken \(docs\/import\.md\); the first: .* at byte \d+\n/,
    )
    const reader = new JournalReader(layout(folder.data).importJournal)
    const { entries } = await reader.read(journalStart, 1e7)
    await reader.close()
    const [open] = entries
    assert.equal(open!.event.kind, 'connection.open')
    assert.equal(open!.event.time, '2023-11-04T11:47:01.075284000Z')
    assert.equal(open!.event.source_ip, '165.232.188.209')
    const fields = open!.event.fields as { imported_from?: string }
    assert.match(fields.imported_from!, /ssh-2023\.json@0$/)
    const second = await sundew(['import', 'cowrie', log, '--data', folder.data])
    assert.match(second.stderr, /^0 events imported\n8 left out: imported before/)
  })
})
