import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { misp } from '../../../../src/intel/feeds/misp/misp.ts'
import { FakeBook, type Page, pull, type PullOptions } from '../fake-host.ts'

const samples = join(import.meta.dirname, '../../../../../../testdata/intel/misp')
const sample = (name: string) => readFileSync(join(samples, name), 'utf8')
const url = 'https://misp.example/feed'
const dayMs = 24 * 3_600_000
const began = Date.UTC(2026, 10, 25)

const uuidOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`

/** A feed of events of one attribute each. */
function start(events: number) {
  const book = new FakeBook()
  const files = new Map<string, unknown>()
  const manifest: Record<string, unknown> = {}
  const put = (index: number, timestamp: number, attributes: object[], more: object = {}) => {
    manifest[uuidOf(index)] = { info: `Event ${index}`, timestamp: String(timestamp) }
    files.set(`/feed/${uuidOf(index)}.json`, {
      Event: { uuid: uuidOf(index), info: `Event ${index}`, Attribute: attributes, ...more },
    })
  }
  const attribute = (type: string, value: string, more: object = {}) => ({
    type,
    value,
    to_ids: true,
    ...more,
  })
  for (let index = 1; index <= events; index++)
    put(index, 1_750_000_000 + index, [attribute('ip-dst', `198.51.100.${index}`)])
  files.set('/feed/manifest.json', manifest)
  const failing: { page?: (path: string) => Page | undefined } = {}
  const ask = async (options: PullOptions & { section?: object } = {}) => {
    const asked = await pull(
      misp,
      { url, ...options.section },
      book,
      ({ pathname }) => failing.page?.(pathname) ?? (files.get(pathname) as Page | undefined),
      { now: began, ...options },
    )
    return asked.map((request) => request.url.replace(`${url}/`, ''))
  }
  return { book, files, manifest, put, attribute, failing, ask }
}

/** What comes of the attributes of one event. */
async function taken(attributes: object[], more: object = {}) {
  const { book, put, ask } = start(0)
  put(1, 1_750_000_000, attributes, more)
  await ask()
  return book
}

describe('the feed misp', () => {
  test('events of the manifest are read, the latest first; again only those that changed', async () => {
    const { book, put, attribute, ask } = start(3)
    assert.deepEqual(await ask(), ['manifest.json', ...[3, 2, 1].map((index) => `${uuidOf(index)}.json`)])
    assert.equal(book.texts().length, 3)
    put(2, 1_760_000_000, [attribute('domain', 'bad.example')])
    assert.deepEqual(await ask(), ['manifest.json', `${uuidOf(2)}.json`])
    assert.deepEqual(book.texts(uuidOf(2)), ['bad.example'])
    assert.deepEqual(await ask(), ['manifest.json'])
  })

  test('an event that left the manifest is withdrawn', async () => {
    const { book, manifest, ask } = start(3)
    await ask()
    delete manifest[uuidOf(2)]
    await ask()
    assert.deepEqual([...book.reports.keys()].sort(), [uuidOf(1), uuidOf(3)])
  })

  test('that more than half of them left is believed a day later', async () => {
    const { book, files, ask } = start(20)
    await ask()
    files.set('/feed/manifest.json', {})
    await assert.rejects(ask(), { code: 'sanity' })
    await assert.rejects(ask({ now: began + dayMs / 2 }), { code: 'sanity' })
    assert.equal(book.reports.size, 20)
    await ask({ now: began + dayMs })
    assert.equal(book.reports.size, 0)
  })

  test('where the server fails, what came before stays, and the next pull goes on though the manifest is unchanged', async () => {
    const { book, failing, ask } = start(120)
    failing.page = (path) => (path.endsWith(`${uuidOf(20)}.json`) ? 'server' : undefined)
    await assert.rejects(ask(), { code: 'server' })
    assert.equal(book.reports.size, 100)
    failing.page = () => undefined
    const again = await ask()
    assert.equal(again.length, 21)
    assert.equal(book.reports.size, 120)
  })

  test('the manifest is asked for by condition only when the last pull came to its end', async () => {
    const { book, files, manifest, failing } = start(2)
    const conditions: (boolean | undefined)[] = []
    const look = () =>
      pull(misp, { url }, book, (at, request) => {
        if (at.pathname.endsWith('manifest.json')) conditions.push(request.conditional)
        return failing.page?.(at.pathname) ?? (files.get(at.pathname) as Page)
      })
    await look()
    failing.page = (path) => (path.endsWith('manifest.json') ? undefined : 'server')
    manifest[uuidOf(9)] = { timestamp: '1760000000' }
    await assert.rejects(look())
    await assert.rejects(look())
    assert.deepEqual(conditions, [true, true, false])
  })

  test('an event that is not there, or is none, is told once and does not spoil the others', async () => {
    const { book, failing, ask } = start(3)
    failing.page = (path) =>
      path.endsWith(`${uuidOf(1)}.json`) ? 'gone' : path.endsWith(`${uuidOf(2)}.json`) ? '<html>' : undefined
    await ask()
    assert.deepEqual(book.texts(), ['198.51.100.3'])
    assert.equal(book.bad.length, 2)
    assert.deepEqual(await ask(), ['manifest.json'])
  })

  test('the samples are read', async () => {
    const book = new FakeBook()
    const asked = await pull(misp, { url: `${url}/manifest.json` }, book, ({ pathname }) =>
      pathname.endsWith('manifest.json')
        ? sample('misp_feed_manifest.json')
        : sample('misp_event_intelmq.json'),
    )
    assert.equal(asked.length, 3)
    const report = book.reports.get('57c6ac4c-c60c-4f79-a38f-b666950d210f')
    assert.equal(report?.title, 'A Random Event')
    assert.equal(report?.author, 'ORGNAME')
    assert.equal(report?.modified, 1_472_638_251_000)
    assert.equal(report?.created, Date.UTC(2016, 5, 9))
    // One has to_ids false, the other is a text.
    assert.deepEqual(book.sightings, [])
    assert.deepEqual(
      [...book.leftOut],
      [
        ['not to be looked for (to_ids)', 2],
        ['text', 2],
      ],
    )
  })

  const types: readonly (readonly [string, string, string, string])[] = [
    ['ip-src', '198.51.100.1', 'address', '198.51.100.1'],
    ['ip-dst|port', '198.51.100.1|8080', 'address', '198.51.100.1'],
    ['domain', 'bad.example', 'domain', 'bad.example'],
    ['domain|ip', 'bad.example|198.51.100.1', 'domain', 'bad.example'],
    ['hostname', 'a.bad.example', 'hostname', 'a.bad.example'],
    ['hostname|port', 'a.bad.example|8080', 'hostname', 'a.bad.example'],
    ['url', 'http://bad.example/a|b', 'url', 'http://bad.example/a|b'],
    ['sha256', 'ab'.repeat(32), 'hash', 'ab'.repeat(32)],
    ['filename|md5', `a|b.exe|${'ab'.repeat(16)}`, 'hash', 'ab'.repeat(16)],
    ['malware-sample', `a.exe|${'ab'.repeat(16)}`, 'hash', 'ab'.repeat(16)],
    ['x509-fingerprint-sha1', 'ab'.repeat(20), 'hash', 'ab'.repeat(20)],
    ['email-src', 'a@bad.example', 'email', 'a@bad.example'],
    ['ja3-fingerprint-md5', 'ab'.repeat(16), 'ja3', 'ab'.repeat(16)],
    ['AS', 'AS64496', 'as', 'AS64496'],
    ['vulnerability', 'CVE-2026-1', 'cve', 'CVE-2026-1'],
    ['filename', 'a|b.exe', 'file_name', 'a|b.exe'],
  ]
  for (const [type, value, as, text] of types)
    test(`${type} ${value} is ${as} ${text}`, async () => {
      const { sightings } = await taken([{ type, value, to_ids: true }])
      assert.deepEqual(
        sightings.map((one) => [one.type, one.text]),
        [[as, text]],
      )
    })

  test('what is deleted, not to be looked for, of another type or likely false is left out, each by its reason', async () => {
    const attributes = [
      { type: 'domain', value: 'a.example', to_ids: '1', deleted: false },
      { type: 'domain', value: 'b.example', to_ids: true, deleted: true },
      { type: 'domain', value: 'c.example', to_ids: true, deleted: '1' },
      { type: 'domain', value: 'd.example', to_ids: false },
      { type: 'domain', value: 'e.example' },
      { type: 'mutex', value: 'x', to_ids: true },
      { type: '__proto__', value: 'x', to_ids: true },
      { type: 'domain', value: 'f.example', to_ids: true, Tag: [{ name: 'false-positive:risk="high"' }] },
    ]
    const { leftOut, sightings } = await taken(attributes)
    assert.deepEqual(
      sightings.map(({ text }) => text),
      ['a.example'],
    )
    assert.deepEqual(
      [...leftOut],
      [
        ['deleted', 2],
        ['not to be looked for (to_ids)', 2],
        ['mutex', 1],
        ['__proto__', 1],
        ['likely a false positive', 1],
      ],
    )
  })

  test("attributes of objects are read, but for the address that an object's domain led to", async () => {
    const { sightings, leftOut } = await taken([], {
      Object: [
        { name: 'file', Attribute: [{ type: 'md5', value: 'ab'.repeat(16), to_ids: true }] },
        {
          name: 'domain-ip',
          Attribute: [
            { type: 'domain', value: 'bad.example', to_ids: true },
            { type: 'ip-dst', value: '198.51.100.1', to_ids: true },
          ],
        },
        { name: 'file', deleted: true, Attribute: [{ type: 'md5', value: 'cd'.repeat(16), to_ids: true }] },
        null,
      ],
    })
    assert.deepEqual(
      sightings.map(({ text }) => text),
      ['ab'.repeat(16), 'bad.example'],
    )
    assert.equal(leftOut.get('an address that a domain led to'), 1)
  })

  test('tags tell malware, TLP and confidence; the attribute its dates', async () => {
    const { reports, sightings } = await taken(
      [
        {
          type: 'domain',
          value: 'bad.example',
          to_ids: true,
          comment: 'C2\tof it',
          timestamp: '1750000000',
          first_seen: '2026-01-02T03:04:05.678901+00:00',
          Tag: [
            { name: 'misp:confidence-level="usually-confident"' },
            { name: 'misp-galaxy:mitre-malware="Emotet - S0367"' },
          ],
        },
      ],
      {
        Orgc: { name: 'CIRCL' },
        Tag: [{ name: 'tlp:green' }, { name: 'misp-galaxy:ransomware="Locky"' }, { name: 7 }],
      },
    )
    const report = reports.get(uuidOf(1))
    assert.equal(report?.author, 'CIRCL')
    assert.equal(report?.tlp, 'green')
    assert.equal(report?.malware, 'Locky')
    assert.equal(report?.link, `${url}/${uuidOf(1)}.json`)
    const { about } = sightings[0]!
    assert.equal(about.title, 'Event 1: C2 of it')
    assert.equal(about.malware, 'Emotet')
    assert.equal(about.confidence, 75)
    assert.equal(about.first, Date.parse('2026-01-02T03:04:05.678Z'))
    assert.equal(about.last, 1_750_000_000_000)
  })

  test('events that were not changed for long are left out where the owner says so', async () => {
    const { book, put, attribute, ask } = start(3)
    put(9, began / 1000 - 3600, [attribute('domain', 'bad.example')])
    await ask({ section: { days: 1 } })
    assert.deepEqual(book.texts(), ['bad.example'])
  })

  test('entries of the manifest that are none are told, and lead nowhere', async () => {
    const { book, manifest, ask } = start(4)
    Object.assign(manifest, {
      '../../etc/passwd': { timestamp: '1' },
      'https://evil.example/x': { timestamp: '1' },
      [uuidOf(5)]: { timestamp: 'yesterday' },
      [uuidOf(6)]: null,
    })
    assert.equal((await ask()).length, 5)
    assert.equal(book.bad.length, 4)
    delete manifest[uuidOf(1)]
    await assert.rejects(ask(), { code: 'form' })
    assert.equal(book.reports.size, 4)
  })

  test('a key goes in the header that is named', async () => {
    const { book, files } = start(1)
    const section = { url, key: 'secret', key_header: 'X-Key' }
    const [first] = await pull(misp, section, book, ({ pathname }) => files.get(pathname) as Page)
    assert.equal(first?.headers?.['x-key'], 'secret')
  })
})
