import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unbound } from '../../../src/collectors/tail/parsers/unbound.ts'
import { log, readAll } from './heard.ts'

const told = (name: string, but: readonly string[]) =>
  readAll(unbound, log(name), but)
    .filter(({ parsed }) => parsed === 'told')
    .map(({ told: things }) => things.join(', '))

test('queries, policies and local zones of the log are told; replies to queries that were told are not', () => {
  const lines = told('unbound.log', ['client', 'name', 'blocked'])
  assert.deepEqual(lines.slice(0, 4), [
    'client 127.0.0.1, name bad.example.',
    'client 127.0.0.1, blocked nxdomain, name bad.example.',
    'client 127.0.0.1, name www.bad.example.',
    'client 127.0.0.1, blocked nxdomain, name www.bad.example.',
  ])
  const blocked = new Map(
    told('unbound.log', ['name', 'blocked']).flatMap((line) => {
      const [policy, name] = line.split(', ')
      return name === undefined ? [] : [[name, policy] as const]
    }),
  )
  assert.deepEqual(Object.fromEntries(blocked), {
    'name bad.example.': 'blocked nxdomain',
    'name www.bad.example.': 'blocked nxdomain',
    'name nodata.example.': 'blocked nodata',
    'name walled.example.': 'blocked local-data',
    'name garden.example.': 'blocked local-data',
    'name ok.example.': 'blocked passthru',
    'name www.corp.test.': 'blocked nxdomain',
    'name hostip.corp.test.': 'blocked nxdomain',
    'name al.corp.test.': 'blocked nxdomain',
    'name drop.example.': 'blocked drop',
    'name tcp.example.': 'blocked tcp-only',
    'name BAD.ExAmple.': 'blocked nxdomain',
    'name we?ird.bad.example.': 'blocked nxdomain',
    'name a?b.bad.example.': 'blocked nxdomain',
    'name x?y.bad.example.': 'blocked nxdomain',
    'name v6.corp.test.': 'blocked nxdomain',
    'name www.blocked.example.': 'blocked nxdomain',
    'name informd.example.': 'blocked drop',
    'name inform.example.': 'blocked passthru',
    'name a.static.example.': 'blocked nxdomain',
    'name rec.example.': 'blocked passthru',
    'name www.redir.example.': 'blocked local-data',
    'name www.redirinf.example.': 'blocked local-data',
    'name refuse.example.': 'blocked refused',
  })
})

test('the tagged log tells the same as the untagged one', () => {
  const names = (name: string) => new Set(told(name, ['name', 'blocked']))
  assert.deepEqual(names('unbound-tagged.log'), names('unbound.log'))
})

test('seconds since 1970 and syslog times are read', () => {
  assert.equal(told('unbound.log', ['time'])[0], 'time 2026-11-25T19:49:51.000Z')
  const [tagged] = told('unbound-tagged.log', ['time'])
  assert.match(tagged!, /^time 20\d\d-11-2[456]T\d\d:\d\d:59\.000Z$/)
})

test('through syslog it is the same, and a policy that lists an address tells it', () => {
  assert.deepEqual(told('unbound-syslog.log', ['client', 'port', 'name', 'blocked']), [
    'client 10.0.0.5, name bad.example.',
    'client fd00::5, port 57699, blocked nxdomain, name www.bad.example.',
  ])
  const line = '[1] unbound[1:0] info: rpz: applied 203.0.113.0/24 rpz-drop 10.0.0.5@53 a.example. A IN'
  assert.deepEqual(readAll(unbound, Buffer.from(line), ['address'])[0]?.told, ['address 203.0.113.0'])
})

test('where only replies are logged they are told', () => {
  const line = '[1795636191] unbound[1:0] info: 10.0.0.5 bad.example. A IN NOERROR 0.000000 1 40'
  assert.deepEqual(readAll(unbound, Buffer.from(line), ['client', 'name'])[0]?.told, [
    'client 10.0.0.5',
    'name bad.example.',
  ])
})
