import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bogons, publicResolvers, rootServers } from '../../../src/intel/allow/core-addresses.ts'
import { readAllowed } from '../../../src/intel/allow/reading.ts'
import { coreBook, decided } from './books.ts'

describe('the core', () => {
  const core = coreBook()

  test('holds what no table of addresses misspells', () => {
    for (const { addresses } of [...bogons, rootServers, publicResolvers])
      for (const text of addresses) assert.equal(readAllowed(text)?.kind, 'range', text)
  })

  test('keeps out what is not routed, which FireHOL level1 lists', () => {
    const listed = ['10.0.0.0/8', '127.0.0.1', '169.254.169.254', '224.0.0.0/3', '192.168.1.1', '0.0.0.0/8']
    for (const text of [...listed, 'fe80::1', 'fc00::/7', '::1', 'ff02::1', '64:ff9b::c000:201'])
      assert.equal(decided(core, text)[0], 'exclude core/bogons', text)
    for (const text of ['100.128.0.1', '172.32.0.1', '2001:470::1', '2002:c000:204::1', '0.0.0.0/0'])
      assert.deepEqual(decided(core, text), [], text)
  })

  test('lets laboratories list what is not routed', () => {
    const laboratory = coreBook({ bogons: false })
    assert.deepEqual(decided(laboratory, '192.0.2.1'), [])
    assert.deepEqual(decided(laboratory, 'printer.local'), [])
    assert.deepEqual(decided(laboratory, '8.8.8.8'), ['exclude core/public-resolvers'])
  })

  test('keeps out root servers, well-known resolvers and public suffixes', () => {
    assert.deepEqual(decided(core, '198.41.0.4'), ['exclude core/root-servers'])
    assert.deepEqual(decided(core, 'f.root-servers.net'), ['exclude core/root-servers'])
    assert.deepEqual(decided(core, '1.1.1.1'), ['exclude core/public-resolvers'])
    for (const value of ['com', 'co.uk', 'github.io', 'duckdns.org', 'unheard-of'])
      assert.deepEqual(
        core.decide({ type: 'domain', value }).map(({ list }) => list),
        ['core/public-suffixes'],
        value,
      )
    assert.deepEqual(decided(core, 'evil.duckdns.org'), [])
  })

  test('keeps out hosts that tell of revoked certificates, which pulses list', () => {
    // nextdns/metadata#1236: DigiCert's were blocked.
    for (const name of ['ocsp.digicert.com', 'crl3.digicert.com', 'r3.o.lencr.org'])
      assert.deepEqual(decided(core, name), ['exclude core/certificate-status'], name)
    assert.deepEqual(decided(core, 'http://ocsp.digicert.com/'), ['exclude core/certificate-status'])
    assert.deepEqual(decided(core, 'digicert.com'), [])
    assert.equal(core.keepsOutBelow('digicert.com'), true)
  })

  test('keeps out hosts of updates, time and captive portals', () => {
    assert.deepEqual(decided(core, 'fe2.update.microsoft.com'), ['exclude core/updates'])
    assert.deepEqual(decided(core, '0.debian.pool.ntp.org'), ['exclude core/time'])
    assert.deepEqual(decided(core, 'www.msftconnecttest.com'), ['exclude core/captive-portals'])
  })

  test('keeps out what is ours, and whom we get intelligence from', () => {
    const ours = coreBook({
      networks: ['93.184.216.0/24'],
      resolvers: ['93.184.217.1'],
      domains: ['our-company.com'],
      feedHosts: ['otx.alienvault.com', '93.184.218.1'],
    })
    assert.deepEqual(decided(ours, '93.184.216.7'), ['exclude core/networks'])
    assert.deepEqual(decided(ours, '93.184.217.1'), ['exclude core/resolvers'])
    assert.deepEqual(decided(ours, 'mail.our-company.com'), ['exclude core/domains'])
    assert.deepEqual(decided(ours, 'joe@our-company.com'), ['exclude core/domains'])
    assert.deepEqual(decided(ours, 'otx.alienvault.com'), ['exclude core/feeds'])
    assert.deepEqual(decided(ours, '93.184.218.1'), ['exclude core/feeds'])
    assert.deepEqual(decided(ours, 'alienvault.com'), [])
  })
})
