import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { now, rfc3339 } from '../../../src/core/clock.ts'
import { uuidv7 } from '../../../src/core/id.ts'
import { spoolFolder } from '../../../src/core/journal/segments.ts'
import { JournalWriter } from '../../../src/core/journal/writer.ts'
import { localContext } from '../../../src/event/event.ts'
import { Campaigns } from '../../../src/hub/enrich/campaigns.ts'
import { FileStore } from '../../../src/hub/enrich/file-store.ts'
import { Aside } from '../../../src/hub/ingest/aside.ts'
import { Digest } from '../../../src/hub/ingest/digest.ts'
import { Ingest } from '../../../src/hub/ingest/ingest.ts'
import { Ours } from '../../../src/hub/ingest/known.ts'
import { LiveBus } from '../../../src/hub/live.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { TestStore } from '../../store/running-store.ts'

/** An event as JSON would bring it, of whatever types. */
interface Loose {
  readonly id: string
  readonly [name: string]: unknown
}

function loose(kind: string, fields: unknown, more: object = {}): Loose {
  const moment = now()
  return {
    ...localContext('test', 'http'),
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind,
    fields,
    ...more,
  }
}

const request = {
  method: 'GET',
  url: '/',
  version: '1.1',
  headers: [],
  status: 200,
  persona: 'apache',
  body_bytes: 0,
}
const mail = { queue_id: 'A', helo: 'h', mail_from: 'a@b', rcpt_to: ['c@d'], size_bytes: 1, via: 'DATA' }

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { a: nested(depth - 1) }
}

