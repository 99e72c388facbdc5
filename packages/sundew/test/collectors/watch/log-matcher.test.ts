import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LineParser } from '../../../src/collectors/tail/parser.ts'
import { bind } from '../../../src/collectors/tail/parsers/bind.ts'
import { zeek } from '../../../src/collectors/tail/parsers/zeek.ts'
import { LogMatcher, type LogMatcherParts } from '../../../src/collectors/watch/log-matcher.ts'
import type { LogMatch } from '../../../src/collectors/watch/match-event.ts'
import { catalogue } from '../../../src/event/catalogue.ts'
import { linesOf, log } from '../tail/heard.ts'
import { addressesOf, namesOf } from './listed.ts'

const windowMs = 300_000

/** A matcher whose clock stands at `at` until it is moved. */
function watch(parts: Partial<LogMatcherParts> = {}) {
  const told: LogMatch[] = []
  const matcher = new LogMatcher({
    networks: ['10.0.0.0/8'],
    windowMs,
    emit: (match) => told.push(match),
    ...parts,
  })
  let nowMs = Date.UTC(2026, 10, 25, 20)
  return {
    matcher,
    told,
    read: (parser: LineParser, text: string | Uint8Array, name = '/var/log/a.log') => {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text
      const reader = parser.begin()
      for (const [from, to] of linesOf(bytes)) {
        matcher.sight.clear()
        const parsed = reader.parse(bytes, from, to, matcher.sight)
        matcher.line(parsed, { log: name, service: parser.service }, nowMs)
      }
    },
    pass: (ms: number) => {
      nowMs += ms
      matcher.tick(nowMs)
    },
  }
}

const query = (client: string, name: string) =>
  `25-Nov-2026 19:49:48.159 client ${client}#5353 (${name}): query: ${name} IN A + (10.0.0.1)`
const rpz = (client: string, name: string, policy = 'rpz QNAME NXDOMAIN') =>
  `25-Nov-2026 19:49:48.160 client ${client}#5353 (${name}): ${policy} rewrite ${name}/A/IN via ${name}.rpz.local`

describe('what is told of a hit', () => {
  test('a listed name below a listed domain, with the pulse, its link, the client and the log', () => {
    const { matcher, told, read, pass } = watch()
    matcher.use(undefined, namesOf('domain bad.example'))
    read(bind, query('10.0.0.7', 'WWW.Bad.example'), '/var/log/named/query.log')
    assert.equal(told.length, 0)
    pass(250)
    assert.equal(told.length, 1)
    const [{ fields, ...ends }] = told as [LogMatch]
    assert.deepEqual(ends, { source_ip: '10.0.0.7', source_port: 5353, destination_ip: '::' })
    const time = new Date('2026-11-25T19:49:48.159').toISOString()
    assert.deepEqual(fields, {
      indicator: 'bad.example',
      matched: 'name',
      matched_ip: '',
      observed: 'WWW.Bad.example',
      indicator_type: 'domain',
      action: 'block',
      log: '/var/log/named/query.log',
      direction: 'outbound',
      list: 'pulses',
      lists: ['pulses'],
      indicators: ['bad.example'],
      titles: ['Pulse of bad.example'],
      links: ['https://pulses.example/bad.example'],
      protocol: 0,
      service_name: 'dns',
      bytes: 0,
      packets: 0,
      flows: 1,
      first_seen: time,
      last_seen: time,
      summary: false,
      severity: 'high',
      retro: false,
    })
    const known = Object.keys(catalogue['intel.match'].fields)
    for (const field of Object.keys(fields)) assert.ok(known.includes(field), field)
  })

  test('michigan.org is not higan.org', () => {
    const { matcher, told, read, pass } = watch()
    matcher.use(undefined, namesOf('domain higan.org'))
    read(bind, query('10.0.0.7', 'michigan.org'))
    pass(1_000)
    assert.deepEqual(told, [])
  })

  test('an address in an answer, a URL, a hash and a fingerprint are told by what they are', () => {
    const { matcher, told, read, pass } = watch()
    matcher.use(
      addressesOf('203.0.113.0/24'),
      namesOf(
        'url http://files.example/drop/payload.exe',
        'hash 44d88612fea8a8f36de82e1278abb02f',
        'ja3 e7d705a3286e19ea42f587b344ee6865',
        'file_name invoice,',
      ),
    )
    for (const name of ['zeek_dns_other_order.log', 'zeek_http.log', 'zeek_ssl.log', 'zeek_files.log'])
      read(zeek, log(name), name)
    pass(1_000)
    assert.deepEqual(
      told.map(({ source_ip, fields }) => [
        source_ip,
        fields.matched,
        fields.indicator_type,
        fields.observed,
        fields.matched_ip,
        fields.log,
      ]),
      [
        ['10.0.0.5', 'address', 'address', '', '203.0.113.7', 'zeek_dns_other_order.log'],
        ['10.0.0.5', 'url', 'url', 'files.example/drop/payload.exe', '', 'zeek_http.log'],
        ['10.0.0.7', 'address', 'address', '', '203.0.113.7', 'zeek_http.log'],
        ['10.0.0.8', 'url', 'url', 'http://files.example/drop/payload.exe', '', 'zeek_http.log'],
        ['10.0.0.5', 'ja3', 'ja3', 'e7d705a3286e19ea42f587b344ee6865', '', 'zeek_ssl.log'],
        ['10.0.0.5', 'hash', 'hash', '44d88612fea8a8f36de82e1278abb02f', '', 'zeek_files.log'],
      ],
    )
  })
})

