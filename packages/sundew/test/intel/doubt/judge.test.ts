import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AllowAction, AllowDecision } from '../../../src/intel/allow/decision.ts'
import { judge } from '../../../src/intel/doubt/judge.ts'
import { doubtRules, endOf, usualLifetimes } from '../../../src/intel/doubt/rules.ts'
import type { Case, Witness } from '../../../src/intel/doubt/verdict.ts'
import type { IndicatorType } from '../../../src/intel/indicator/indicator.ts'
import { configSchema } from '../../../src/config.ts'

const now = Date.parse('2026-11-25T20:00:00Z')
const dayMs = 86_400_000
const section = configSchema.parse({}).intel.doubt
const usual = doubtRules(section)

const witness = (changes: Partial<Witness> = {}): Witness => ({
  source: 'list',
  report: '',
  author: '',
  weight: 80,
  ceiling: 'block',
  confidence: undefined,
  compromised: false,
  last: now,
  ...changes,
})
const pulse = (author: string, changes: Partial<Witness> = {}) =>
  witness({ source: 'otx', report: `pulse of ${author}`, author, ...changes })

function asked(
  witnesses: readonly Witness[],
  allowed: readonly AllowAction[] = [],
  value = '192.0.2.1',
): Case {
  const type: IndicatorType = /^[\d.:a-f/-]+$/.test(value) ? 'address' : 'domain'
  return { type, value, witnesses, allowed: allowed.map((action) => decision(action)) }
}

const decision = (action: AllowAction): AllowDecision => ({
  action,
  list: `list that ${action}s`,
  entry: '192.0.2.0/24',
  reason: 'a reason',
})

const verdict = (
  witnesses: readonly Witness[],
  allowed?: readonly AllowAction[],
  value?: string,
  rules = usual,
) => judge(asked(witnesses, allowed, value), rules, now, true)
const action = (...args: Parameters<typeof verdict>) => verdict(...args).action

describe('a verdict', () => {
  test('is block where one source that is believed says so', () => {
    assert.equal(action([witness()]), 'block')
    assert.equal(verdict([witness()]).confidence, 80)
  })

  test('is alert where the source is not believed enough, or not sure itself', () => {
    assert.equal(action([witness({ weight: 40 })]), 'alert')
    assert.equal(action([witness({ confidence: 50 })]), 'alert')
    assert.equal(action([witness({ confidence: 100 })]), 'block')
  })

  test('is none where nobody believes it', () => {
    assert.equal(action([witness({ confidence: 0 })]), 'none')
    const rules = doubtRules({ ...section, alert_from: 30 })
    assert.equal(action([witness({ weight: 29 })], [], undefined, rules), 'none')
  })

  test('counts a source once, however often it says so', () => {
    const often = Array.from({ length: 50 }, (_, id) => witness({ weight: 40, report: String(id) }))
    assert.equal(verdict(often).confidence, 40)
    assert.equal(action(often), 'alert')
  })

  test('combines independent sources as chances: two of 40 are 64', () => {
    const both = [witness({ weight: 40 }), witness({ weight: 40, source: 'other' })]
    assert.equal(verdict(both).confidence, 64)
    assert.equal(action(both), 'block')
  })

  test('lets one author of a pulse alert, not block; two authors, or the trusted one, block', () => {
    assert.equal(action([pulse('eve')]), 'alert')
    assert.equal(action([pulse('eve'), pulse('eve', { report: 'another' })]), 'alert')
    assert.equal(action([pulse('eve'), pulse('joe')]), 'block')
    assert.equal(action([pulse('eve'), witness({ ceiling: 'alert' })]), 'block')
    const rules = doubtRules({ ...section, authors: ['eve'] })
    assert.equal(action([pulse('eve')], [], undefined, rules), 'block')
    assert.equal(action([pulse('joe')], [], undefined, rules), 'alert')
    assert.equal(action([pulse('eve')], [], undefined, doubtRules({ ...section, pulses: 'block' })), 'block')
  })

  test('believes a second author of one source half', () => {
    const both = [pulse('eve', { weight: 40 }), pulse('joe', { weight: 40 })]
    assert.equal(verdict(both).confidence, 52)
  })

  test('never passes the ceilings of all who say so', () => {
    assert.equal(action([witness({ ceiling: 'alert' }), witness({ ceiling: 'alert', source: 'b' })]), 'alert')
  })

  test('is alert for a victim, whoever else lists it', () => {
    assert.equal(action([witness(), witness({ source: 'threatfox', compromised: true })]), 'alert')
  })

  test('is alert for a network that is too wide', () => {
    assert.equal(action([witness()], [], '10.0.0.0/8'), 'alert')
    assert.equal(action([witness()], [], '10.0.0.0/12'), 'block')
    assert.equal(action([witness()], [], '10.0.0.0-10.31.255.255'), 'alert')
    assert.equal(action([witness()], [], '2001:db8::/20'), 'alert')
    assert.equal(action([witness()], [], '2001:db8::/32'), 'block')
    assert.equal(action([witness()], [], '0.0.0.0/0'), 'alert')
    const rules = doubtRules({ ...section, least_prefix_v4: 8 })
    assert.equal(action([witness()], [], '10.0.0.0/8', rules), 'block')
    // A source may be believed of wider networks than others, or of fewer.
    const wide = witness({ source: 'drop', leastPrefix: { v4: 8 } })
    const narrow = witness({ source: 'careless', leastPrefix: { v4: 24, v6: 64 } })
    assert.equal(action([wide], [], '10.0.0.0/8'), 'block')
    assert.equal(action([wide], [], '2001:db8::/20'), 'alert', 'of the other family as usual')
    assert.equal(action([narrow], [], '10.0.0.0/23'), 'alert')
    assert.equal(action([narrow], [], '10.0.0.0/24'), 'block')
    assert.equal(action([narrow], [], '2001:db8::/48'), 'alert')
    assert.equal(action([narrow, witness()], [], '10.0.0.0/16'), 'block', 'another says so, too')
    assert.equal(action([narrow, { ...wide, ceiling: 'alert' }], [], '10.0.0.0/9'), 'alert')
  })

  test('is what the allow-lists make of it', () => {
    assert.equal(action([witness()], ['annotate']), 'block')
    assert.equal(action([witness()], ['annotate', 'downgrade']), 'alert')
    assert.equal(action([witness()], ['downgrade', 'exclude']), 'none')
  })

  test('doubts what was last told more than half its life ago', () => {
    const old = witness({ last: now - 16 * dayMs })
    assert.equal(verdict([old]).confidence, 60)
    assert.equal(verdict([old], [], 'evil.com').confidence, 80)
  })

  test('has no reasons unless they are asked for', () => {
    assert.deepEqual(judge(asked([witness()]), usual, now).reasons, [])
  })

  test('never blocks against an allow-list, and never more by a weaker source or a further restraint', () => {
    const rank = { none: 0, alert: 1, block: 2 }
    const anyWitness = fc.record({
      source: fc.constantFrom('a', 'b', 'c'),
      report: fc.constantFrom('', 'r1', 'r2'),
      author: fc.constantFrom('', 'eve', 'joe'),
      weight: fc.nat(100),
      ceiling: fc.constantFrom('block', 'alert'),
      confidence: fc.option(fc.nat(100), { nil: undefined }),
      compromised: fc.boolean(),
      last: fc.constantFrom(now, now - 40 * dayMs),
    })
    fc.assert(
      fc.property(
        fc.array(anyWitness, { minLength: 1, maxLength: 6 }),
        fc.subarray(['exclude', 'downgrade', 'annotate'] as const),
        (witnesses, allowed) => {
          const free = verdict(witnesses)
          const bound = verdict(witnesses, allowed)
          assert.ok(free.confidence >= 0 && free.confidence <= 100)
          assert.equal(bound.confidence, free.confidence)
          assert.ok(rank[bound.action] <= rank[free.action])
          if (allowed.includes('exclude')) assert.equal(bound.action, 'none')
          if (allowed.includes('downgrade')) assert.notEqual(bound.action, 'block')
          const weaker = witnesses.map((one) => ({ ...one, weight: one.weight >> 1 }))
          assert.ok(rank[verdict(weaker).action] <= rank[free.action])
          assert.deepEqual(verdict(witnesses.toReversed()).action, free.action)
          assert.ok(bound.reasons.length > 0 && bound.reasons.every((text) => /^\S.*\S$/.test(text)))
        },
      ),
    )
  })
})

