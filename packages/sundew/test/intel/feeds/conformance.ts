import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Feed } from '../../../src/intel/feeds/feed.ts'
import type { IndicatorType } from '../../../src/intel/indicator/indicator.ts'
import {
  answered,
  chunksCut,
  errorPage,
  FeedServer,
  halfPacked,
  type Reply,
  truncated,
  whole,
} from '../../feed-server.ts'
import { answer, longLine, Puller } from './puller.ts'

const samples = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'intel')

/** What other publishers write. */
const foreignNames = readdirSync(samples, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'SOURCES.md')
  .map((entry) => relative(samples, join(entry.parentPath, entry.name)))

/** A feed as its publisher serves it. */
export interface Served<C> {
  readonly feed: Feed<C>
  /** Its section where the publisher's server is at this address. */
  readonly section: (url: (path: string) => string) => object
  /** The bodies of one time, by path. */
  readonly sample: Readonly<Record<string, string | Uint8Array>>
  /** What they tell: `type value`, in any order. */
  readonly indicators: readonly string[]
  /** Bodies with so many indicators, each body with as many. */
  readonly many: (count: number) => Readonly<Record<string, string>>
  /** What it may tell; all where not given. */
  readonly types?: readonly IndicatorType[]
  /** Bodies without an indicator that are right. */
  readonly empty?: Readonly<Record<string, string>>
}