describe('how grave a hit is', () => {
  const severities = (read: (watched: ReturnType<typeof watch>) => void, ...names: string[]) => {
    const watched = watch()
    watched.matcher.use(addressesOf('203.0.113.7'), namesOf(...names))
    read(watched)
    watched.pass(1_000)
    return watched.told.map(({ fields }) =>
      [fields.direction, fields.blocked ?? '', fields.severity].join(' '),
    )
  }

  test('one of ours that nothing stopped: high where it is blocked elsewhere, medium where it is only matched', () => {
    const ask = ({ read }: ReturnType<typeof watch>) => read(bind, query('10.0.0.7', 'bad.example'))
    assert.deepEqual(severities(ask, 'domain bad.example'), ['outbound  high'])
    assert.deepEqual(severities(ask, 'domain bad.example alert'), ['outbound  medium'])
  })

  test('what the name server kept from it is medium, told once from the query log and the RPZ log together', () => {
    assert.deepEqual(
      severities(({ read }) => {
        read(bind, query('10.0.0.7', 'bad.example'), 'query.log')
        read(bind, rpz('10.0.0.7', 'bad.example'), 'rpz.log')
      }, 'domain bad.example'),
      ['outbound nxdomain medium'],
    )
  })

  test('log-only and passthru keep nothing from anybody', () => {
    for (const policy of ['disabled rpz QNAME NXDOMAIN', 'rpz QNAME PASSTHRU'])
      assert.deepEqual(
        severities(({ read }) => read(bind, rpz('10.0.0.7', 'bad.example', policy)), 'domain bad.example'),
        [`outbound ${policy.startsWith('disabled') ? 'log-only nxdomain' : 'passthru'} high`],
      )
  })

  test('a stranger who asks is low; this machine is ours', () => {
    const asks = (client: string) =>
      severities(({ read }) => read(bind, query(client, 'bad.example')), 'domain bad.example')
    assert.deepEqual(asks('198.51.100.1'), ['external  low'])
    assert.deepEqual(asks('127.0.0.1'), ['outbound  high'])
    assert.deepEqual(asks('::1'), ['outbound  high'])
  })

  test('connections of Zeek: answered, not answered, and from the listed one', () => {
    assert.deepEqual(
      severities(({ read }) => read(zeek, log('zeek_conn.log')), 'domain unused.example'),
      ['outbound  high', 'outbound  low', 'inbound  low'],
    )
  })
})

