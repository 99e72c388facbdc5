import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Indicator } from '../../../../src/intel/indicator/indicator.ts'
import { bindRpz } from '../../../../src/intel/publish/bind-rpz.ts'
import { rpzSettings } from '../../../../src/intel/publish/bind-rpz/settings.ts'
import { spliced } from '../../../../src/intel/publish/bind-rpz/splice.ts'
import type { KeptFile } from '../../../../src/intel/publish/publisher.ts'
import { bookOf } from '../../allow/books.ts'
import { rendered, type Rendered } from '../rendered.ts'
import { blocklistOf, type Listing } from '../sets.ts'

const zone = 'block.rpz.sundew.zone'
const changes = 'block.rpz.sundew.changes'
const allowed = bookOf(['www.a.com', 'a.b.example'])

function keptOf(text: string, version: number): KeptFile {
  const bytes = Buffer.from(text)
  return { version, bytes: bytes.length, read: (from, to) => Buffer.from(bytes.subarray(from, to)) }
}

/** What one list has that others may have, too: by type and value. */
type Listed = ReadonlyMap<string, Listing>

const listOf = (listed: Listed, version: number, changed?: readonly Indicator[]) =>
  blocklistOf([...listed.values()], allowed, true, {
    version,
    made: Date.UTC(2026, 10, 25) + version * 1000,
    ...(changed && { changedSince: (since: number) => (since === version - 1 ? changed : undefined) }),
  })

// Few labels, so that names lie within each other, beside each other, and begin as others do.
const name = fc
  .array(fc.constantFrom('a', 'ab', 'b', 'a-b', '0', '_x', 'www'), { minLength: 0, maxLength: 4 })
  .chain((labels) =>
    fc.constantFrom('com', 'example', 'co.example').map((last) => [...labels, last].join('.')),
  )
const listing = fc.record({
  indicator: fc.record({ type: fc.constantFrom<'domain' | 'hostname'>('domain', 'hostname'), value: name }),
  action: fc.constantFrom<'block' | 'alert'>('block', 'block', 'alert'),
})
const change = fc.record({ listing, gone: fc.boolean() })
const addresses: readonly Listing[] = ['203.0.113.0/24', '2001:db8::/48'].map((value) => ({
  indicator: { type: 'address', value },
}))

const keyOf = ({ indicator: { type, value } }: Listing) => `${type} ${value}`

const settings = [
  {},
  { zones: [{ name: 'block.rpz.sundew', action: 'garden' }], garden: { a: ['192.0.2.1', '192.0.2.2'] } },
  { triggers: ['name'] },
].map((one) => rpzSettings.parse(one))

/** Lines but the order of those that say what is different, which is told more finely or less. */
const said = (text: string) => text.split('\n').toSorted()

describe('a zone made of the former one', () => {
  test('is the one that is rendered whole, change after change, whatever lies in what', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...settings),
        fc.array(listing, { maxLength: 40 }),
        fc.array(fc.array(change, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
        (how, first, rounds) => {
          let listed = new Map([...first, ...addresses].map((one) => [keyOf(one), one]))
          let version = 1
          let before: Rendered = rendered(bindRpz, listOf(listed, version), how)
          for (const round of rounds) {
            listed = new Map(listed)
            for (const { listing: one, gone } of round)
              if (gone) listed.delete(keyOf(one))
              else listed.set(keyOf(one), one)
            version++
            const list = listOf(
              listed,
              version,
              round.map(({ listing: { indicator } }) => indicator),
            )
            const kept = keptOf(before.files.get(zone)!, version - 1)
            assert.ok(spliced(list, how, 0, kept, () => {}))
            const whole = rendered(bindRpz, list, how, before.files)
            const made = rendered(bindRpz, list, how, before.files, (file) =>
              file === zone ? kept : undefined,
            )
            assert.equal(made.files.get(zone), whole.files.get(zone))
            assert.deepEqual(said(made.files.get(changes)!), said(whole.files.get(changes)!))
            assert.deepEqual([...made.files.keys()], [...whole.files.keys()])
            before = made
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('is not made where more may be different, or a line is not of its own', () => {
    const listed = new Map([listedName('a.com'), listedName('b.com')].map((one) => [keyOf(one), one]))
    const plain = settings[0]!
    const text = rendered(bindRpz, listOf(listed, 1), plain).files.get(zone)!
    const names: readonly Indicator[] = [{ type: 'domain', value: 'a.com' }]
    const asked = (
      changed: readonly Indicator[] | undefined,
      kept: KeptFile | undefined = keptOf(text, 1),
      how: object = {},
    ) => spliced(listOf(listed, 2, changed), rpzSettings.parse(how), 0, kept, () => {})
    assert.ok(asked(names))
    assert.equal(asked(undefined), undefined, 'nobody knows what is different')
    assert.equal(asked([...names, { type: 'address', value: '192.0.2.1' }]), undefined, 'an address is')
    assert.equal(asked(names, keptOf(text, 0)), undefined, 'it is of an older list')
    assert.equal(asked(names, keptOf('', 1)), undefined, 'it is no zone')
    const long = `${text}${'x'.repeat(10_000)}.zz CNAME .\n`
    assert.equal(asked(names, keptOf(long, 1)), undefined, 'a line is too long')
    assert.equal(asked(names, keptOf(text, 1), { ttl: 5 }), undefined)
    assert.equal(asked(names, keptOf(text, 1), { comments: true }), undefined)
    assert.equal(asked(names, keptOf(text, 1), { triggers: ['name', 'nsdname'] }), undefined)
    const two = { zones: [{ name: 'block.rpz.sundew', confidence_from: 90 }, { name: 'rest.rpz.sundew' }] }
    assert.equal(asked(names, keptOf(text, 1), two), undefined)
  })
})

function listedName(value: string): Listing {
  return { indicator: { type: 'domain', value } }
}