describe('what no row can hold', () => {
  let store: TestStore
  let client: ClickHouseClient
  let folder: string
  let files: FileStore

  before(async () => {
    store = await TestStore.start()
    await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
    client = store.client('sundew', { database: 'sundew' })
    folder = await mkdtemp(join(tmpdir(), 'sundew-refused-'))
    files = await FileStore.open(join(folder, 'files'))
  })
  after(async () => {
    await store.stop()
    await rm(folder, { recursive: true })
  })

  const rows = async <T>(query: string): Promise<T[]> =>
    (await client.query({ query, format: 'JSONEachRow' })).json<T>()

  async function place() {
    const base = join(folder, randomUUID())
    const journals = join(base, 'journals')
    const journal = join(journals, 'local')
    await mkdir(journal, { recursive: true })
    const writer = await JournalWriter.open(journal)
    const troubles: string[] = []
    const aside = join(base, 'aside')
    const cursors = join(base, 'cursors')
    /** A hub of its own each time; it dies between the insert of its batch number `diesAt`, from 0, and the note that it is there. */
    const take = async (diesAt = Infinity): Promise<'done' | 'died'> => {
      const campaigns = new Campaigns()
      const digest = new Digest({ files, campaigns, ours: new Ours('mx.example.net'), missing: () => {} })
      let batches = 0
      const ingest = new Ingest({
        journals,
        cursors,
        aside,
        store: client,
        live: new LiveBus(),
        campaigns,
        digest: (entry, spoolFile, into) => digest.digest(entry, spoolFile, into),
        otherReader: () => {
          if (batches++ === diesAt) throw new Error('killed')
          return undefined
        },
        trouble: (code, message) => troubles.push(`${code} ${message}`),
      })
      const stop = new AbortController()
      let died = false
      const running = ingest.run(stop.signal).catch((error: Error) => {
        assert.equal(error.message, 'killed')
        died = true
      })
      while (!died && (await ingest.waitingBytes()) > 0)
        await new Promise((resolve) => setTimeout(resolve, 20))
      stop.abort()
      await running
      return died ? 'died' : 'done'
    }
    const set = async () => {
      const names = (await readdir(aside).catch(() => [])).filter((name) => name.endsWith('.json'))
      return Promise.all(names.map((name) => readFile(join(aside, name), 'utf8')))
    }
    return { journal, writer, take, set, troubles, aside }
  }

  const storedOf = async (events: readonly Loose[]): Promise<string[]> => {
    const ids = events.map(({ id }) => `'${id}'`).join(',')
    const found = await rows<{ id: string }>(
      `SELECT toString(id) AS id FROM events WHERE toString(id) IN (${ids})`,
    )
    return found.map(({ id }) => id).toSorted()
  }

  test('is set aside byte for byte, told of, and holds nothing up, also where the hub is killed', async () => {
    const { writer, take, set, troubles } = await place()
    const refused = [
      loose('http.request', request, { time: '12000-01-01T00:00:00Z' }),
      loose('http.request', request, { time: '2999-01-01T00:00:00Z' }),
      loose('http.request', request, { source_ip: '999.1.1.1' }),
      loose('http.request', request, { session: 5 }),
      loose('http.request', { ...request, status: '200' }),
      loose('http.request', { ...request, url: ['/'] }),
      loose('http.request', { ...request, headers: 'Host: x' }),
      loose('http.request', { ...request, url: 'x'.repeat(40_000_000) }),
      loose('http.request', { ...request, headers: ['x'.repeat(40_000_000)] }),
      loose('mail.received', { ...mail, rcpt_to: 5 }),
      loose('mail.received', mail, { time: '12000-01-01T00:00:00Z' }),
      loose('mail.received', { ...mail, bare_lf: -1 }),
      loose('another.version', { deep: nested(2_000) }),
      loose('another.version', { big: 2 ** 64 }),
      loose('another.version', { a: { b: 2 }, 'a.b': 1 }), // only the store refuses it
      loose('another.version', { a: { c: 2 }, 'a.c': 1 }),
      { ...loose('http.request', request), id: 'no id' },
    ]
    const good: Loose[] = []
    for (const one of refused) {
      good.push(loose('http.request', request), loose('mail.received', mail))
      await writer.append(good.at(-2) as never)
      await writer.append(good.at(-1) as never, [Buffer.from('Subject: x\r\n\r\ny')], 15)
      await writer.append(one as never)
    }
    await writer.appendJson('{"half":')
    await writer.appendJson('null')
    await writer.append(good[0] as never) // another journal of ours may hold an event twice; a batch does not mind
    await writer.close()
    // Each batch is made again by the next hub, and is in the store.
    let hubs = 1
    for (let ended = await take(0); ended === 'died'; hubs++) ended = await take(1)
    assert.ok(hubs > 1)
    const expected = [...refused.map((one) => JSON.stringify(one)), '{"half":', 'null'].toSorted()
    assert.deepEqual((await set()).toSorted(), expected)
    assert.deepEqual(await storedOf(good), [...good.map(({ id }) => id), good[0]!.id].toSorted())
    assert.equal(troubles.length, expected.length, 'told once')
    for (const trouble of troubles) assert.match(trouble, /^SUNDEW_EVENT_SET_ASIDE .*local/)
    const ids = good.map(({ id }) => `'${id}'`).join(',')
    assert.deepEqual(
      await rows(`SELECT count() AS n, uniqExact(id) AS ids FROM mails WHERE toString(id) IN (${ids})`),
      [{ n: good.length / 2, ids: good.length / 2 }],
    )
    assert.deepEqual(await rows(`EXISTS TABLE events_tried`), [{ result: 0 }])
  })

  test('is not what a row can hold with a little help: a port that is none, half a character, text for bytes', async () => {
    const { writer, take, set, troubles } = await place()
    const port = loose('http.request', request, { source_port: 99_999 })
    const ofMail = loose('mail.received', mail, { source_port: 99_999 })
    const half = loose('http.request', { ...request, persona: 'a\ud800b' })
    const list = loose('another.version', { said: ['ok', '\udc00'] })
    const wide = loose('http.request', { ...request, url: '/\u20ac', host: '\u20ac' })
    for (const one of [port, half, list, wide]) await writer.append(one as never)
    await writer.append(ofMail as never, [Buffer.from('x')], 1)
    await writer.close()
    await take()
    assert.deepEqual(await set(), [])
    assert.deepEqual(troubles, [])
    const [found] = await rows(
      `SELECT
        (SELECT (source_port, raw['source_port']) FROM events WHERE id = '${port.id}') AS port,
        (SELECT source_port FROM mails WHERE id = '${ofMail.id}') AS mail,
        (SELECT (toString(fields.persona), hex(raw['persona'])) FROM events WHERE id = '${half.id}') AS half,
        (SELECT (toJSONString(fields), hex(raw['said.1'])) FROM events WHERE id = '${list.id}') AS list,
        (SELECT (url, toString(fields.host)) FROM events WHERE id = '${wide.id}') AS wide`,
    )
    assert.deepEqual(found, {
      port: [0, '99999'],
      mail: 0,
      half: ['a\ufffdb', '61EDA08062'],
      list: ['{"said":["ok","\ufffd"]}', 'EDB080'],
      wide: ['/\u20ac', '\u20ac'],
    })
  })

  test('keeps its bytes with it, those in the journal and those beside it', async () => {
    const { journal, writer, take, aside } = await place()
    const wrong = { time: '12000-01-01T00:00:00Z' }
    const spool = randomUUID()
    await writeFile(join(spoolFolder(journal), spool), 'beside the journal')
    await writer.append(loose('mail.received', mail, wrong) as never, [Buffer.from('in the journal')], 14)
    await writer.append(loose('mail.received', mail, wrong) as never, [], 0, spool)
    await writer.close()
    await take()
    const names = (await readdir(aside)).filter((name) => name.endsWith('.body'))
    const bodies = await Promise.all(names.map((name) => readFile(join(aside, name), 'utf8')))
    assert.deepEqual(bodies.toSorted(), ['beside the journal', 'in the journal'])
    assert.deepEqual(await readdir(spoolFolder(journal)), [])
  })

  test('fills no disk: past its room it is told as lost', async () => {
    const room = new Aside(join(folder, randomUUID()), 10)
    const entry = (json: string) => ({
      sequence: 0,
      json: Buffer.from(json),
      body: Buffer.alloc(0),
      spool: undefined,
    })
    const kept = await room.keep('local', entry('12345678'), undefined)
    assert.equal(kept.became, 'kept')
    assert.equal((await room.keep('local', entry('12345678'), undefined)).became, 'known')
    assert.equal((await room.keep('local', entry('123'), undefined)).became, 'left out')
    assert.equal((await room.keep('local', entry('12'), undefined)).became, 'kept')
  })
})