describe('windows', () => {
  test('the same client and indicator are told once, and counted when their window ends', () => {
    const { matcher, told, read, pass } = watch()
    matcher.use(undefined, namesOf('domain bad.example'))
    for (let count = 0; count < 5; count++) {
      read(bind, query('10.0.0.7', `host${count}.bad.example`))
      pass(1_000)
    }
    read(bind, query('10.0.0.8', 'bad.example'))
    pass(1_000)
    assert.deepEqual(
      told.map(({ source_ip, fields }) => [source_ip, fields.flows, fields.summary]),
      [
        ['10.0.0.7', 1, false],
        ['10.0.0.8', 1, false],
      ],
    )
    pass(windowMs)
    assert.deepEqual(
      told.slice(2).map(({ source_ip, fields }) => [source_ip, fields.flows, fields.summary]),
      [['10.0.0.7', 5, true]],
    )
    read(bind, query('10.0.0.7', 'bad.example'))
    pass(1_000)
    assert.equal(told.length, 4)
  })

  test('what becomes graver is told again', () => {
    const { matcher, told, read, pass } = watch()
    matcher.use(addressesOf('203.0.113.7'), undefined)
    const conn = log('zeek_conn.log').toString()
    read(zeek, conn.replaceAll('\tSF\t', '\tS0\t'))
    pass(1_000)
    read(zeek, conn)
    pass(1_000)
    assert.deepEqual(
      told
        .filter(({ source_ip }) => source_ip === '10.0.0.5')
        .map(({ fields }) => [fields.severity, fields.caveat]),
      [
        ['low', 'syn-only'],
        ['high', undefined],
      ],
    )
  })

  test('sets are swapped under open windows', () => {
    const { matcher, told, read, pass } = watch()
    matcher.use(undefined, namesOf('domain bad.example'))
    read(bind, query('10.0.0.7', 'bad.example'))
    matcher.use(undefined, namesOf('domain other.example', 'domain bad.example'))
    read(bind, query('10.0.0.7', 'bad.example'))
    pass(1_000)
    assert.equal(told.length, 1)
    assert.equal(told[0]!.fields.flows, 2)
    matcher.use(undefined, undefined)
    read(bind, query('10.0.0.9', 'bad.example'))
    pass(1_000)
    assert.equal(told.length, 1)
  })

  test('a flood is told up to a limit a second, and the rest counted; windows are bounded', (t) => {
    let second = 1_000
    t.mock.method(performance, 'now', () => second)
    const { matcher, told, read, pass } = watch({ windows: 100, eventsPerSecond: 10 })
    matcher.use(undefined, namesOf('domain bad.example alert'))
    const lines = Array.from({ length: 1_000 }, (_, host) =>
      query(`10.0.${host >> 8}.${host & 255}`, 'bad.example'),
    )
    read(bind, lines.join('\n'))
    assert.equal(matcher.crowdedOut, 900)
    pass(1_000)
    assert.equal(told.length, 10)
    assert.equal(matcher.events, 10)
    assert.equal(matcher.untold, 890)
    assert.equal(matcher.hits, 1_000)
    second += 1_000
    matcher.close()
    assert.equal(told.length, 20)
  })

  test('a list of unrouted space makes no host of ours a listed one', () => {
    const { matcher, told, read, pass } = watch()
    matcher.use(addressesOf('10.0.0.0/8', '203.0.113.7'), undefined)
    read(zeek, log('zeek_conn.log'))
    pass(1_000)
    assert.deepEqual([...new Set(told.map(({ fields }) => fields.matched_ip))], ['203.0.113.7'])
  })

  test('a malformed line tells nothing, whatever it began with', () => {
    const { matcher, told, read, pass } = watch()
    matcher.use(undefined, namesOf('domain bad.example'))
    read(zeek, '{"ts":1,"uid":"C","id.orig_h":"10.0.0.5","query":"bad.example",}')
    pass(1_000)
    assert.deepEqual(told, [])
  })
})

test('a port that is none is no port, whatever a line says', () => {
  const { matcher, told, read, pass } = watch()
  matcher.use(addressesOf(), namesOf('domain bad.example'))
  read(bind, 'client 10.0.0.5#99999: query: bad.example IN A +\n')
  pass(1_000)
  assert.deepEqual(
    told.map(({ source_port }) => source_port),
    [0],
  )
})
