import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { feedHosts, sourcesOf } from '../../../src/hub/intel/sources.ts'
import { fakeFeed } from './temporary-engine.ts'

const feeds = [
  fakeFeed('abuse', () => {}, { lifetimeDays: { address: 7 }, weight: 60 }),
  fakeFeed('other', () => {}, { everyMinutes: 5, leastMinutes: 60 }),
]

describe('sources of a configuration', () => {
  test('are treated as their feeds are, where their sections say nothing else', () => {
    const [plain, said] = sourcesOf(
      [],
      [
        { type: 'abuse', enabled: true },
        {
          type: 'abuse',
          name: 'mine',
          enabled: false,
          weight: 10,
          ceiling: 'alert',
          every_minutes: 90,
          lifetime_days: { url: 3 },
          least_prefix_v4: 24,
        },
      ],
      feeds,
    )
    assert.deepEqual(
      [plain?.name, plain?.weight, plain?.ceiling, plain?.everyMs],
      ['abuse', 60, 'block', 3_600_000],
    )
    assert.deepEqual(plain?.lifetimeDays, { address: 7 })
    assert.deepEqual(
      [said?.name, said?.weight, said?.ceiling, said?.everyMs],
      ['mine', 10, 'alert', 5_400_000],
    )
    assert.deepEqual(
      [plain?.leastPrefix?.v4, said?.leastPrefix?.v4, said?.leastPrefix?.v6],
      [undefined, 24, undefined],
    )
    assert.deepEqual([said?.lifetimeDays, said?.enabled], [{ address: 7, url: 3 }, false])
  })

  test('are not pulled more often than their publishers allow', () => {
    assert.equal(
      sourcesOf([], [{ type: 'other', enabled: true, every_minutes: 1 }], feeds)[0]?.everyMs,
      3_600_000,
    )
  })

  test('have names of their own, and none the name of what is listed by hand', () => {
    const names = sourcesOf(
      [
        { path: '/lists/own', format: 'auto' },
        { path: '/lists/abuse', format: 'auto' },
      ],
      [
        { type: 'abuse', enabled: true },
        { type: 'abuse', enabled: true },
      ],
      feeds,
    ).map(({ name }) => name)
    assert.deepEqual(names, ['own-2', 'abuse', 'abuse-2', 'abuse-3'])
  })

  test('of a type that there is not are refused', () => {
    assert.throws(() => sourcesOf([], [{ type: 'nothing', enabled: true }], feeds), /no feed of type nothing/)
  })

  test('tell the hosts that they are pulled from', () => {
    const sources = sourcesOf([{ path: '/x', format: 'auto' }], [{ type: 'abuse', enabled: true }], feeds)
    assert.deepEqual(feedHosts(sources), ['abuse.feeds.example.net'])
  })
})