describe('the reasons of a verdict', () => {
  test('say why it is blocked, and by whom', () => {
    assert.deepEqual(
      verdict([witness({ weight: 60 }), witness({ source: 'b', weight: 50, confidence: 90 })], ['annotate'])
        .reasons,
      [
        'Blocked: its confidence is 78 of 100, and 50 are enough',
        'list lists it: believed 60 of 100',
        'b lists it: believed 50 of 100, and 90 of 100 sure itself',
        'Together that makes 78 of 100',
        'Known: 192.0.2.0/24 is allowed by list that annotates: a reason',
      ],
    )
  })

  test('say what kept it from being blocked', () => {
    const first = (...args: Parameters<typeof verdict>) => verdict(...args).reasons[0] ?? ''
    assert.match(
      first([witness()], ['exclude']),
      /^Left out: 192.0.2.0\/24 is allowed by list that excludes: a reason$/,
    )
    assert.match(first([witness()], ['downgrade']), /^Matched but not blocked: .* list that downgrades/)
    assert.match(first([witness({ compromised: true })]), /list says that it is a victim itself$/)
    assert.match(first([witness()], [], '10.0.0.0/8'), /shorter than \/12 .* large as a \/8$/)
    assert.match(first([witness({ ceiling: 'alert' })]), /no source that lists it may have it blocked/)
    assert.match(first([pulse('eve')]), /eve alone says so/)
    assert.match(first([pulse('e\nve\u202e')]), /: e ve {1,2}alone says so/)
    assert.match(first([witness({ weight: 10 })]), /its confidence is 10 of 100, and 50 are needed$/)
    assert.match(first([witness({ weight: 0 })]), /^Left out: its confidence is 0 of 100/)
  })

  test('stay few where hundreds say so', () => {
    const many = Array.from({ length: 500 }, (_, id) => pulse(`author ${id}`))
    const { reasons } = verdict(many)
    assert.ok(reasons.length < 12)
    assert.ok(reasons.includes('492 more sightings say so'))
  })
})

describe('the end of a sighting', () => {
  const at = (type: IndicatorType, expires?: number, source = {}) =>
    endOf({ type, last: now, expires }, source, usual)

  test("is the publisher's, else the source's, else the usual one of its type", () => {
    assert.equal(at('address', now + 5), now + 5)
    assert.equal(at('address', undefined, { address: 2 }), now + 2 * dayMs)
    assert.equal(at('address'), now + 30 * dayMs)
    assert.equal(at('url'), now + 7 * dayMs)
    assert.equal(at('hash'), Infinity)
    const rules = doubtRules({ ...section, lifetime_days: { url: 1 } })
    assert.equal(endOf({ type: 'url', last: now }, {}, rules), now + dayMs)
    assert.equal(
      endOf({ type: 'address', last: now }, {}, rules),
      now + (usualLifetimes.address ?? 0) * dayMs,
    )
  })
})
