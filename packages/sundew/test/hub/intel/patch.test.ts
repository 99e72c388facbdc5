import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { build } from '../../../src/hub/intel/build.ts'
import { doubtMaker } from '../../../src/hub/intel/doubt-maker.ts'
import { patch } from '../../../src/hub/intel/patch.ts'
import { ownSource } from '../../../src/hub/intel/sources.ts'
import type { Scales } from '../../../src/hub/intel/weigh.ts'
import { doubtRules } from '../../../src/intel/doubt/rules.ts'
import { AddressSet } from '../../../src/match/address-set.ts'
import { NameSet } from '../../../src/match/name-set.ts'
import { NameSetBuilder } from '../../../src/match/name-set-builder.ts'
import { temporaryBook } from '../../intel/book/temporary-book.ts'
import { intelSettings } from './intel-settings.ts'

const values = [
  '203.0.113.1',
  '203.0.113.0/24',
  '203.0.113.1-203.0.113.5',
  '2001:db8::/32',
  'example.org',
  'www.example.org',
  'https://www.example.org/x',
  'a'.repeat(64),
  'x@example.org',
]
const titles = ['', 'one', 'two']

function doubt(allow: readonly string[]) {
  const { core, doubt: section } = intelSettings('')
  const own = allow.map((value) => ({ value, reason: 'ours', action: 'exclude' as const, by: 'test' }))
  return doubtMaker({
    core: { ...core, networks: [], feedHosts: [] },
    allow: own,
    warninglists: [],
    rules: doubtRules(section),
  }).make([], 0)
}

function setsOf({ addresses, names }: { addresses: Uint8Array; names: Uint8Array | undefined }) {
  return {
    addresses: AddressSet.from(addresses),
    names: names ? NameSet.from(names) : new NameSetBuilder().build(),
  }
}

/** Everything that sets tell, without their numbers. */
function told({ addresses, names }: { addresses: AddressSet; names: NameSet }) {
  const found = Array.from(addresses.listed(), ({ entry }) => ({
    ...entry,
    source: addresses.sources[entry.source]!.name,
  }))
  for (let node = 0; node < names.nodes; node++)
    found.push(...names.own(node).map((entry) => ({ ...entry, source: names.sources[entry.source]!.name })))
  return found
    .map(({ indicator, source, title, action, confidence }) =>
      [indicator, source, title, action, confidence].join(' '),
    )
    .toSorted()
}

describe('sets that are changed by a few indicators', () => {
  test('are as those that are made anew, whatever is said otherwise', () => {
    const listing = fc.array(
      fc.record({ value: fc.constantFrom(...values), title: fc.constantFrom(...titles) }),
      { maxLength: 9 },
    )
    fc.assert(
      fc.property(listing, listing, fc.constantFrom([], ['nothing.example.net']), (before, after, allow) => {
        using t = temporaryBook()
        const say = (said: readonly { value: string; title: string }[], source: string) => {
          const intake = t.intake({ source, habits: { mayBeEmpty: true, mayGrow: true } })
          intake.snapshot()
          for (const { value, title } of said) intake.take(value, { title })
          intake.commit()
          return intake.changes.indicators!
        }
        t.parseAsUsual()
        say(before, 'one')
        say([{ value: 'example.org', title: 'fixed' }], 'two')
        const scales: Scales = {
          doubt: doubt(allow),
          sources: new Map(t.book.sources.map(({ id, name }) => [id, { ...ownSource, name }])),
          now: t.now,
        }
        const sets = setsOf(build(t.book, scales))
        const patched = patch(t.book, scales, sets, say(after, 'one'))!
        const anew = build(t.book, scales)
        const inForce = {
          addresses: patched.addresses === 'same' ? sets.addresses : AddressSet.from(patched.addresses),
          names: patched.names === 'same' || !patched.names ? sets.names : NameSet.from(patched.names),
        }
        assert.deepEqual(told(inForce), told(setsOf(anew)))
        assert.equal(told(sets).length + patched.more, anew.entries)
      }),
      { numRuns: 60 },
    )
  })

  test('are made anew where what is allowed bears on what is said otherwise', () => {
    using t = temporaryBook()
    t.parseAsUsual()
    const scales: Scales = {
      doubt: doubt(['www.example.org', '203.0.113.7']),
      sources: new Map([[1, ownSource]]),
      now: t.now,
    }
    for (const [type, value] of [
      ['domain', 'example.org'],
      ['domain', 'www.example.org'],
      ['address', '203.0.113.0/24'],
      ['address', '203.0.113.7'],
    ] as const) {
      const intake = t.intake({ habits: { mayBeEmpty: true, mayGrow: true } })
      intake.snapshot()
      const empty = setsOf(build(t.book, scales))
      intake.take(value)
      intake.commit()
      assert.equal(patch(t.book, scales, empty, [{ type, value }]), undefined, value)
      assert.notEqual(
        patch(t.book, scales, empty, [{ type, value: type === 'domain' ? 'example.com' : '203.0.112.0/24' }]),
        undefined,
      )
    }
  })
})
