import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { coarsenings, domainOf, networkOf, systemIn } from '../../../src/cli/plot/coarser.ts'
import { makeTable } from '../../../src/collectors/flow/geo-table.ts'
import { parseAddress } from '../../../src/match/parse-address.ts'
import { RangeMapBuilder } from '../../../src/match/range-map.ts'

function table() {
  const systems = new RangeMapBuilder()
  systems.add(parseAddress('192.0.2.0')!, parseAddress('192.0.2.127')!, 64_500)
  systems.add(parseAddress('2001:db8::')!, parseAddress('2001:db8:ffff::')!, 64_501)
  return makeTable(new RangeMapBuilder().build(), systems.build())
}

describe('coarser names', () => {
  it('are a /24, a /48 or a registered domain; what is neither stays', () => {
    assert.equal(networkOf('192.0.2.200'), '192.0.2.0/24')
    assert.equal(networkOf('2001:db8:1:2::3'), '2001:db8:1::/48')
    assert.equal(networkOf('root'), 'root')
    assert.equal(domainOf('mx.mail.example.co.uk'), 'example.co.uk')
    assert.equal(domainOf('192.0.2.200'), '192.0.2.0/24')
  })

  it('then are autonomous systems; the network where none is known', () => {
    const systemOf = systemIn(table())
    assert.equal(systemOf('192.0.2.1'), 'AS64500')
    assert.equal(systemOf('2001:db8:1::2'), 'AS64501')
    assert.equal(systemOf('192.0.2.200'), '192.0.2.0/24')
    assert.equal(systemOf('root'), 'root')
  })

  it('are asked of the table only for what may be an address', async () => {
    const never = () => Promise.reject(new Error('asked'))
    assert.deepEqual(await coarsenings(['user', 'password', 'service'], never), [[], [], []])
    const [source, port, target] = await coarsenings(['source', 'target-port', 'target'], async () => table())
    assert.deepEqual([source.length, port.length, target.length], [2, 0, 2])
    assert.equal(target[1]!('mx.example.net'), 'example.net')
    assert.equal(target[1]!('192.0.2.3'), 'AS64500')
  })
})
