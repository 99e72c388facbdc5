import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import fc from 'fast-check'
import { now, rfc3339 } from '../../../src/core/clock.ts'
import { uuidv7 } from '../../../src/core/id.ts'
import { spoolFolder } from '../../../src/core/journal/segments.ts'
import { JournalWriter } from '../../../src/core/journal/writer.ts'
import { byteString, byteStringOf, type ByteString } from '../../../src/event/bytes.ts'
import type { EventKind } from '../../../src/event/catalogue.ts'
import type { KindFields, SundewEvent } from '../../../src/event/event.ts'
import { Campaigns } from '../../../src/hub/enrich/campaigns.ts'
import { FileStore } from '../../../src/hub/enrich/file-store.ts'
import { Digest } from '../../../src/hub/ingest/digest.ts'
import { Ingest } from '../../../src/hub/ingest/ingest.ts'
import { Ours } from '../../../src/hub/ingest/known.ts'
import { LiveBus } from '../../../src/hub/live.ts'
import { cowrie } from '../../../src/importers/cowrie/cowrie.ts'
import { makers } from '../../../src/importers/cowrie/events.ts'
import { Intake } from '../../../src/importers/intake.ts'
import { KnownImports } from '../../../src/importers/known.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'

const text = (words: string) => byteStringOf(words)

function event<K extends EventKind>(kind: K, fields: KindFields<K>): SundewEvent {
  const moment = now()
  return {
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind,
    sensor: 'test',
    session: uuidv7(moment),
    service: 'smtp',
    transport: 'tcp',
    source_ip: '192.0.2.7',
    source_port: 4711,
    destination_ip: '198.51.100.9',
    destination_port: 2525,
    fields,
  } as SundewEvent
}

function mail(bytes: number, from: ByteString = text('spammer@example.com')): SundewEvent {
  return event('mail.received', {
    queue_id: 'ABC123',
    helo: text('sender.example'),
    mail_from: from,
    rcpt_to: [text('victim@example.org')],
    size_bytes: bytes,
    via: 'DATA',
  })
}

