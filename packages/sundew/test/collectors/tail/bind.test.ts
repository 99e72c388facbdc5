import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind } from '../../../src/collectors/tail/parsers/bind.ts'
import { log, readAll } from './heard.ts'

/** As a log of this machine's time zone has it. */
const local = (text: string) => new Date(text).toISOString()

test('a query line tells client, port, name and time', () => {
  const [comment, first] = readAll(bind, log('bind918_query.log'))
  assert.deepEqual(comment, { parsed: 'other', told: [] })
  assert.deepEqual(first, {
    parsed: 'told',
    told: [
      'client 127.0.0.1',
      'port 36972',
      'name itsme010101.no-ip.org',
      `time ${local('2026-11-24T23:55:38.121')}`,
    ],
  })
})

test('the same queries are told whichever of time, category and severity is printed', () => {
  const told = (name: string) =>
    readAll(bind, log(name), ['client', 'port', 'name']).map(({ told: things }) => things.join(', '))
  const bare = told('bind-query-bare.log')
  assert.equal(bare.length, 26)
  assert.equal(bare[0], 'client 127.0.0.1, port 40696, name bad.example')
  assert.equal(bare[25], 'client ::1, port 60219, name bad.example')
  for (const form of ['all', 'time', 'iso', 'isoutc'])
    assert.deepEqual(told(`bind-query-${form}.log`), bare, form)
})

test('each kind of time is read, and where there is none none is told', () => {
  const time = (name: string) => readAll(bind, log(name), ['time'])[0]!.told
  const expected = [`time ${local('2026-11-25T19:49:48.159')}`]
  assert.deepEqual(time('bind-query-all.log'), expected)
  assert.deepEqual(time('bind-query-iso.log'), expected)
  assert.deepEqual(time('bind-query-isoutc.log'), ['time 2026-11-25T19:49:48.159Z'])
  assert.deepEqual(time('bind-query-bare.log'), [])
})

test('names with escapes are told as BIND writes them', () => {
  const names = readAll(bind, log('bind-query-bare.log'), ['name']).flatMap(({ told }) => told)
  for (const name of ['we\\032ird.bad.example', 'x\\)y.bad.example', '\\000n.example', 'BAD.ExAmple', '.'])
    assert.ok(names.includes(`name ${name}`), name)
})

test('syslog before the message is looked through, a host called client too', () => {
  assert.deepEqual(
    readAll(bind, log('bind-syslog.log'), ['client', 'name']).map(({ told }) => told),
    [
      ['client 10.0.0.7', 'name bad.example'],
      ['client 10.0.0.8', 'name www.bad.example'],
      ['client 10.0.0.9', 'name bad.example'],
      ['client 10.0.0.10', 'name bad.example'],
    ],
  )
  const times = readAll(bind, log('bind-syslog.log'), ['time']).flatMap(({ told }) => told)
  assert.deepEqual(times.slice(1, 3), ['time 2026-11-25T19:49:48.159Z', 'time 2026-11-25T19:49:48.159Z'])
})

test('an RPZ line tells what was done, the name, and the prefix that was hit', () => {
  const [, ...lines] = readAll(bind, log('bind918_rpz.log'), ['blocked', 'name', 'address'])
  assert.deepEqual(
    lines.map(({ told }) => [...new Set(told)].join(', ')),
    [
      'blocked nxdomain, name itsme010101.no-ip.org',
      'blocked nxdomain, name www.itsme010101.no-ip.org',
      'blocked nxdomain, name hostip.corp.test, address 192.0.2.77',
      'blocked drop, name dropip.corp.test, address 203.0.113.0',
      'blocked nxdomain, name v6.corp.test, address 2001:db8::1',
      'blocked local-data, name walled.example',
      'blocked passthru, name ok.example',
      'blocked nodata, name nodata.example',
      'blocked log-only nxdomain, name logonly.example',
    ],
  )
})

