import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Steps, type Together } from '../../../src/match/scan/steps.ts'
import { together } from '../../../src/match/scan/together.ts'

const tcp = 6 * 65_536
const [second, minute, hour] = [1000, 60_000, 3_600_000]
const least = 10

type Step = readonly [time: number, port: number]

/** Random numbers below 1, the same each time. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
}

function stepsOf(sources: readonly (readonly Step[])[]): Steps {
  const steps = new Steps()
  for (const source of sources) {
    for (const [time, port] of source.toSorted((a, b) => a[0] - b[0])) steps.add(Math.floor(time), tcp + port)
    steps.endSource()
  }
  return steps
}

/** Sources that ask for random ports at random times of a day. */
function noise(sources: number, random: () => number): Step[][] {
  return Array.from({ length: sources }, () =>
    Array.from({ length: 3 + Math.floor(random() * 15) }, (): Step => [
      random() * 24 * hour,
      1 + Math.floor(random() * 65_535),
    ]),
  )
}

function groupsOf(sources: readonly (readonly Step[])[]) {
  return together(stepsOf(sources), least).map(({ sources, why }) => ({
    sources: [...sources].sort((a, b) => a - b),
    why: [...why].sort(),
  }))
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n)

describe('sources that scan together', () => {
  const random = randomOf(7)
  const list = numbers(40).map(() => 1 + Math.floor(random() * 65_535))
  const companies: readonly (readonly [string, Together['why'], Step[][]])[] = [
    [
      'that ask for the same ports in the same order',
      'order',
      numbers(30).map((n) => {
        const wanted = list.slice(0, 6 + (n % 20))
        const times = wanted.map(() => hour + n * minute + random() * 5 * hour).sort((a, b) => a - b)
        return wanted.map((port, at): Step => [times[at]!, port])
      }),
    ],
    [
      'that ask for a port each at the same pace',
      'pace',
      numbers(25).map((n) =>
        numbers(12).map((at): Step => [
          2 * hour + n * 7 * second + at * 601 * second + random() * 9 * second,
          1 + Math.floor(random() * 65_535),
        ]),
      ),
    ],
    [
      'of which each asks for every thirtieth port of a range',
      'range',
      numbers(30).map((n) =>
        numbers(20).map((at): Step => [3 * hour + n * 9 * second + random() * hour, 1000 + n + 30 * at]),
      ),
    ],
    [
      'of which each asks for a block of a range',
      'range',
      numbers(12).map((n) =>
        numbers(50).map((at): Step => [3 * hour + n * minute + random() * hour, 20_000 + 50 * n + at]),
      ),
    ],
    [
      'that ask for whatever it is when they are told to',
      'moments',
      numbers(60).map(() =>
        numbers(36)
          .filter(() => random() < 0.4)
          .map((at): Step => [
            4 * hour + at * 17 * minute + random() * 3 * second,
            1 + Math.floor(random() * 65_535),
          ]),
      ),
    ],
  ]
  for (const [name, why, company] of companies) {
    test(`${name} are one company amid the noise of thousands`, () => {
      const before = noise(2000, random)
      const found = groupsOf([...before, ...company, ...noise(2000, random)])
      assert.equal(found.length, 1)
      assert.ok(found[0]!.why.includes(why), found[0]!.why.join())
      const wanted = numbers(company.length, before.length)
      const missing = wanted.filter((source) => !found[0]!.sources.includes(source))
      assert.ok(missing.length <= company.length / 10, `${missing.length} missing`)
      assert.equal(found[0]!.sources.length, wanted.length - missing.length, 'nobody else is of it')
    })
  }

  test('two companies at different times are two', () => {
    const company = (from: number) =>
      numbers(12).map((n) =>
        list.slice(0, 8).map((port, at): Step => [from + n * second + at * minute, port]),
      )
    const found = groupsOf([...company(hour), ...company(20 * hour)])
    assert.deepEqual(
      found.map(({ sources }) => sources),
      [numbers(12), numbers(12, 12)],
    )
  })

  test('a source is of one company, whatever came, and each company is as large as asked for', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 65_535 }))
    const sources = fc.array(fc.array(step, { maxLength: 20 }), { maxLength: 40 })
    fc.assert(
      fc.property(sources, fc.integer({ min: 1, max: 12 }), (given, least) => {
        const groups = together(stepsOf(given), least)
        const all = groups.flatMap(({ sources }) => [...sources])
        assert.equal(new Set(all).size, all.length)
        for (const { sources, why } of groups) {
          assert.ok(sources.size >= least)
          assert.ok(why.size > 0)
        }
      }),
    )
  })
})

describe('sources that do not', () => {
  test('noise alone is no company', () => {
    assert.deepEqual(groupsOf(noise(20_000, randomOf(11))), [])
  })
  test('noise that begins and ends at once, in the middle of an hour, is none either', () => {
    const random = randomOf(13)
    const sources = Array.from({ length: 20_000 }, () =>
      Array.from({ length: 3 + Math.floor(random() * 12) }, (): Step => [
        (0.7 + 4 * random()) * hour,
        1 + Math.floor(random() * 65_535),
      ]),
    )
    assert.deepEqual(groupsOf(sources), [])
  })
  test('the same ports in order, hours apart, are unrelated people with the same tool', () => {
    const sources = numbers(20).map((n) =>
      [21, 22, 23, 25, 80, 443].map((port, at): Step => [n * hour + at * 3 * second, port]),
    )
    assert.deepEqual(groupsOf(sources), [])
  })
  test('few are not many', () => {
    const sources = numbers(least - 1).map(() => numbers(9).map((at): Step => [at * minute, 5000 + 7 * at]))
    assert.deepEqual(groupsOf(sources), [])
  })
})
