import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { collectionsOf } from '../../../src/hub/taxii/collections.ts'
import { taxii } from '../../../src/intel/publish/taxii.ts'
import { type FakeList, fakeBlocklist } from '../../intel/publish/fake-blocklist.ts'
import { onlyFile, rendered } from '../../intel/publish/rendered.ts'
import { type StixObject, valueOf } from '../../intel/publish/stix-read.ts'
import { startTestApi } from '../api/host.ts'

const accept = { Accept: 'application/taxii+json;version=2.1' }
const day = (number: number) => Date.UTC(2026, 11, number)

interface Envelope {
  readonly more?: boolean
  readonly next?: string
  readonly objects?: readonly StixObject[]
}

/** The hub's API with one collection, and how its file is published. */
async function server() {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-taxii-'))
  const sections = [
    { name: 'other', target: 'plain', path: 'list.txt' },
    { name: 'feed', target: 'taxii', path: join(folder, 'feed.jsonl') },
  ]
  const collections = collectionsOf(sections, folder)
  const path = collections[0]!.path
  const t = await startTestApi({ collections })
  const token = await readFile(join(t.folder, 'state', 'cli-token'), 'utf8')
  const headers = { ...accept, Authorization: `Bearer ${token}` }
  let files: ReadonlyMap<string, string> | undefined
  const get = async (at: string, more: Record<string, string> = {}) =>
    await t.ask(at, { headers: { ...headers, ...more } })
  const told = (await get('/taxii2/sundew/collections/')).json() as { collections: { id: string }[] }
  assert.equal(told.collections.length, 1)
  const base = `/taxii2/sundew/collections/${told.collections[0]!.id}`
  return {
    t,
    token,
    get,
    base,
    path,
    async publish(list: FakeList, made: number) {
      files = rendered(taxii, fakeBlocklist({ ...list, made }), taxii.config.parse({}), files).files
      await writeFile(path, onlyFile(files))
    },
    async objects(query = '') {
      const answer = await get(`${base}/objects/${query}`)
      assert.equal(answer.status, 200, answer.text)
      return { ...(answer.json() as Envelope), headers: answer.headers }
    },
    async [Symbol.asyncDispose]() {
      await t[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

const values = (objects: readonly StixObject[] = []) =>
  objects.filter(({ type }) => type === 'indicator').map((object) => valueOf(object).value)

test('discovery names an API root, that one its collections, and each says what it is', async () => {
  await using s = await server()
  const discovery = await s.get('/taxii2/')
  assert.equal(discovery.headers['content-type'], 'application/taxii+json;version=2.1')
  const {
    api_roots: [root],
  } = discovery.json() as { api_roots: [string] }
  assert.match(root, /^http:\/\/127\.0\.0\.1:\d+\/taxii2\/sundew\/$/)
  const about = (await s.get(new URL(root).pathname)).json() as { versions: string[] }
  assert.deepEqual(about.versions, ['application/taxii+json;version=2.1'])
  const collection = (await s.get(`${s.base}/`)).json() as Record<string, unknown>
  assert.deepEqual(
    [collection['title'], collection['can_read'], collection['can_write']],
    ['feed', true, false],
  )
})

test('nobody reads without a token, which may also come as a password', async () => {
  await using s = await server()
  const basic = (secret: string) => `Basic ${Buffer.from(`misp:${secret}`).toString('base64')}`
  for (const [authorization, status] of [
    ['', 401],
    ['Bearer wrong', 401],
    [basic('wrong'), 401],
    [`Basic ${s.token}`, 401],
    [basic(s.token), 200],
    [`Token ${s.token}`, 200],
  ] as const) {
    const answer = await s.t.ask('/taxii2/', {
      headers: { ...accept, ...(authorization === '' ? {} : { Authorization: authorization }) },
    })
    assert.equal(answer.status, status, authorization)
    if (status === 401) assert.match(answer.headers['www-authenticate'] ?? '', /Basic/)
  }
  for (const path of ['/taxii2', '/taxii2/sundew', `${s.base}/objects`, `${s.base}/x`, '/taxii2/none/'])
    assert.equal((await s.t.ask(path, { headers: accept })).status, 401, path)
  assert.equal((await s.get('/taxii2')).status, 200)
})

test('who wants something other than TAXII 2.1 is told so', async () => {
  await using s = await server()
  for (const [type, status] of [
    ['application/taxii+json;version=2.0', 406],
    ['application/vnd.oasis.taxii+json; version=2.0', 406],
    ['text/html', 406],
    ['application/taxii+json', 200],
    ['application/taxii+json; version="2.1"', 200],
    ['text/html, */*;q=0.1', 200],
  ] as const)
    assert.equal((await s.get('/taxii2/', { Accept: type })).status, status, type)
})

test('a collection that was never published is empty, and one that is not there is not', async () => {
  await using s = await server()
  const { objects, headers } = await s.objects()
  assert.equal(objects, undefined)
  assert.equal(headers['x-taxii-date-added-first'], undefined)
  assert.equal(
    (await s.get('/taxii2/sundew/collections/00000000-0000-4000-8000-000000000000/objects/')).status,
    404,
  )
  assert.equal((await s.get('/taxii2/other/')).status, 404)
})

test('what was added since is asked for by its date, and what is gone comes as revoked', async () => {
  await using s = await server()
  await s.publish({ hosts: ['a.example', 'b.example'] }, day(1))
  const first = await s.objects()
  assert.deepEqual(values(first.objects), ['a.example', 'b.example'])
  const last = first.headers['x-taxii-date-added-last'] as string
  assert.equal(last, '2026-12-01T00:00:00.000Z')
  assert.equal((await s.objects(`?added_after=${last}`)).objects, undefined)
  await s.publish({ hosts: ['b.example', 'c.example'] }, day(2))
  const later = await s.objects(`?added_after=2026-12-01T00:00:00.000001Z`)
  assert.deepEqual(
    later.objects?.map((object) => [valueOf(object).value, object.revoked === true]),
    [
      ['a.example', true],
      ['c.example', false],
    ],
  )
})

test('pages follow each other without gap or repetition, also where the list is published meanwhile', async () => {
  await using s = await server()
  const hosts = Array.from({ length: 25 }, (_, at) => `n${String(at).padStart(2, '0')}.example`)
  await s.publish({ hosts }, day(1))
  const seen: string[] = []
  let next: string | undefined
  let pages = 0
  do {
    const page = await s.objects(`?limit=4${next === undefined ? '' : `&next=${next}`}`)
    seen.push(...(page.objects ?? []).map(({ id }) => id))
    assert.equal(page.more === true, page.next !== undefined)
    next = page.next
    if (pages++ === 2) await s.publish({ hosts: [...hosts, 'zz.example'] }, day(2))
  } while (next !== undefined)
  assert.equal(pages, 7)
  assert.equal(seen.length, 27)
  assert.equal(new Set(seen).size, 27)
})

test('a page whose last object is gone goes on where it was added', async () => {
  await using s = await server()
  await s.publish({ hosts: ['a.example', 'b.example', 'c.example'] }, day(1))
  const page = await s.objects('?limit=2')
  assert.deepEqual(values(page.objects), ['a.example'])
  await s.publish({ hosts: ['b.example', 'c.example'] }, day(2))
  const rest = await s.objects(`?next=${page.next}`)
  assert.ok(values(rest.objects).includes('b.example'))
  assert.ok(values(rest.objects).includes('c.example'))
})

test('filters choose by id, type, version and specification', async () => {
  await using s = await server()
  await s.publish({ hosts: ['a.example', 'b.example'] }, day(1))
  const { objects = [] } = await s.objects()
  const [identity, a] = objects
  const count = async (query: string) => (await s.objects(query)).objects?.length ?? 0
  assert.equal(await count('?match[type]=indicator'), 2)
  assert.equal(await count('?match[type]=identity,malware'), 1)
  assert.equal(await count(`?match[id]=${a!.id},${identity!.id}`), 2)
  assert.equal(await count('?match[id]=indicator--x'), 0)
  assert.equal(await count('?match[version]=all'), 3)
  assert.equal(await count(`?match[version]=${a!.modified}`), 2)
  assert.equal(await count('?match[spec_version]=2.0'), 0)
  const one = (await s.get(`${s.base}/objects/${a!.id}/`)).json() as Envelope
  assert.deepEqual(one.objects, [a])
  const versions = (await s.get(`${s.base}/objects/${a!.id}/versions/`)).json()
  assert.deepEqual(versions, { versions: [a!.modified] })
  const manifest = (await s.get(`${s.base}/manifest/?match[id]=${a!.id}`)).json()
  assert.deepEqual(manifest, {
    objects: [
      {
        id: a!.id,
        date_added: '2026-12-01T00:00:00.000Z',
        version: a!.modified,
        media_type: 'application/stix+json;version=2.1',
      },
    ],
  })
})

test('what cannot be asked so is answered with TAXII’s error', async () => {
  await using s = await server()
  for (const query of [
    'limit=0',
    'limit=x',
    'added_after=yesterday',
    'next=zzz',
    `match[id]=${'a,'.repeat(200)}`,
  ]) {
    const answer = await s.get(`${s.base}/objects/?${query}`)
    assert.equal(answer.status, 400, query)
    assert.equal((answer.json() as { http_status: string }).http_status, '400')
  }
  const posted = await s.t.ask(`${s.base}/objects/`, {
    method: 'POST',
    headers: { ...accept, Authorization: `Bearer ${s.token}` },
    body: '{}',
  })
  assert.equal(posted.status, 405)
})

test('a file that is no collection any more has no objects and breaks nothing', async () => {
  await using s = await server()
  await writeFile(s.path, `<html>\n${'x'.repeat(3_000_000)}\n{"type":"indicator"}\n`)
  assert.equal((await s.objects()).objects, undefined)
})