describe('journals into the store', () => {
  let store: TestStore
  let client: ClickHouseClient
  let folder: string
  let files: FileStore

  before(async () => {
    store = await TestStore.start()
    const admin = store.client()
    await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
    await admin.close()
    client = store.client('sundew', { database: 'sundew' })
    folder = await mkdtemp(join(tmpdir(), 'sundew-ingest-'))
    files = await FileStore.open(join(folder, 'files'))
  })
  after(async () => {
    await store.stop()
    await rm(folder, { recursive: true })
  })

  const rows = async <T>(query: string): Promise<T[]> =>
    (await client.query({ query, format: 'JSONEachRow' })).json<T>()

  /** A journal of its own, and what takes it into the store. */
  async function place() {
    const name = randomUUID()
    const journals = join(folder, name, 'journals')
    const journal = join(journals, 'local')
    await mkdir(journal, { recursive: true })
    const writer = await JournalWriter.open(journal)
    const campaigns = new Campaigns()
    const missing: string[] = []
    const digest = new Digest({
      files,
      campaigns,
      ours: new Ours('mx.example.net'),
      missing: ({ id }) => missing.push(id),
    })
    const live = new LiveBus()
    const seen: string[] = []
    live.subscribe((events) => seen.push(...events.map(({ kind }) => kind)))
    const troubles: string[] = []
    const stored: string[] = []
    const start = (through: ClickHouseClient = client) =>
      new Ingest({
        stored: async (events) => {
          const ids = events.map(({ id }) => id)
          const [row] = await rows<{ n: number }>(
            `SELECT count() AS n FROM events WHERE toString(id) IN (${ids.map((id) => `'${id}'`).join(',') || "''"})`,
          )
          assert.equal(Number(row!.n), ids.length, 'told of before it was there')
          stored.push(...ids)
        },
        journals,
        cursors: join(folder, name, 'cursors'),
        aside: join(folder, name, 'aside'),
        store: through,
        live,
        campaigns,
        digest: (entry, spoolFile, into) => digest.digest(entry, spoolFile, into),
        trouble: (code) => troubles.push(code),
      })
    return { journal, writer, start, seen, stored, troubles, missing, cursors: join(folder, name, 'cursors') }
  }

  async function untilTaken(ingest: Ingest): Promise<void> {
    const stop = new AbortController()
    const running = ingest.run(stop.signal)
    for (let quiet = 0; quiet < 3;) {
      await new Promise((resolve) => setTimeout(resolve, 60))
      quiet = (await ingest.waitingBytes()) === 0 ? quiet + 1 : 0
    }
    stop.abort()
    await running
  }

  test('a mail is there byte for byte, with what was found in it, and its journal is gone', async () => {
    const { writer, start, seen } = await place()
    const raw = Buffer.concat([
      Buffer.from('Subject: hostile \r\nFrom: a@b.example\r\n\r\nhttp://evil.example/x\r\n'),
      Buffer.from([0, 0xff, 0xfe, 0x0a, 0x27, 0x5c]),
    ])
    const from = byteString(Buffer.from([0x61, 0xff, 0x00, 0x27]))
    const sent = mail(raw.length, from)
    await writer.append(sent, [raw], raw.length)
    await untilTaken(start())
    const [row] = await rows<Record<string, unknown>>(
      `SELECT base64Encode(raw) AS raw, base64Encode(mail_from) AS mail_from, raw_size, raw_sha256, stored, toString(source_ip) AS ip,
       urls, campaign != '' AS grouped FROM mails WHERE id = '${sent.id}'`,
    )
    assert.deepEqual(row, {
      raw: raw.toString('base64'),
      mail_from: Buffer.from(from, 'latin1').toString('base64'),
      raw_size: raw.length,
      raw_sha256: createHash('sha256').update(raw).digest('hex'),
      stored: 'inline',
      ip: '::ffff:192.0.2.7',
      urls: ['http://evil.example/x'],
      grouped: 1,
    })
    assert.ok(seen.includes('mail.received'))
    await writer.close()
  })

  test('a batch whose taking was never noted is made again, and is in the store once', async () => {
    const { writer, start, cursors } = await place()
    const sent = Array.from({ length: 50 }, (_, i) => mail(i))
    for (const one of sent) await writer.append(one, [Buffer.from('Subject: x\r\n\r\ny')], 15)
    await untilTaken(start())
    // As if the hub had been killed after the insert and before it noted so.
    const [name] = await readdir(cursors)
    const { taken } = JSON.parse(await readFile(join(cursors, name!), 'utf8')) as { taken: unknown }
    await writeFile(
      join(cursors, name!),
      JSON.stringify({ taken: { segment: 0, offset: 0 }, intended: taken }),
    )
    // More came since: the batch must be the same all the same.
    const later = mail(0)
    await writer.append(later, [Buffer.from('z')], 1)
    await untilTaken(start())
    const ids = [...sent, later].map(({ id }) => `'${id}'`).join(',')
    for (const table of ['mails', 'events']) {
      const [count] = await rows<{ n: number; ids: number }>(
        `SELECT count() AS n, uniqExact(id) AS ids FROM ${table} WHERE id IN (${ids})`,
      )
      assert.deepEqual(count, { n: 51, ids: 51 }, table)
    }
    await writer.close()
  })

  test('what waits is told before anything has been taken', async () => {
    const { writer, start } = await place()
    await writer.append(mail(1), [Buffer.from('x')], 1)
    const ingest = start()
    const told = await Promise.all([ingest.waitingBytes(), ingest.waitingBytes()])
    assert.deepEqual(told, [writer.writtenBytes, writer.writtenBytes])
    await untilTaken(ingest)
    assert.equal(await ingest.waitingBytes(), 0)
    await writer.close()
  })

  test('while the store is away everything waits, and the owner is told', async () => {
    const { writer, start, troubles } = await place()
    const sent = mail(1)
    await writer.append(sent, [Buffer.from('x')], 1)
    const nowhere = store.client('sundew', { url: 'http://127.0.0.1:9', database: 'sundew' })
    const stop = new AbortController()
    const ingest = start(nowhere)
    const running = ingest.run(stop.signal).catch(() => {})
    while (troubles.length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
    assert.deepEqual(troubles, ['SUNDEW_STORE_AWAY'])
    assert.ok((await ingest.waitingBytes()) > 0)
    stop.abort()
    await running
    await untilTaken(start())
    const [count] = await rows<{ n: number }>(`SELECT count() AS n FROM mails WHERE id = '${sent.id}'`)
    assert.equal(count?.n, 1)
    await writer.close()
  })

  test('what a log of Cowrie’s says, whatever that is, is taken by the store', async () => {
    const { journal, writer, start, troubles } = await place()
    await writer.close()
    const samples = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'cowrie')
    const hostile = join(journal, '..', '..', 'hostile.json')
    const telnet = join(journal, '..', '..', 'telnet.json')
    // Rows past their life would be gone at once.
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    const sample = await readFile(join(samples, 'telnet-2023.json'), 'utf8')
    await writeFile(telnet, sample.replaceAll('2023-12-12', yesterday))
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', '\ud800', '\udc80', -1, 1e300, 65_536, '1', '2020-01-01', 'ab'.repeat(32)),
    )
    const names = [
      'username',
      'password',
      'input',
      'url',
      'dst_ip',
      'dst_port',
      'hassh',
      'fingerprint',
      'type',
      'shasum',
      'duration',
    ]
    const records = fc.sample(
      fc.tuple(fc.constantFrom(...Object.keys(makers)), fc.dictionary(fc.constantFrom(...names), value)),
      { numRuns: 300, seed: 1 },
    )
    const lines = records.map(([eventid, more]) =>
      JSON.stringify({
        ...more,
        eventid: `cowrie.${eventid}`,
        session: 'x',
        timestamp: `${yesterday}T00:00:00Z`,
      }),
    )
    await writeFile(hostile, lines.join('\n'))
    const known = await KnownImports.open(join(journal, '..', '..', 'imports.jsonl'))
    const intake = await Intake.open({
      format: 'cowrie',
      sensor: 'test',
      directory: journal,
      known,
      segmentBytes: 1e9,
      oldestMs: 0,
      again: false,
      room: () => Promise.resolve(),
    })
    const desk = { choice: {}, capture: () => intake.captures.begin() }
    let taken = 0
    for (const path of [hostile, telnet]) {
      for await (const found of cowrie.find(path, desk))
        if (found.found === 'event') taken += (await intake.take(found)) === 'taken' ? 1 : 0
    }
    await intake.flush()
    await intake.close()
    await known.close()
    await untilTaken(start())
    assert.deepEqual(troubles, [])
    assert.deepEqual(
      await rows(
        `SELECT count() > 200 AS many, count() = ${taken} AS all FROM events WHERE fields.import_key IS NOT NULL`,
      ),
      [{ many: 1, all: 1 }],
    )
    assert.deepEqual(await rows(`SELECT count() AS files FROM files WHERE size = 0`), [{ files: 0 }])
    assert.deepEqual(
      await rows(
        "SELECT count() AS commands, any(toString(source_ip)) AS ip FROM events WHERE kind = 'command.run' AND service = 'telnet'",
      ),
      [{ commands: 6, ip: '::ffff:176.98.40.81' }],
    )
  })

  test('outputs hear of events once they are in the store, in their order', async () => {
    const { writer, start, stored } = await place()
    const events = Array.from({ length: 20 }, () => event('connection.open', { decoy_port: 25 }))
    for (const one of events) await writer.append(one)
    await writer.close()
    await untilTaken(start())
    assert.deepEqual(
      stored,
      events.map(({ id }) => id),
    )
  })

  test('a recording of a terminal ends in the file store, and its event and file know of each other', async () => {
    const { writer, start } = await place()
    const cast = Buffer.from('{"version":2,"width":80,"height":24}\n[0.0, "o", "$ "]\n')
    const file_sha256 = createHash('sha256').update(cast).digest('hex')
    const recorded = event('session.recorded', {
      recording: uuidv7(now()),
      part: 1,
      duration_ms: 0,
      width: 80,
      height: 24,
      commands: 0,
      input_bytes: 0,
      output_bytes: 2,
      truncated: false,
      file_sha256,
      size_bytes: cast.length,
    })
    await writer.append(recorded, [cast], cast.length)
    await writer.close()
    await untilTaken(start())
    assert.deepEqual(await readFile(files.path(file_sha256)), cast)
    assert.deepEqual(
      await rows(`SELECT via, origin, mime_claimed FROM files WHERE sha256 = '${file_sha256}'`),
      [{ via: 'session.recorded', origin: recorded.id, mime_claimed: 'application/x-asciicast' }],
    )
    assert.deepEqual(await rows(`SELECT kind, session FROM events WHERE file_sha256 = '${file_sha256}'`), [
      { kind: 'session.recorded', session: recorded.session },
    ])
  })

  test('a body that was too large for the journal ends in the file store, and its spool file goes only then', async () => {
    const { journal, writer, start } = await place()
    const raw = Buffer.concat([Buffer.from('Subject: large\r\n\r\n'), Buffer.alloc(3_000_000, 'x')])
    const spool = randomUUID()
    await writeFile(join(spoolFolder(journal), spool), raw)
    const sent = mail(raw.length)
    await writer.append(sent, [], 0, spool)
    await untilTaken(start())
    const sha256 = createHash('sha256').update(raw).digest('hex')
    assert.deepEqual(
      await rows(`SELECT stored, raw_sha256, length(raw) AS inline FROM mails WHERE id = '${sent.id}'`),
      [{ stored: 'file', raw_sha256: sha256, inline: 0 }],
    )
    assert.deepEqual(await readFile(files.path(sha256)), raw)
    assert.deepEqual(await readdir(spoolFolder(journal)), [])
    await writer.close()
  })

  test('an attachment becomes a file and an event; a relay probe becomes an event; both name the mail’s session', async () => {
    const { writer, start } = await place()
    const raw = Buffer.from(
      [
        'Subject: open relay 198.51.100.9',
        'X-SpamInfo: test',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: application/octet-stream; name="../../etc/x.exe"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="../../etc/x.exe"',
        '',
        Buffer.from('MZ harmless').toString('base64'),
        '--b--',
        '',
      ].join('\r\n'),
    )
    const sent = mail(raw.length)
    await writer.append(sent, [raw], raw.length)
    await untilTaken(start())
    const sha256 = createHash('sha256').update('MZ harmless').digest('hex')
    assert.deepEqual(await rows(`SELECT kind FROM events WHERE session = '${sent.session}' ORDER BY kind`), [
      { kind: 'file.captured' },
      { kind: 'mail.probe' },
      { kind: 'mail.received' },
    ])
    const [probe] = await rows<{ reasons: string[] }>(
      `SELECT fields.reasons AS reasons FROM events WHERE session = '${sent.session}' AND kind = 'mail.probe'`,
    )
    assert.ok(probe?.reasons.includes('own-address'))
    assert.ok(probe?.reasons.includes('tester-header'))
    assert.deepEqual(await rows(`SELECT sha256, name, via FROM files WHERE session = '${sent.session}'`), [
      { sha256, name: '../../etc/x.exe', via: 'attachment' },
    ])
    assert.equal((await readFile(files.path(sha256))).toString(), 'MZ harmless')
    await writer.close()
  })

  test('an entry whose body is gone is told, kept without it, and holds nothing up', async () => {
    const { writer, start, missing } = await place()
    const captured = event('file.captured', {
      file_sha256: '0'.repeat(64),
      file_name: text('gone'),
      mime_type: '',
      size_bytes: 5,
      via: 'put',
    })
    const lost = mail(2_000_000)
    const following = mail(3)
    await Promise.all([
      writer.append(captured, [], 0, 'gone-1'),
      writer.append(lost, [], 0, 'gone-2'),
      writer.append(following, [Buffer.from('x\r\n')], 3),
    ])
    await untilTaken(start())
    assert.deepEqual(new Set(missing), new Set([captured.id, lost.id]))
    const ids = [captured, lost, following].map(({ id }) => `'${id}'`).join(', ')
    assert.deepEqual(await rows(`SELECT count() AS n FROM events WHERE toString(id) IN (${ids})`), [{ n: 3 }])
    assert.deepEqual(await rows(`SELECT count() AS n FROM files WHERE name = 'gone'`), [{ n: 0 }])
    await writer.close()
  })

  test('a file by HTTP is told with the request that brought it, and with no other', async () => {
    const { writer, start } = await place()
    const hash = (bytes: string) => createHash('sha256').update(bytes).digest('hex')
    const requested = (fields: Partial<KindFields<'http.request'>>) =>
      event('http.request', {
        method: text('POST'),
        url: text('/'),
        version: '1.1',
        headers: [],
        status: 200,
        persona: 'apache',
        body_bytes: 1,
        ...fields,
      })
    const captured = (bytes: string, session: string) => ({
      ...event('file.captured', {
        file_sha256: hash(bytes),
        file_name: text(bytes),
        mime_type: '',
        size_bytes: bytes.length,
        via: 'multipart',
      }),
      session,
    })
    const form = requested({ body_files: [`10 ${hash('one')}`, `20 ${hash('two')}`] })
    const put = requested({ body_sha256: hash('whole') })
    const of = (sent: SundewEvent, bytes: string) =>
      writer.append(captured(bytes, sent.session), [Buffer.from(bytes)], bytes.length)
    await Promise.all([
      writer.append(form, [Buffer.from('rest')], 4),
      of(form, 'one'),
      of(form, 'two'),
      of(form, 'not of this form'),
      writer.append(put),
      of(put, 'whole'),
      writer.append(form),
      of(put, 'another session'),
    ])
    await untilTaken(start())
    const sessions = `session IN ('${form.session}', '${put.session}')`
    const expected = [
      { name: 'another session', origin: '' },
      { name: 'not of this form', origin: '' },
      { name: 'one', origin: form.id },
      { name: 'two', origin: form.id },
      { name: 'whole', origin: put.id },
    ]
    assert.deepEqual(
      await rows(
        `SELECT toString(fields.file_name) AS name, ifNull(toString(fields.origin), '') AS origin FROM events WHERE kind = 'file.captured' AND ${sessions} ORDER BY name`,
      ),
      expected,
    )
    assert.deepEqual(
      await rows(
        `SELECT name, if(origin = toString(event), '', origin) AS origin FROM files WHERE name != '' AND ${sessions} ORDER BY name`,
      ),
      expected,
    )
    await writer.close()
  })
})