/** What every feed keeps to that pulls files: good ones are taken, and nothing else does harm to what is known. */
export function conforms<C>({ feed, section, sample, indicators, many, types, empty }: Served<C>): void {
  describe(`the feed ${feed.type}`, () => {
    let server: FeedServer
    before(async () => {
      server = await FeedServer.start()
    })
    after(() => server[Symbol.asyncDispose]())
    const puller = () =>
      new Puller(
        feed,
        section((path) => server.url(path)),
      )
    const serve = (
      bodies: Readonly<Record<string, string | Uint8Array>>,
      reply: (body: string | Uint8Array) => Reply = whole,
    ) => {
      for (const [path, body] of Object.entries(bodies)) server.on(path, reply(body))
    }
    const expected = indicators.toSorted()

    test('has habits that its publisher can bear', () => {
      const { everyMinutes, leastMinutes, weight } = feed.habits
      assert.ok(leastMinutes >= 5 && everyMinutes >= leastMinutes)
      assert.ok(weight > 0 && weight <= 100)
      using source = puller()
      for (const url of feed.urls(source.config)) assert.ok(URL.canParse(url))
    })

    test('tells what its publisher lists', async () => {
      serve(sample)
      using source = puller()
      assert.equal(await source.pull(), undefined)
      assert.deepEqual(source.indicators, expected)
      assert.equal(source.state.bad, 0, source.state.examples.join())
    })

    test('asks whether it has changed, and keeps all where it has not', async () => {
      serve(sample)
      using source = puller()
      await source.pull()
      const asked = server.asked.length
      assert.equal(await source.pull(), undefined)
      assert.deepEqual(source.indicators, expected)
      const again = server.asked.slice(asked)
      assert.equal(again.length, Object.keys(sample).length)
      for (const { headers } of again) assert.match(headers['if-none-match'] ?? '', /^"/)
      // A server that knows nothing of this sends the same again.
      serve(sample, (body) => answered(200, String(body)))
      assert.equal(await source.pull(), undefined)
      assert.deepEqual(source.indicators, expected)
    })

    test('forgets what is no longer listed', async () => {
      serve(many(40))
      using source = puller()
      assert.equal(await source.pull(), undefined)
      const [before40] = [source.indicators]
      serve(many(30))
      assert.equal(await source.pull(), undefined)
      const after30 = source.indicators
      assert.equal(after30.length, (before40.length / 40) * 30)
      assert.ok(after30.every((one) => before40.includes(one)))
    })

    const damages: readonly (readonly [string, (body: string | Uint8Array) => Reply])[] = [
      ['that breaks off', (body) => truncated(body)],
      ['whose chunks break off', (body) => chunksCut(body)],
      ['half of what is packed', (body) => halfPacked(body, 'gzip')],
      ['a web page that calls itself a success', () => errorPage()],
      ['an object that says what is wrong', () => whole('{"error":"unauthorized","indicators":null}\n')],
      ['nothing', () => whole('')],
      ['blank lines', () => whole('\n\r\n \n'.repeat(100))],
      ['one null', () => whole('\0'.repeat(10_000))],
      ['404', () => answered(404, '404 page not found')],
      ['403', () => answered(403)],
      ['500', () => answered(500, '<html>')],
    ]
    for (const [what, damage] of damages)
      test(`keeps what it had where there is ${what}, and goes on afterwards`, async () => {
        serve(many(120))
        using source = puller()
        assert.equal(await source.pull(), undefined)
        const known = source.indicators
        serve(many(120), damage)
        assert.ok(await source.pull(), 'it says nothing of it')
        assert.deepEqual(source.indicators, known)
        assert.ok(await source.pull(), 'it says nothing of it the second time')
        assert.deepEqual(source.indicators, known)
        serve(many(125))
        assert.equal(await source.pull(), undefined)
        assert.equal(source.indicators.length, (known.length / 120) * 125)
      })

    test('keeps what it had where more than half is missing', async () => {
      serve(many(300))
      using source = puller()
      await source.pull()
      const known = source.indicators
      serve(
        Object.fromEntries(
          Object.entries(many(300)).map(([path, body]) => [
            path,
            body.slice(0, Math.floor(body.length * 0.4)),
          ]),
        ),
      )
      assert.ok(await source.pull())
      assert.deepEqual(source.indicators, known)
    })

    for (const name of foreignNames)
      test(`takes no harm from ${name}`, async () => {
        const foreign = readFileSync(join(samples, name))
        const own = Object.values(sample).some((body) => foreign.equals(Buffer.from(body)))
        using fresh = puller()
        await fresh.pull(async () => answer(foreign))
        assertTidy(fresh.indicators, types)
        if (own) return
        using source = puller()
        const bodies = many(300)
        await source.pull(async ({ url }) => answer(bodies[pathOf(url)] ?? ''))
        const known = source.indicators
        await source.pull(async () => answer(foreign))
        assert.deepEqual(source.indicators, known)
      })

    for (const character of ['1', '"', '{'])
      test(`reads 200 MB of ${JSON.stringify(character)} on a line in its time`, async () => {
        using source = puller()
        const began = performance.now()
        let asked = 0
        const fetch = async () => longLine(asked++ === 0 ? 200e6 : 1e6, character)
        assert.ok(await source.pull(fetch))
        assert.ok(performance.now() - began < 20_000)
        assert.deepEqual(source.indicators, [])
      })

    test('bears any change to what it is sent', async () => {
      const paths = Object.entries(sample).map(([path, body]) => [path, Buffer.from(body)] as const)
      const change = fc.record({
        at: fc.nat(),
        remove: fc.nat(40),
        put: fc.oneof(
          fc.string({ maxLength: 12 }),
          fc.constantFrom(
            "=cmd|' /C calc'!A0",
            '\n',
            '\t',
            '"',
            ',',
            '\\u0000',
            '\0',
            '\u2028',
            '\u202e',
            '{',
            '}',
            '[',
            '::',
            '/0',
            '.',
            '*.',
            '1e9',
            'null',
          ),
        ),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
          using source = puller()
          await source.pull(async ({ url }) => {
            let body = paths.find(([path]) => path === pathOf(url))?.[1] ?? Buffer.alloc(0)
            for (const { at, remove, put } of changes) {
              const from = at % (body.length + 1)
              body = Buffer.concat([body.subarray(0, from), Buffer.from(put), body.subarray(from + remove)])
            }
            return answer(body)
          })
          assertTidy(source.indicators, types)
        }),
        { numRuns: 40 },
      )
    })

    if (empty)
      test('an empty list is right where its publisher says so', async () => {
        serve(sample)
        using source = puller()
        await source.pull()
        serve(empty)
        assert.equal(await source.pull(), undefined)
        assert.deepEqual(source.indicators, [])
      })
  })
}

function pathOf(url: string): string {
  return new URL(url).pathname
}

function assertTidy(indicators: readonly string[], types: readonly string[] | undefined): void {
  for (const one of indicators) {
    assert.doesNotMatch(one, /[\p{Cc}\u2028\u2029\u202e]/u)
    assert.ok(!types || types.includes(one.slice(0, one.indexOf(' '))), one)
  }
}
