import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { taxii } from '../../../../src/intel/feeds/taxii/taxii.ts'
import { FakeBook, type Page, pull, type PullOptions } from '../fake-host.ts'
import { idOf, indicator, relation } from '../stix/some-objects.ts'

const url = 'https://taxii.example/api1/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/'

/** A collection of objects, each with the time it was added. */
class MakeBelieveCollection {
  readonly objects: { added: string; object: Record<string, unknown> }[] = []
  /** How it pages: with marks of its own, or by the time added alone. */
  paging: 'next' | 'added_after' = 'next'
  failing: (url: URL) => Page | undefined = () => undefined

  add(object: Record<string, unknown>): void {
    const minute = String(this.objects.length % 60).padStart(2, '0')
    const hour = String(Math.floor(this.objects.length / 60)).padStart(2, '0')
    this.objects.push({ added: `2026-11-01T${hour}:${minute}:00.123456Z`, object })
  }

  readonly answer = (at: URL): Page | undefined => {
    const fails = this.failing(at)
    if (fails !== undefined) return fails
    assert.equal(at.pathname, '/api1/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/objects/')
    const { searchParams } = at
    const after = searchParams.get('added_after') ?? ''
    const from = Number(searchParams.get('next') ?? 0)
    const limit = Number(searchParams.get('limit'))
    const all = this.objects.filter(({ added }) => added > after)
    const some = all.slice(from, from + limit)
    const more = from + limit < all.length
    return {
      headers: some.length > 0 ? { 'x-taxii-date-added-last': some.at(-1)!.added } : {},
      body: {
        ...(some.length > 0 && { objects: some.map(({ object }) => object) }),
        ...(more && { more, ...(this.paging === 'next' && { next: String(from + limit) }) }),
      },
    }
  }
}

function start(objects: number) {
  const [server, book] = [new MakeBelieveCollection(), new FakeBook()]
  for (let number = 1; number <= objects; number++)
    server.add(indicator(number, `[domain-name:value = 'bad${number}.com']`))
  const ask = async (section: object = {}, options: PullOptions = {}) => {
    const asked = await pull(taxii, { url, page: 10, ...section }, book, server.answer, options)
    return asked.map((request) => {
      const { searchParams } = new URL(request.url)
      return [searchParams.get('added_after') ?? 'all', searchParams.get('next') ?? ''].join(' ').trim()
    })
  }
  return { server, book, ask }
}

