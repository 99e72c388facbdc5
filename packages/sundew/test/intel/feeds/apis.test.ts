import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Feed, FeedError } from '../../../src/intel/feeds/feed.ts'
import { misp } from '../../../src/intel/feeds/misp/misp.ts'
import { otx } from '../../../src/intel/feeds/otx/otx.ts'
import { stix } from '../../../src/intel/feeds/stix/bundle.ts'
import { taxii } from '../../../src/intel/feeds/taxii/taxii.ts'
import { FakeBook, type Page, pull } from './fake-host.ts'
import { MakeBelieveOtx, somePulses } from './otx/make-believe.ts'
import { indicator, relation } from './stix/some-objects.ts'

const samples = join(import.meta.dirname, '../../../../../testdata/intel')
const files = readdirSync(samples, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile())
  .map((file) => join(file.parentPath, file.name))

const uuid = '00000000-0000-4000-8000-000000000001'

/** A source that is asked page by page, and what it has. */
interface Served {
  readonly feed: Feed<never>
  readonly section: object
  /** Good pages, by what their path ends with. */
  readonly pages: Readonly<Record<string, string>>
  /** Pages of its own kind among the samples. */
  readonly own: RegExp
}

const server = new MakeBelieveOtx()
server.pulses = somePulses(3)
const subscribed = server.answer(new URL('https://x/api/v1/pulses/subscribed?limit=20'), {
  url: '',
  headers: { 'x-otx-api-key': 'secret' },
})
const objects = [
  indicator(1, "[domain-name:value = 'bad.com']", { name: 'C2' }),
  indicator(2, "[ipv4-addr:value IN ('198.51.100.1', '198.51.100.2')]", { confidence: 40 }),
  relation(1, String(indicator(1, '')['id']), `malware--${uuid}`),
]

const served: readonly Served[] = [
  {
    feed: otx as Feed<never>,
    section: { key: 'secret' },
    pages: {
      subscribed: JSON.stringify(subscribed),
      events:
        '{"results": [{"action": "delete", "object_type": "pulse", "object_id": "x", "created": "2026-11-25T00:00:00"}], "next": null}',
    },
    own: /otx_/,
  },
  {
    feed: misp as Feed<never>,
    section: { url: 'https://misp.example/feed' },
    pages: {
      'manifest.json': JSON.stringify({ [uuid]: { timestamp: '1750000000', info: 'x' } }),
      [`${uuid}.json`]: JSON.stringify({
        Event: { info: 'x', Attribute: [{ type: 'ip-dst|port', value: '198.51.100.1|80', to_ids: true }] },
      }),
    },
    own: /misp_/,
  },
  {
    feed: taxii as Feed<never>,
    section: { url: 'https://taxii.example/api/collections/1/' },
    pages: { 'objects/': JSON.stringify({ objects }) },
    own: /none/,
  },
  {
    feed: stix as Feed<never>,
    section: { url: 'https://stix.example/bundle' },
    pages: { bundle: JSON.stringify({ type: 'bundle', objects }) },
    own: /none/,
  },
]

for (const { feed, section, pages, own } of served)
  describe(`what the feed ${feed.type} is sent`, () => {
    const good = (url: URL): Page | undefined =>
      Object.entries(pages).find(([path]) => url.pathname.endsWith(path))?.[1]
    /** Pulls; a FeedError is an answer, all else a fault. */
    const ask = async (book: FakeBook, answer: (url: URL) => Page | undefined) => {
      try {
        await pull(feed, section, book, answer)
      } catch (error) {
        if (!(error instanceof FeedError)) throw error
      }
    }

    for (const file of files)
      test(`may be ${file.slice(samples.length + 1)}`, async () => {
        const text = readFileSync(file, 'utf8')
        const book = new FakeBook()
        await ask(book, good)
        const known = book.texts().length
        assert.ok(known > 0)
        await ask(book, () => text)
        if (!own.test(file)) assert.equal(book.texts().length, known)
        // The first time, and as any of its pages.
        for (const path of Object.keys(pages)) {
          const fresh = new FakeBook()
          await ask(fresh, (url) => (url.pathname.endsWith(path) ? text : good(url)))
          if (!own.test(file)) assert.ok(fresh.texts().length <= known)
        }
      })

    test('may be cut anywhere: nothing is lost that was known', async () => {
      const book = new FakeBook()
      await ask(book, good)
      const known = book.texts()
      for (const [path, page] of Object.entries(pages))
        for (let length = 0; length < page.length; length += 7) {
          await ask(book, (url) => (url.pathname.endsWith(path) ? page.slice(0, length) : good(url)))
          assert.deepEqual(book.texts(), known)
        }
    })

    test('may have any values in the place of its own', async () => {
      const paths = Object.keys(pages)
      const odd = fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom('=cmd|x', 'a\nb\tc', '\u0000', 1e300, '__proto__'),
      )
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...paths),
          fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 4 }),
          async (path, changes) => {
            const value: unknown = JSON.parse(pages[path]!)
            for (const [at, put] of changes) replace(value, at, put)
            const book = new FakeBook()
            await ask(book, (url) => (url.pathname.endsWith(path) ? JSON.stringify(value) : good(url)))
            for (const {
              title,
              author = '',
              tags = [],
              malware = '',
              link = '',
              tlp = '',
            } of book.reports.values())
              for (const text of [title, author, malware, link, tlp, ...tags])
                assert.doesNotMatch(text, /[\p{Cc}\u2028\u2029]/u)
            for (const { about } of book.sightings)
              assert.doesNotMatch(about.title ?? '', /[\p{Cc}\u2028\u2029]/u)
          },
        ),
        { numRuns: 300 },
      )
    })

    test('may be deep', async () => {
      const book = new FakeBook()
      const deep = `${'{"results":[{"indicators":['.repeat(30_000)}`
      await ask(book, () => deep)
      await ask(
        book,
        () =>
          `{"objects":${'['.repeat(200_000)}${']'.repeat(200_000)},"results":[${'[['.repeat(9000)}${']]'.repeat(9000)}]}`,
      )
      assert.deepEqual(book.texts(), [])
    })
  })

/** Puts something in the place of one value of a JSON value, whichever the number says. */
function replace(value: unknown, number: number, put: unknown): void {
  const places: [Record<string, unknown>, string][] = []
  const walk = (one: unknown) => {
    if (typeof one !== 'object' || one === null) return
    for (const key of Object.keys(one)) {
      places.push([one as Record<string, unknown>, key])
      walk((one as Record<string, unknown>)[key])
    }
  }
  walk(value)
  const place = places[number % Math.max(1, places.length)]
  if (place) place[0][place[1]] = put
}
