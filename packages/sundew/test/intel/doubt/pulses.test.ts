import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { loadAllow } from '../../../src/intel/allow/load.ts'
import { judge } from '../../../src/intel/doubt/judge.ts'
import { doubtRules } from '../../../src/intel/doubt/rules.ts'
import type { Indicator } from '../../../src/intel/indicator/indicator.ts'
import { parseIndicator } from '../../../src/intel/indicator/parse.ts'
import { leaks } from '../../../src/intel/publish/blocklist-leaks.ts'
import { configSchema } from '../../../src/config.ts'
import { blocklistOf, type Listing } from '../publish/sets.ts'

const testdata = join(import.meta.dirname, '../../../../../testdata')
const section = configSchema.parse({}).intel.doubt
const now = Date.parse('2015-10-01')
const { book } = loadAllow({
  core: { networks: [], resolvers: [], domains: [], feedHosts: [], bogons: true },
  own: [],
  warninglists: [{ path: join(testdata, 'warninglists'), kind: 'misp' }],
  now,
})

interface Pulse {
  readonly author_name: string
  readonly name: string
  readonly indicators: readonly { readonly indicator: string }[]
}

/** What a pulse lists when somebody put what its victims fetch into it, too: certificate hosts, resolvers, private addresses. */
const careless = [
  'ocsp.digicert.com',
  'http://crl.globalsign.net/root.crl',
  '8.8.8.8',
  '192.168.1.1',
  'www.msftncsi.com',
]

function listingsOf(pulses: readonly Pulse[], authors: readonly string[]): Listing[] {
  const rules = doubtRules({ ...section, authors })
  return pulses.flatMap(({ author_name: author, name, indicators }) =>
    indicators.flatMap(({ indicator: text }): Listing[] => {
      const indicator = parseIndicator(text)
      if (indicator.type === 'refused') return []
      const witness = {
        source: 'otx',
        report: name,
        author,
        weight: 60,
        ceiling: 'block',
        last: now,
      } as const
      const witnesses = [{ ...witness, confidence: undefined, compromised: false }]
      const { action } = judge({ ...indicator, witnesses, allowed: book.decide(indicator) }, rules, now)
      return action === 'none' ? [] : [{ indicator, action, title: name }]
    }),
  )
}

describe('pulses as they are', () => {
  const pulses = JSON.parse(
    readFileSync(join(testdata, 'intel/otx_pulses_2015_real.json'), 'utf8'),
  ) as Pulse[]
  const authors = [...new Set(pulses.map(({ author_name }) => author_name))]
  const spoilt = pulses.map((pulse) => ({
    ...pulse,
    indicators: [...pulse.indicators, ...careless.map((indicator) => ({ indicator }))],
  }))

  test('alert, and block nothing, as long as their author is not trusted', () => {
    const listings = listingsOf(pulses, [])
    assert.ok(listings.length > 50)
    assert.ok(listings.every(({ action }) => action === 'alert'))
    assert.deepEqual(blocklistOf(listings, book).counts, { addresses: 0, names: 0, texts: 0 })
  })

  test('of trusted authors block, and nothing allowed among it', () => {
    const listings = listingsOf(spoilt, authors)
    const listed = new Set(listings.map(({ indicator }) => indicator.value))
    for (const text of careless) assert.equal(listed.has(text), false, text)
    const list = blocklistOf(listings, book)
    const values: Indicator[] = [
      ...Array.from(list.names(), ({ name, covers }): Indicator => ({
        type: covers === 'all' ? 'domain' : 'hostname',
        value: name,
      })),
      ...(['url', 'hash', 'email'] as const).flatMap((type) => [...list.texts(type)]),
    ]
    assert.ok(values.length > 20)
    assert.deepEqual(leaks({ values, holes: list.holes() }, book), [])
    // The test would see it.
    const bad = parseIndicator('ocsp.digicert.com') as Indicator
    assert.equal(leaks({ values: [bad] }, book).length, 1)
  })
})
