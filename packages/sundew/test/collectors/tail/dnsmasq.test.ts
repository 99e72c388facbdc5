import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dnsmasq } from '../../../src/collectors/tail/parsers/dnsmasq.ts'
import { log, readAll } from './heard.ts'

const told = (bytes: Uint8Array, but: readonly string[]) =>
  readAll(dnsmasq, bytes, but)
    .filter(({ parsed }) => parsed === 'told')
    .map(({ told: things }) => things.join(', '))

test('queries, answers and names answered from hosts files are told, with who asked', () => {
  const lines = told(log('dnsmasq.log'), ['client', 'name', 'address', 'blocked'])
  assert.deepEqual(lines.slice(0, 4), [
    'client 127.0.0.1, name bad.example',
    'client 127.0.0.1, blocked local-data, name bad.example',
    'client 127.0.0.1, name www.bad.example',
    'client 127.0.0.1, address 192.0.2.5',
  ])
  assert.ok(lines.includes('client 127.0.0.1, blocked nxdomain, name www.blocked.example'))
  assert.ok(lines.includes('client 127.0.0.1, blocked local-data, name sink.example'))
  assert.ok(lines.includes('client 127.0.0.1, address 2001:db8::1'))
})

test("an alias's name is told, and its address is the client's who asked for the first name", () => {
  const lines = told(
    Buffer.from(
      [
        'Nov 25 19:50:02 dnsmasq[1]: query[A] al.example from 10.0.0.5',
        'Nov 25 19:50:02 dnsmasq[1]: query[A] other.example from 10.0.0.6',
        'Nov 25 19:50:02 dnsmasq[1]: reply al.example is <CNAME>',
        'Nov 25 19:50:02 dnsmasq[1]: reply target.example is 192.0.2.77',
      ].join('\n'),
    ),
    ['client', 'name', 'address'],
  )
  assert.deepEqual(lines.slice(2), [
    'client 10.0.0.5',
    'client 10.0.0.5, name target.example, address 192.0.2.77',
  ])
})

test('with log-queries=extra each line tells its client and port', () => {
  const lines = told(log('dnsmasq-extra.log'), ['client', 'port', 'name', 'blocked'])
  assert.equal(lines[0], 'port 42331, client 127.0.0.1, name bad.example')
  assert.equal(lines[1], 'port 42331, client 127.0.0.1, blocked local-data, name bad.example')
})

test("Pi-hole's words for its lists mean blocked", () => {
  assert.deepEqual(told(log('pihole.log'), ['client', 'name', 'blocked']), [
    'client 192.168.1.20, name events.bad.example',
    'client 192.168.1.20, blocked local-data, name events.bad.example',
    'client fd00::23, name deny.example',
    'client fd00::23, blocked local-data, name deny.example',
    'client 192.168.1.23, name regex.example',
    'client 192.168.1.23, blocked nxdomain, name regex.example',
    'client 192.168.1.23, name old.example',
    'client 192.168.1.23, blocked local-data, name old.example',
    'client 192.168.1.24, name mask.icloud.com',
    'client 192.168.1.24, blocked nxdomain, name mask.icloud.com',
    'client 192.168.1.25, name www.site.example',
    'client 192.168.1.25',
    'client 192.168.1.25, blocked nxdomain, name tracker.bad.example',
    'client 192.168.1.25, blocked local-data, name www.site.example',
    'client 192.168.1.25, blocked refused, name flood.example',
    'client 192.168.1.30, name proto.bad.example',
    'client 192.168.1.30, blocked local-data, name proto.bad.example',
    'client fd00::31',
  ])
})

test('a name that holds the words of a line moves nobody else into its place', () => {
  const line = 'Nov 25 19:50:02 dnsmasq[1]: query[A] x from 10.9.9.9 is bad.example from 10.0.0.5'
  assert.deepEqual(told(Buffer.from(line), ['client', 'name']), [
    'client 10.0.0.5, name x from 10.9.9.9 is bad.example',
  ])
  const answer = 'Nov 25 19:50:02 dnsmasq[1]: reply x is 203.0.113.7 is bad.example is 192.0.2.1'
  assert.deepEqual(told(Buffer.from(answer), ['address']), ['address 192.0.2.1'])
})
