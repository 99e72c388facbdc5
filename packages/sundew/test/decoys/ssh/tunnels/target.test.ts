import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isAlwaysThere } from '../../../../src/decoys/ssh/tunnels/always-there.ts'
import { Reach, type Vantage } from '../../../../src/decoys/ssh/tunnels/reach.ts'
import { tunnelSettings } from '../../../../src/decoys/ssh/tunnels/settings.ts'
import { targetOf, type Target } from '../../../../src/decoys/ssh/tunnels/target.ts'
import type { ByteString } from '../../../../src/event/bytes.ts'

const own = new Set(['192.0.2.1', 'mx.example.net'])
const of = (host: string): Target => targetOf(host as ByteString, own)
const shown = (target: Target): string =>
  target.kind === 'name'
    ? `name ${target.name}`
    : target.kind === 'address'
      ? `${target.range} ${target.address}`
      : target.kind

describe('a target', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['gmail-smtp-in.l.google.com', 'name gmail-smtp-in.l.google.com'],
    ['YA.RU', 'name ya.ru'],
    ['example.org.', 'name example.org'],
    ['_dmarc.example.org', 'name _dmarc.example.org'],
    ['xn--d1acpjx3f.xn--p1ai', 'name xn--d1acpjx3f.xn--p1ai'],
    ['localhost', 'self'],
    ['ip6-localhost', 'self'],
    ['mx.example.net', 'self'],
    ['192.0.2.1', 'self'],
    ['127.0.0.1', 'self'],
    ['127.1', 'self'],
    ['0x7f000001', 'self'],
    ['2130706433', 'self'],
    ['0177.0.0.1', 'self'],
    ['0.0.0.0', 'self'],
    ['::1', 'self'],
    ['::', 'self'],
    ['::ffff:127.0.0.1', 'self'],
    ['66.218.85.52', 'public 66.218.85.52'],
    ['::ffff:66.218.85.52', 'public 66.218.85.52'],
    ['8.8', 'public 8.0.0.8'],
    ['10.1.2.3', 'private 10.1.2.3'],
    ['172.31.0.1', 'private 172.31.0.1'],
    ['172.32.0.1', 'public 172.32.0.1'],
    ['169.254.169.254', 'private 169.254.169.254'],
    ['fe80::1', 'private fe80::1'],
    ['fd00::1', 'private fd00::1'],
    ['2001:db8::1', 'public 2001:db8::1'],
    ['ff02::1', 'nowhere ff02::1'],
    ['224.0.0.1', 'nowhere 224.0.0.1'],
    ['255.255.255.255', 'nowhere 255.255.255.255'],
    ['300.1.1.1', 'unknown'],
    ['1.2.3.4.5', 'unknown'],
    ['08.1.1.1', 'unknown'],
    ['', 'unknown'],
    ['.', 'unknown'],
    ['com', 'unknown'],
    ['foo', 'unknown'],
    ['foo.invalid', 'unknown'],
    ['foo.test', 'unknown'],
    ['foo.onion', 'unknown'],
    ['printer.local', 'unknown'],
    ['a..com', 'unknown'],
    ['-a.com', 'unknown'],
    ['a b.com', 'unknown'],
    ['[::1]', 'unknown'],
    ['x.com\0', 'unknown'],
    ['x.com\r\nfoo', 'unknown'],
    [`${'a'.repeat(64)}.com`, 'unknown'],
    [`${'a.'.repeat(200)}com`, 'unknown'],
    ['\xff.com', 'unknown'],
  ]
  for (const [host, expected] of cases)
    test(`${JSON.stringify(host.slice(0, 40))} is ${expected}`, () => assert.equal(shown(of(host)), expected))

  test('is a name that a greeting can bear, whatever was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (host) => {
        const target = of(host)
        if (target.kind === 'name') assert.match(target.name, /^[a-z0-9_.-]{3,253}$/)
      }),
    )
  })
})

describe('reach', () => {
  const settings = tunnelSettings.parse({})
  const vantage: Vantage = { address: '192.0.2.1', listensOn: (port) => port === 22 || port === 25 }
  const reach = new Reach(Buffer.alloc(32, 1), settings)
  const told = (host: string, port: number, by = reach): string => by.of(of(host), port, vantage).outcome
  const hosts = Array.from({ length: 2_000 }, (_, i) => `host${i}.example.org`)
  const share = (port: number, outcome: string): number =>
    hosts.filter((host) => told(host, port) === outcome).length / hosts.length

  test('is the same tomorrow, and another with another key', () => {
    const again = new Reach(Buffer.alloc(32, 1), settings)
    const other = new Reach(Buffer.alloc(32, 2), settings)
    assert.deepEqual(
      hosts.map((host) => told(host, 8099)),
      hosts.map((host) => told(host, 8099, again)),
    )
    assert.notDeepEqual(
      hosts.map((host) => told(host, 8099)),
      hosts.map((host) => told(host, 8099, other)),
    )
  })

  test('is given nearly always for mail and web, seldom for ports of no service', () => {
    for (const port of [25, 80, 443, 465, 587, 2525]) assert.ok(share(port, 'opened') > 0.96, String(port))
    assert.ok(share(25, 'opened') < 1)
    assert.ok(share(31_337, 'opened') < 0.15)
    assert.ok(share(31_337, 'opened') > 0.05)
    assert.ok(share(31_337, 'timed_out') > share(31_337, 'opened'))
    assert.ok(share(31_337, 'refused') > share(31_337, 'opened'))
  })

  test('is always given to hosts that everybody knows to be there', () => {
    const all = new Reach(Buffer.alloc(32), tunnelSettings.parse({ away_share: 1 }))
    for (const host of ['ya.ru', 'gmail-smtp-in.l.google.com', 'api.ipify.org', '8.8.8.8'])
      assert.equal(told(host, 443, all), 'opened')
    assert.notEqual(told('host.example.org', 443, all), 'opened')
    assert.equal(isAlwaysThere('notgoogle.com'), false)
  })

  test('ends at our own ports for this machine', () => {
    assert.equal(told('127.0.0.1', 22), 'opened')
    assert.equal(told('localhost', 25), 'opened')
    assert.equal(told('127.0.0.1', 3306), 'refused')
    assert.equal(reach.of(of('127.0.0.1'), 22, vantage).afterMs, 0)
  })

  test('is not given to what cannot be', () => {
    assert.equal(told('foo.invalid', 25), 'unknown_name')
    assert.equal(told('224.0.0.1', 25), 'unreachable')
    assert.equal(told('2001:db8::1', 25), 'unreachable')
    assert.notEqual(
      reach.of(of('2001:db8::1'), 25, { ...vantage, address: '2001:db8::9' }).outcome,
      'unreachable',
    )
  })

  test('takes its time, within bounds, and none where the owner wants none', () => {
    const quick = new Reach(Buffer.alloc(32), tunnelSettings.parse({ round_trip_ms: 0 }))
    for (const host of hosts.slice(0, 200)) {
      const { outcome, afterMs } = reach.of(of(host), 25, vantage)
      if (outcome === 'timed_out') assert.equal(afterMs, 130_000)
      else assert.ok(afterMs > 0 && afterMs < 140)
      const soon = quick.of(of(host), 25, vantage)
      assert.equal(soon.afterMs, soon.outcome === 'timed_out' ? 130_000 : 0)
    }
  })
})
