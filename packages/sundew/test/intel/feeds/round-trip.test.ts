import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FeedError, type Feed } from '../../../src/intel/feeds/feed.ts'
import { misp } from '../../../src/intel/feeds/misp/misp.ts'
import { stix } from '../../../src/intel/feeds/stix/bundle.ts'
import { misp as toMisp } from '../../../src/intel/publish/misp.ts'
import { stix as toStix } from '../../../src/intel/publish/stix.ts'
import { fakeBlocklist } from '../publish/fake-blocklist.ts'
import { rendered } from '../publish/rendered.ts'
import { answer, Puller } from './puller.ts'

/** Why something is listed, in words that would like to be more than words. */
const why = { title: `it's "bad" \\ ' OR 1=1\n[x]`, link: 'https://otx.alienvault.com/pulse/1' }
const told = {
  addresses: [{ value: '198.51.100.7', why }, '203.0.113.0/24', '2001:db8::1', '2001:db8:1::/48'],
  domains: [{ value: 'bad.com', why }, 'evil.co.uk'],
  hosts: ['a.bad.org', 'xn--bcher-kva.example'],
  texts: [
    { type: 'url', value: `http://bad.com/a'b/c%27?d=\\%27` },
    { type: 'email', value: "o'brien@bad.com" },
    { type: 'hash', value: 'ab'.repeat(32) },
    { type: 'hash', value: 'cd'.repeat(16) },
    { type: 'file_name', value: `it's "one" [x].exe` },
    { type: 'as', value: 'AS64496' },
  ],
  allowedAddresses: ['203.0.113.9'],
} as const

/** What of it a format keeps to itself: name, and how it is read. */
const formats: readonly (readonly [string, Feed<never>, () => ReadonlyMap<string, string>])[] = [
  [
    'MISP',
    misp as unknown as Feed<never>,
    () => rendered(toMisp, fakeBlocklist(told), { organisation: 'x', most: 1000 }).files,
  ],
  ['STIX', stix as unknown as Feed<never>, () => rendered(toStix, fakeBlocklist(told), {}).files],
]

describe('what one Sundew publishes another reads', () => {
  for (const [name, feed, files] of formats)
    test(`as ${name}`, async () => {
      const published = files()
      using source = new Puller(feed, {
        url: `https://other.example/${name === 'STIX' ? [...published.keys()][0] : 'feed'}`,
      })
      const trouble = await source.pull(async ({ url }) => {
        const body = published.get(new URL(url).pathname.split('/').at(-1)!)
        if (body === undefined) throw new FeedError('gone', url)
        return answer(body)
      })
      assert.equal(trouble, undefined)
      assert.deepEqual(source.state.examples, [])
      const wanted = [
        ...['198.51.100.7', '2001:db8::1', '2001:db8:1::/48'].map((value) => `address ${value}`),
        ...['bad.com', 'evil.co.uk'].map((value) => `domain ${value}`),
        'hostname a.bad.org',
        ...told.texts.map(({ type, value }) => `${type} ${value}`),
      ]
      const found = source.indicators
      for (const one of wanted) assert.ok(found.includes(one), `${one} in ${found.join('\n')}`)
      assert.ok(found.some((one) => one.endsWith(' xn--bcher-kva.example')))
      // The hole is none of them.
      assert.equal(found.filter((one) => one.startsWith('address 203.0.113.')).length, 8)
      assert.ok(!found.includes('address 203.0.113.9'))
      assert.match(source.sightings.get('domain bad.com')?.[0]?.title ?? '', /bad/)
    })
})
