import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { prefixOwner, whyNoOwner } from '../../../../src/intel/publish/bind-rpz/owners.ts'
import { parseAddress } from '../../../../src/match/parse-address.ts'

const owner = (address: string, length: number) =>
  prefixOwner(address.includes(':') ? 6 : 4, parseAddress(address)!, length)

describe('an owner in a policy zone', () => {
  test('of addresses is the prefix with its parts from the right', () => {
    assert.equal(owner('203.0.113.0', 24), '24.0.113.0.203')
    assert.equal(owner('2001:db8::1', 128), '128.1.zz.db8.2001')
    assert.equal(owner('2001:db8::', 32), '32.zz.db8.2001')
    assert.equal(owner('2001:0:0:1:0:0:0:1', 128), '128.1.zz.1.0.0.2001')
    assert.equal(owner('546:0:0:0:a000:0:0:0', 67), '67.0.0.0.a000.zz.546')
    assert.equal(owner('::', 0), '0.zz')
    assert.equal(owner('1:2:3:4:5:6:7:8', 128), '128.8.7.6.5.4.3.2.1')
    assert.equal(owner('1:0:3:4:5:6:7:8', 128), '128.8.7.6.5.4.3.0.1')
  })

  test('is no name that a zone would fail for', () => {
    const label = 'a'.repeat(63)
    const why = (name: string) => whyNoOwner(name, 'rpz.example')
    for (const name of [
      'bad.example',
      '_dmarc.bad.example',
      'xn--bcher-kva.example',
      '1.2.example',
      `${label}.example`,
    ])
      assert.equal(why(name), undefined, name)
    for (const name of [
      'a b.example',
      '*.bad.example',
      'a..example',
      '.example',
      'bad.example.',
      `a${label}.example`,
      'bücher.example',
      'a\nb.example',
      '$include.example',
      'bad.example"',
      '@.example',
      'a;b.example',
      '32.1.2.0.192.rpz-ip',
      'x.rpz-nsdname',
    ])
      assert.equal(why(name), 'not a name that a zone can hold', name)
    assert.equal(why('example'), 'top-level domain')
    assert.equal(why(`${`${label}.`.repeat(3)}${'a'.repeat(49)}`), undefined)
    assert.equal(why(`${`${label}.`.repeat(3)}${'a'.repeat(50)}`), 'name too long for the zone')
  })
})