test('where an alias was rewritten the name asked for is told too', () => {
  const alias = readAll(bind, log('bind-rpz-view.log'), ['name']).find(({ told }) =>
    told.includes('name al.corp.test'),
  )
  assert.deepEqual(alias?.told, ['name hostip.corp.test', 'name al.corp.test'])
})

test('RPZ lines of other versions, and of Infoblox, are read', () => {
  assert.deepEqual(
    readAll(bind, log('bind_rpz_other_versions.log'), ['client', 'port', 'blocked', 'name']).map(({ told }) =>
      [...new Set(told)].join(', '),
    ),
    [
      'blocked nxdomain, name bad.threatstop.com, client 127.0.0.1, port 40466',
      'blocked nxdomain, name use-application-dns.net, client ::1, port 54175',
      'blocked nxdomain, name nxd1.com, client 192.168.0.1, port 51424',
    ],
  )
})

const client = 'client @0x7f 10.0.0.1#53 (a.example): '

test('owners of prefixes are turned round, zeros and all', () => {
  const owners = {
    '32.1.2.0.192.rpz-ip.z': '192.0.2.1',
    '128.1.zz.db8.2001.rpz-ip.z': '2001:db8::1',
    '48.zz.db8.2001.rpz-nsip.z': '2001:db8::',
    '128.1.zz.rpz-client-ip.z': '::1',
    '0.zz.rpz-ip.z': '::',
    '64.zz.4.3.2.1.rpz-ip.z': '1:2:3:4::',
  }
  for (const [owner, address] of Object.entries(owners)) {
    const line = Buffer.from(`${client}rpz IP NXDOMAIN rewrite a.example/A/IN via ${owner}`)
    assert.deepEqual(readAll(bind, line, ['address'])[0]!.told, [`address ${address}`], owner)
  }
  for (const owner of ['x.1.2.0.192.rpz-ip.z', '.rpz-ip.z', `${'1.'.repeat(40)}rpz-ip.z`]) {
    const line = Buffer.from(`${client}rpz IP NXDOMAIN rewrite a.example/A/IN via ${owner}`)
    assert.deepEqual(readAll(bind, line, ['address'])[0]!.told, [], owner)
  }
})

test('a name server that is listed by name is told', () => {
  const line = `${client}rpz NSDNAME NXDOMAIN rewrite a.example/A/IN via ns.evil.test.rpz-nsdname.rpz.local`
  assert.deepEqual(readAll(bind, Buffer.from(line), ['name'])[0]!.told.slice(0, 2), [
    'name a.example',
    'name ns.evil.test',
  ])
})

test('a dot within a label makes no name below another', () => {
  const told = (name: string) =>
    readAll(bind, Buffer.from(`client 10.0.0.1#53: query: ${name} IN A +`), ['name'])[0]!.told
  assert.deepEqual(told('a\\.bad.example'), ['name example'])
  assert.deepEqual(told('x.a\\.b\\.c.bad.example'), ['name bad.example'])
  assert.deepEqual(told('a\\\\.bad.example'), ['name a\\\\.bad.example'])
  assert.deepEqual(told('a\\.bad'), [])
  assert.deepEqual(told('we\\032ird.bad.example'), ['name we\\032ird.bad.example'])
})

test('what is cut is malformed, what is something else is left out', () => {
  const parsed = (text: string) => readAll(bind, Buffer.from(text))[0]?.parsed
  assert.equal(parsed(`${client}query: a.example`), 'malformed')
  assert.equal(parsed(`${client}rpz QNAME NXDOMAIN rewrite a.example/A/IN`), 'malformed')
  assert.equal(parsed(`${client}rpz QNAME rewrite a.example via x failed: timed out`), 'other')
  assert.equal(parsed(`${client}query failed (SERVFAIL) for a.example/IN/A`), 'other')
  assert.equal(parsed('zone rpz.local/IN: loaded serial 1'), 'other')
  assert.equal(parsed('client'), 'other')
})
