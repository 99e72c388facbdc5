import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { misp } from '../../../src/intel/feeds/misp/misp.ts'
import { otx } from '../../../src/intel/feeds/otx/otx.ts'
import { taxii } from '../../../src/intel/feeds/taxii/taxii.ts'
import {
  answered,
  chunksCut,
  errorPage,
  FeedServer,
  moved,
  type Reply,
  truncated,
  withKey,
} from '../../feed-server.ts'
import { MakeBelieveOtx, somePulses } from './otx/make-believe.ts'
import { Puller } from './puller.ts'
import { indicator } from './stix/some-objects.ts'

/** What goes wrong on the way, and what is said of it. */
const damages: readonly (readonly [string, Reply, RegExp])[] = [
  ['504', answered(504, '<html>Gateway Time-out</html>'), /server/],
  ['a body that breaks off', truncated('{"results":[]'), /cut/],
  ['chunks that break off', chunksCut('{"results":[]'), /cut/],
  ['a web page that calls itself a success', errorPage(), /form/],
  ['a redirect to another host', moved('http://127.0.0.2:9/'), /redirect/],
  ['403', answered(403), /key/],
  ['429 for an hour', answered(429, '', { 'retry-after': '3600' }), /rate/],
]

describe('feeds that are asked page by page, over HTTP and into the book', () => {
  let server: FeedServer
  before(async () => {
    server = await FeedServer.start()
  })
  after(() => server[Symbol.asyncDispose]())
  let fails: ((path: string) => Reply | undefined) | undefined
  beforeEach(() => {
    fails = undefined
  })
  /** Answers with JSON, or with what goes wrong. */
  const serve = (answer: (url: URL) => unknown, key?: string) => {
    const reply: Reply = (request, response) => {
      const url = new URL(request.url ?? '', server.url(''))
      const failure = fails?.(request.url ?? '')
      if (failure) return failure(request, response)
      const body = answer(url)
      return answered(body === undefined ? 404 : 200, JSON.stringify(body))(request, response)
    }
    server.on('*', key === undefined ? reply : withKey('x-otx-api-key', key, reply))
  }

  test('OTX: pages, a revision, a deletion and a 504 end in the book as they should', async () => {
    const pulses = new MakeBelieveOtx()
    pulses.pulses = somePulses(60).map((pulse, index) => ({
      ...pulse,
      indicators: [{ type: 'domain', indicator: `bad${index}.com` }],
    }))
    serve((url) => pulses.answer(url, { url: url.href, headers: { 'x-otx-api-key': 'secret' } }), 'secret')
    using source = new Puller(otx, { url: server.url(''), key: 'secret', page: 10 })
    fails = (path) => (/limit=(?:10|5)&page=(?:4|7|8)\b/.test(path) ? answered(504) : undefined)
    assert.equal(await source.pull(), undefined)
    assert.equal(source.indicators.length, 60)
    Object.assign(pulses.pulses[5]!, {
      modified: '2026-11-20T00:00:00.000000',
      indicators: [{ type: 'IPv4', indicator: '45.61.1.2' }],
    })
    const [gone] = pulses.pulses.splice(7, 1)
    pulses.events = [
      { action: 'delete', object_type: 'pulse', object_id: gone!.id, created: '2026-11-26T00:00:00' },
    ]
    assert.equal(await source.pull(), undefined)
    assert.equal(source.indicators.length, 59)
    assert.ok(source.indicators.includes('address 45.61.1.2'))
    assert.ok(
      !source.indicators.includes('domain bad5.com') && !source.indicators.includes('domain bad7.com'),
    )
    const [sighting] = source.sightings.get('address 45.61.1.2') ?? []
    assert.equal(sighting?.title, 'Pulse 6')
    assert.equal(sighting.link, `https://otx.alienvault.com/pulse/${pulses.pulses[5]!.id}`)
  })

  for (const [what, damage, code] of damages)
    test(`${what} changes nothing that is known, and the next pull goes on`, async () => {
      const pulses = new MakeBelieveOtx()
      pulses.pulses = somePulses(5).map((pulse, index) => ({
        ...pulse,
        indicators: [{ type: 'domain', indicator: `bad${index}.com` }],
      }))
      const sources = [
        [new Puller(otx, { url: server.url(''), key: 'secret' }), /pulses/],
        [new Puller(misp, { url: server.url('/misp') }), /misp/],
        [new Puller(taxii, { url: server.url('/api/collections/1/') }), /collections/],
      ] as const
      serve((url) => {
        if (url.pathname.includes('/pulses/'))
          return pulses.answer(url, { url: url.href, headers: { 'x-otx-api-key': 'secret' } })
        if (url.pathname.includes('/collections/'))
          return { objects: [indicator(1, "[domain-name:value = 'bad.com']")] }
        if (url.pathname.endsWith('manifest.json'))
          return { '00000000-0000-4000-8000-000000000001': { timestamp: '1750000000' } }
        return { Event: { info: 'x', Attribute: [{ type: 'domain', value: 'bad.com', to_ids: true }] } }
      })
      for (const [source, paths] of sources) {
        assert.equal(await source.pull(), undefined)
        const known = source.indicators
        assert.ok(known.length > 0)
        fails = (path) => (paths.test(path) ? damage : undefined)
        assert.match((await source.pull())?.code ?? '', code)
        assert.deepEqual(source.indicators, known)
        fails = undefined
        assert.equal(await source.pull(), undefined)
        assert.deepEqual(source.indicators, known)
        source[Symbol.dispose]()
      }
    })
})