describe('the feed taxii', () => {
  test('a collection is read envelope by envelope, by its marks', async () => {
    const { book, ask } = start(25)
    assert.deepEqual(await ask(), ['all', 'all 10', 'all 20'])
    assert.equal(book.reports.size, 25)
  })

  test('and where it has none, by when the last was added', async () => {
    const { server, book, ask } = start(25)
    server.paging = 'added_after'
    assert.deepEqual(await ask(), ['all', '2026-11-01T00:09:00.123456Z', '2026-11-01T00:19:00.123456Z'])
    assert.equal(book.reports.size, 25)
  })

  test('the next time only what was added since is asked for; a new version replaces the old', async () => {
    const { server, book, ask } = start(25)
    await ask()
    server.add(indicator(3, "[domain-name:value = 'other.com']", { modified: '2026-11-20T00:00:00Z' }))
    server.add(
      indicator(4, "[domain-name:value = 'bad4.com']", { modified: '2026-11-20T00:00:00Z', revoked: true }),
    )
    assert.deepEqual(await ask(), ['2026-11-01T00:24:00.123456Z'])
    assert.deepEqual(book.texts(idOf('indicator', 3)), ['other.com'])
    assert.ok(!book.reports.has(idOf('indicator', 4)))
    assert.equal(book.reports.size, 24)
    assert.deepEqual(await ask(), ['2026-11-01T00:26:00.123456Z'])
    assert.deepEqual(await ask(), ['2026-11-01T00:26:00.123456Z'])
  })

  test('where the server fails, what came before stays, and it goes on there', async () => {
    const { server, book, ask } = start(35)
    server.failing = (at) => (at.searchParams.get('next') === '20' ? 'server' : undefined)
    await assert.rejects(ask(), { code: 'server' })
    assert.equal(book.reports.size, 20)
    server.failing = () => undefined
    assert.deepEqual(await ask(), ['all 20', 'all 30'])
    assert.equal(book.reports.size, 35)
  })

  test('a mark that the server does not know any more is given up', async () => {
    const { server, book, ask } = start(35)
    server.failing = (at) => (at.searchParams.get('next') === '20' ? 'reach' : undefined)
    await assert.rejects(ask(), { code: 'reach' })
    let lost = true
    server.failing = (at) => (at.searchParams.has('next') && lost ? ((lost = false), 'gone') : undefined)
    assert.deepEqual(await ask(), ['all 20', 'all', 'all 10', 'all 20', 'all 30'])
    assert.equal(book.reports.size, 35)
  })

  test('malware and identities are known from earlier pulls', async () => {
    const { server, book, ask } = start(0)
    server.add({ type: 'malware', id: idOf('malware', 1), name: 'Emotet' })
    server.add({ type: 'identity', id: idOf('identity', 1), name: 'CERT Example' })
    await ask()
    server.add(indicator(1, "[domain-name:value = 'bad.com']", { created_by_ref: idOf('identity', 1) }))
    server.add(relation(1, idOf('indicator', 1), idOf('malware', 1)))
    await ask()
    const report = book.reports.get(idOf('indicator', 1))
    assert.equal(report?.malware, 'Emotet')
    assert.equal(report?.author, 'CERT Example')
  })

  for (const [name, bodies] of [
    [
      'the same mark again',
      [
        { more: true, next: 'a' },
        { more: true, next: 'a' },
      ],
    ],
    ['more, and no way to it', [{ more: true, objects: [] }]],
    ['a page', ['<html>']],
    ['pulses', [{ results: [], next: null }]],
    ['objects that are no list', [{ objects: { a: 1 } }]],
  ] as const)
    test(`${name} ends the pull`, async () => {
      const book = new FakeBook()
      let at = 0
      await assert.rejects(
        pull(taxii, { url }, book, () => bodies[at++] as Page),
        { code: 'form' },
      )
    })

  test('an empty collection is none to worry about', async () => {
    const { book, ask } = start(0)
    const now = Date.parse('2026-11-25T12:00:00Z')
    await ask({}, { now })
    assert.deepEqual(await ask({}, { now }), ['2026-11-25T11:00:00.000Z'])
    assert.equal(book.reports.size, 0)
  })

  test('the first time it may go back so many days only', async () => {
    const { ask } = start(3)
    assert.deepEqual(await ask({ days: 2 }, { now: Date.parse('2026-11-02T00:00:00Z') }), [
      '2026-10-31T00:00:00.000Z',
    ])
  })

  const keys: readonly (readonly [object, string, string])[] = [
    [{ user: 'me', key: 'secret' }, 'authorization', 'Basic bWU6c2VjcmV0'],
    [{ key: 'secret' }, 'authorization', 'Bearer secret'],
    [{ key: 'secret', key_scheme: 'Token' }, 'authorization', 'Token secret'],
    [{ key: 'secret', key_header: 'X-Key', key_scheme: '' }, 'x-key', 'secret'],
  ]
  for (const [section, header, value] of keys)
    test(`${JSON.stringify(section)} is sent as ${header}: ${value}`, async () => {
      const { server, book } = start(0)
      const [first] = await pull(taxii, { url: `${url}objects/`, ...section }, book, server.answer)
      assert.equal(first?.headers?.[header], value)
      assert.equal(first?.headers?.['accept'], 'application/taxii+json;version=2.1')
    })
})
