import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatRange } from '../../../src/match/parse-address.ts'
import type { Range } from '../../../src/match/ranges.ts'
import { fakeBlocklist } from './fake-blocklist.ts'

describe('the blocklist of the tests', () => {
  test('tells parents before children, and children only where they are asked for', () => {
    const list = fakeBlocklist({
      domains: ['bad.example'],
      hosts: ['a.bad.example', 'x.example', 'bad.example'],
    })
    assert.deepEqual(
      [...list.names()].map(({ name, covers }) => `${name} ${covers}`),
      ['bad.example all', 'x.example itself'],
    )
    assert.deepEqual(
      [...list.names(true)].map(({ name }) => name),
      ['bad.example', 'a.bad.example', 'x.example'],
    )
  })

  test('tells no allowed name, and holes for those under a blocked one', () => {
    const list = fakeBlocklist({
      domains: ['bad.example', 'fine.example'],
      hosts: ['a.fine.example'],
      allowedDomains: ['fine.example', 'good.bad.example'],
      allowedHosts: ['www.bad.example'],
    })
    assert.deepEqual(
      [...list.names(true)].map(({ name }) => name),
      ['bad.example'],
    )
    assert.deepEqual(
      [...list.holes()],
      [
        { name: 'good.bad.example', covers: 'all' },
        { name: 'www.bad.example', covers: 'itself' },
      ],
    )
    assert.ok(!list.wildcard('bad.example'))
    assert.ok(list.wildcard('good.bad.example'))
  })

  test('cuts allowed addresses out of listed ones', () => {
    const list = fakeBlocklist({
      addresses: ['203.0.113.0/30', '203.0.113.2-203.0.113.9', '2001:db8::/127'],
      allowedAddresses: ['203.0.113.1', '192.0.2.1', '2001:db8::1'],
    })
    const texts = (ranges: Iterable<Range>) => [...ranges].map(({ first, last }) => formatRange(first, last))
    assert.deepEqual(texts(list.ranges(4)), ['203.0.113.0', '203.0.113.2-203.0.113.9'])
    assert.deepEqual(texts(list.ranges(6)), ['2001:db8::'])
    assert.deepEqual(texts(list.allowedRanges(4)), ['203.0.113.1'])
    assert.deepEqual(
      [...list.prefixes(4)].map(({ length }) => length),
      [32, 31, 30, 31],
    )
    assert.equal([...list.addresses()].length, 4)
  })
})
