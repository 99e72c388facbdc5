import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zeek } from '../../../src/collectors/tail/parsers/zeek.ts'
import { log, readAll } from './heard.ts'

const told = (name: string, but?: readonly string[]) =>
  readAll(zeek, log(name), but)
    .filter(({ parsed }) => parsed === 'told')
    .map(({ told: things }) => things.join(', '))
const fingerprint = 'aa'.repeat(32)

test('conn.log tells both ends, and whether who was called took part', () => {
  const lines = told('zeek_conn.log')
  assert.equal(
    lines[0],
    'time 2026-11-25T19:49:51.250Z, client 10.0.0.5, address 10.0.0.5, port 50000, server 203.0.113.7, address 203.0.113.7, answered true',
  )
  assert.ok(lines[1]!.endsWith('answered false'))
  assert.ok(lines[2]!.endsWith('server 10.0.0.9, address 10.0.0.9, answered false'))
  // One packet of UDP says nothing about that.
  assert.ok(lines[3]!.endsWith('address 2001:db8:bad::1'))
})

test('dns.log tells names and answers, whatever the order of its columns and their separator', () => {
  assert.ok(
    told('zeek_dns.log', ['name'])[1]!.endsWith('name gemini._sftp-ssh._tcp.local, name gemini.local'),
  )
  assert.deepEqual(told('zeek_dns_other_order.log', ['client', 'port', 'name', 'address', 'time']), [
    'name www.bad.example, address 192.0.2.1, address 203.0.113.7, address 10.0.0.1, port 5353, client 10.0.0.5, address 10.0.0.5, time 2026-11-25T19:49:51.250Z',
    'name fine.example, name alias.bad.example, address 192.0.2.5, address 10.0.0.1, port 5354, client 10.0.0.6, address 10.0.0.6, time 2026-11-25T19:49:52.250Z',
  ])
})

test('http.log tells URLs: with a port where it is another one, and of proxies as they were asked', () => {
  assert.deepEqual(told('zeek_http.log', ['url']), [
    'url files.example/drop/payload.exe',
    'url files.example/alt, url files.example:8080/alt',
    'url 203.0.113.7/bin.sh',
    'url http://files.example/drop/payload.exe',
    'url www.bad.example/a,b?c=1',
  ])
  assert.ok(told('zeek_http.log', ['address'])[2]!.endsWith('address 203.0.113.7'))
  assert.equal(told('zeek_http.log', ['name'])[4], 'name www.bad.example')
})

test('ssl.log tells server names, fingerprints of certificates, JA3 and JA4', () => {
  assert.deepEqual(told('zeek_ssl.log', ['name', 'hash', 'ja3', 'ja4']), [
    `name c2.bad.example, hash ${fingerprint}, hash ${'bb'.repeat(32)}, ja3 e7d705a3286e19ea42f587b344ee6865, ja4 t13d1516h2_8daaf6152771_e5627efa2ab1`,
    '',
  ])
})

test('files.log tells hashes, the name with its comma, and who got the file; of older Zeek too', () => {
  assert.deepEqual(told('zeek_files.log', ['client', 'file', 'hash']), [
    'client 10.0.0.5, file invoice, march.exe, hash 44d88612fea8a8f36de82e1278abb02f, hash 3395856ce81f2b7382dee72602f798b642f14140',
  ])
  assert.deepEqual(told('zeek_files_older.log', ['client', 'address', 'hash']), [
    'address 203.0.113.7, client 10.0.0.5, address 10.0.0.5, hash 44d88612fea8a8f36de82e1278abb02f',
  ])
})

test("intel.log tells Zeek's own hits by their type", () => {
  const lines = told('zeek_intel.log', ['name', 'email'])
  assert.equal(lines[0], 'name upload.wikimedia.org')
  assert.equal(lines.at(-1), 'email jan.grashoefer@cern.ch')
})

test('JSON tells the same', () => {
  assert.deepEqual(
    told('zeek.json.log', ['time', 'client', 'name', 'url', 'hash', 'ja3', 'file', 'answered']),
    [
      'time 2026-11-25T19:49:51.250Z, client 10.0.0.5, name www.bad.example',
      'time 2026-11-25T19:49:52.250Z, client 10.0.0.6, name files.example, url files.example/drop/payload.exe',
      `time 2026-11-25T19:49:53.250Z, client 10.0.0.7, name c2.bad.example, hash ${fingerprint}, ja3 e7d705a3286e19ea42f587b344ee6865`,
      `time 2026-11-25T19:49:54.250Z, client 10.0.0.8, file r\u00c3\u00a9s\tum\u00c3\u00a9.exe, hash ${fingerprint}, hash 44d88612fea8a8f36de82e1278abb02f`,
      'time 2026-11-25T19:49:55.250Z, client 10.0.0.9, answered true',
    ],
  )
  assert.ok(told('zeek.json.log', ['address'])[0]!.includes('address 203.0.113.7'))
})

test('lines before a header, lines with too few columns and broken JSON are malformed', () => {
  const [line] = readAll(zeek, Buffer.from('1795636191.250000\tCA1\t10.0.0.5'))
  assert.equal(line!.parsed, 'malformed')
  const cut = log('zeek_conn.log')
    .toString('latin1')
    .replace(/\tSF\t.*/, '')
  assert.equal(readAll(zeek, Buffer.from(cut))[8]!.parsed, 'malformed')
  for (const text of [
    '{',
    '{"ts":1',
    '{"ts":1,',
    '{"ts":}',
    '{"ts":1]',
    `{"a":${'['.repeat(99)}`,
    '{"ts":"',
    '{"a":"\\',
  ])
    assert.equal(readAll(zeek, Buffer.from(text))[0]!.parsed, 'malformed', text)
})
