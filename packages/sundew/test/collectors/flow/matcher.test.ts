import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { FlowMatch } from '../../../src/collectors/flow/match-event.ts'
import { FlowMatcher, type FlowMatcherParts } from '../../../src/collectors/flow/matcher.ts'
import { catalogue } from '../../../src/event/catalogue.ts'
import type { AddressSet } from '../../../src/match/address-set.ts'
import { AddressSetBuilder } from '../../../src/match/address-set-builder.ts'
import { columnWords, parseAddress, parseRange } from '../../../src/match/parse-address.ts'
import { FlowColumns } from '../../../src/wire/flow/columns.ts'
import type { FlowColumnName } from '../../../src/wire/flow/layout.ts'

const [syn, push, ack, fin] = [2, 8, 16, 1]
const ours = '192.168.1.10'
const bad = '203.0.113.7'
const start = Date.UTC(2026, 10, 25, 12)

function setOf(texts: Readonly<Record<string, readonly string[]>>): AddressSet {
  const builder = new AddressSetBuilder()
  for (const [list, listed] of Object.entries(texts)) {
    const source = builder.source(list)
    for (const text of listed) {
      const { first, last } = parseRange(text)!
      builder.add(first, last, builder.label(source, `${list} says`, `https://${list}.example/`))
    }
  }
  return builder.build()
}

type Flow = Partial<Record<FlowColumnName, number | string>>

/** A batch of these flows; TCP with data from ours to the bad one's port 443 where they do not say else. */
function columnsOf(flows: readonly Flow[]): FlowColumns {
  const columns = new FlowColumns(Math.max(1, flows.length))
  for (const [row, flow] of flows.entries()) {
    const whole: Flow = {
      time: start,
      source_ip: ours,
      destination_ip: bad,
      source_port: 50_000,
      destination_port: 443,
      protocol: 6,
      tcp_flags: syn | ack | push | fin,
      raw_bytes: 1000,
      raw_packets: 10,
      exporter_ip: '192.0.2.1',
      exporter_port: 2055,
      ...flow,
    }
    for (const [name, value] of Object.entries(whole) as [FlowColumnName, number | string][]) {
      columns.touch(name)
      const cells = columns.cells(name) as Uint32Array
      const wide = ['time', 'flow_start', 'raw_bytes', 'raw_packets', 'reverse_bytes', 'reverse_packets']
      if (typeof value === 'string') cells.set(columnWords(parseAddress(value)!), row * 4)
      else if (wide.includes(name)) cells.set([value >>> 0, Math.floor(value / 2 ** 32)], row * 2)
      else cells[row] = value
    }
  }
  columns.rows = flows.length
  return columns
}

function matcher(parts: Partial<FlowMatcherParts> = {}, set = setOf({ drop: [bad] })) {
  const told: FlowMatch[] = []
  const made = new FlowMatcher({
    networks: ['192.168.0.0/16', '2001:db8:1::/48'],
    windowMs: 300_000,
    nextHop: false,
    emit: (match) => told.push(match),
    ...parts,
  })
  made.use(set)
  return {
    matcher: made,
    told,
    see: (...flows: readonly Flow[]) => {
      made.match(columnsOf(flows), 0, flows.length)
      return told.splice(0)
    },
    end: () => {
      made.close()
      return told.splice(0)
    },
  }
}

describe('a flow that meets a listed address', () => {
  test('is told at once, with all that the owner needs', () => {
    const set = setOf({ drop: ['203.0.113.0/24'], otx: [bad] })
    const [match] = matcher({}, set).see({ duration_ms: 1500, sampling: 10, flow_start: start - 2000 })
    assert.deepEqual(match, {
      source_ip: ours,
      source_port: 50_000,
      destination_ip: bad,
      destination_port: 443,
      transport: 'tcp',
      fields: {
        indicator: bad,
        matched: 'destination',
        matched_ip: bad,
        direction: 'outbound',
        list: 'otx',
        lists: ['otx', 'drop'],
        indicators: [bad, '203.0.113.0/24'],
        titles: ['otx says', 'drop says'],
        links: ['https://otx.example/', 'https://drop.example/'],
        protocol: 6,
        service_name: 'https',
        bytes: 10_000,
        packets: 100,
        flows: 1,
        first_seen: '2026-11-25T11:59:58.000Z',
        last_seen: '2026-11-25T11:59:59.500Z',
        summary: false,
        severity: 'high',
        exporter: '192.0.2.1:2055',
        retro: false,
      },
    })
    assert.deepEqual(
      Object.keys(match.fields).filter((name) => !(name in catalogue['intel.match'].fields)),
      [],
    )
  })

  test('is told from who began, also where the answer comes first', () => {
    const [match] = matcher().see({
      source_ip: bad,
      source_port: 443,
      destination_ip: ours,
      destination_port: 50_000,
    })
    assert.equal(match?.source_ip, ours)
    assert.equal(match.destination_port, 443)
    assert.equal(match.fields.direction, 'outbound')
    assert.equal(match.fields.matched, 'destination')
  })

  test('of the same pair is one until its window ends, which tells what all came to', () => {
    const { matcher: made, told, see } = matcher()
    assert.equal(see({}).length, 1)
    assert.equal(see({}, { source_port: 50_001 }).length, 0)
    made.tick(start + 299_999)
    assert.equal(told.length, 0)
    made.tick(start + 300_000)
    assert.equal(told.length, 1)
    const { fields } = told.splice(0)[0]!
    assert.deepEqual([fields.summary, fields.flows, fields.bytes], [true, 3, 3000])
    assert.equal(see({ time: start + 300_000 })[0]?.fields.summary, false)
    made.close()
    assert.equal(told.length, 0, 'one flow was told already')
  })

  test('that turns out worse is told again', () => {
    const { see, end } = matcher()
    const [first] = see({ tcp_flags: syn })
    assert.deepEqual([first?.fields.severity, first?.fields.caveat], ['low', 'syn-only'])
    const [second] = see({})
    assert.deepEqual([second?.fields.severity, second?.fields.caveat], ['high', undefined])
    assert.deepEqual([second?.fields.flows, second?.fields.summary], [2, false])
    assert.equal(see({}).length, 0)
    assert.equal(end()[0]?.fields.flows, 3)
  })

  test('is answered where the other way is seen, and one-way at the end where it never is', () => {
    const udp = { protocol: 17, tcp_flags: 0, destination_port: 53 }
    const { see, end } = matcher()
    assert.equal(see(udp)[0]?.fields.severity, 'medium')
    const answer = { ...udp, source_ip: bad, destination_ip: ours, source_port: 53, destination_port: 50_000 }
    assert.equal(see(answer)[0]?.fields.severity, 'high')
    assert.equal(end().length, 0)
    see(udp, udp)
    const [last] = end()
    assert.deepEqual([last?.fields.caveat, last?.fields.severity], ['one-way', 'medium'])
  })

  test('says which direction it went', () => {
    const { see } = matcher({}, setOf({ a: [bad, '198.51.100.9', '192.168.1.77'] }))
    const direction = (flow: Flow) => see(flow)[0]?.fields.direction
    assert.equal(direction({}), 'outbound')
    assert.equal(direction({ source_ip: bad, destination_ip: ours, destination_port: 22 }), 'inbound')
    assert.equal(direction({ destination_ip: '192.168.1.77' }), 'internal')
    assert.equal(direction({ source_ip: '198.51.100.1', destination_ip: bad }), 'external')
    assert.equal(direction({ source_ip: '192.168.1.77', destination_ip: '198.51.100.1' }), 'outbound')
  })

  test('between two ends with the same port began with whom was seen first', () => {
    const ntp = { protocol: 17, tcp_flags: 0, source_port: 123, destination_port: 123 }
    const { see, end } = matcher()
    assert.equal(see(ntp)[0]?.fields.direction, 'outbound')
    const [answered] = see({ ...ntp, source_ip: bad, destination_ip: ours })
    assert.deepEqual([answered?.fields.direction, answered?.fields.severity], ['outbound', 'high'])
    assert.deepEqual([answered?.fields.flows, end().length], [2, 0])
  })

  test('is found behind address translation, and at the next hop where that is asked', () => {
    const nat = { destination_ip: '198.51.100.1', nat_destination_ip: bad, next_hop: '198.51.100.254' }
    assert.equal(matcher().see(nat)[0]?.fields.matched, 'nat_destination')
    const set = setOf({ a: ['198.51.100.254'] })
    assert.equal(matcher({}, set).see(nat).length, 0)
    const [match] = matcher({ nextHop: true }, set).see(nat)
    assert.deepEqual([match?.fields.matched, match?.fields.matched_ip], ['next_hop', '198.51.100.254'])
  })

  test('is not told for what was not translated, or is the same after it', () => {
    const set = setOf({ unrouted: ['0.0.0.0/8', bad, '::/8'] })
    const { see } = matcher({ nextHop: true }, set)
    const flows = see({ nat_destination_ip: bad, nat_source_ip: '0.0.0.0', next_hop: '::' })
    assert.deepEqual(
      flows.map(({ fields }) => fields.matched),
      ['destination'],
    )
  })

  test('is no news where a list of unrouted space holds all of a network of ours', () => {
    const set = setOf({ unrouted: ['192.168.0.0/16', '10.0.0.0/8'], bots: ['192.168.1.77'] })
    const { see } = matcher({}, set)
    assert.equal(see({ destination_ip: '192.168.9.9' }).length, 0)
    assert.equal(see({ destination_ip: '192.168.1.77' }).length, 1)
    assert.equal(see({ destination_ip: '10.1.1.1' }).length, 1)
  })

  test('of IPv6 is matched as well', () => {
    const set = setOf({ drop: ['2001:db8:bad::/48'] })
    const [match] = matcher({}, set).see({ source_ip: '2001:db8:1::5', destination_ip: '2001:db8:bad::1' })
    assert.deepEqual([match?.fields.direction, match?.fields.matched_ip], ['outbound', '2001:db8:bad::1'])
  })
})

describe('the matcher', () => {
  test('keeps a bounded number of windows: the oldest ends early, and nothing is lost', () => {
    const { see, end, matcher: made } = matcher({ windows: 10 }, setOf({ drop: ['203.0.113.0/24'] }))
    const flows = Array.from({ length: 100 }, (_, index): Flow => ({ destination_ip: `203.0.113.${index}` }))
    const told = see(...flows, ...flows)
    assert.equal(made.crowdedOut, 190)
    assert.equal(told.length + end().length, 200)
  })

  test('counts every flow once, however windows come and go', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.nat(3), fc.boolean()), { maxLength: 200 }),
        fc.integer({ min: 1, max: 8 }),
        (steps, windows) => {
          const { matcher: made, told } = matcher({ windows }, setOf({ drop: ['203.0.113.0/24'] }))
          let time = start
          for (const [host, peer, later] of steps) {
            if (later) made.tick((time += 200_000))
            const flow = { time, source_ip: `192.168.1.${host}`, destination_ip: `203.0.113.${peer}` }
            made.match(columnsOf([flow]), 0, 1)
          }
          made.close()
          // A window's last event has all its flows; those before it count fewer.
          let counted = 0
          for (const { fields } of told) if (fields.summary || fields.flows === 1) counted += fields.flows
          const begun = told.filter(({ fields }) => fields.summary).length
          assert.equal(counted - begun, steps.length)
        },
      ),
    )
  })

  test('tells a flood only in part, says how much not, and grave matches still', () => {
    const set = setOf({ drop: ['203.0.113.0/24'] })
    const { see, end, matcher: made } = matcher({ eventsPerSecond: 5 }, set)
    const scan = Array.from({ length: 200 }, (_, index): Flow => ({
      source_ip: `203.0.113.${index}`,
      destination_ip: ours,
      destination_port: 23,
      tcp_flags: syn,
    }))
    const told = see(...scan)
    // The clock's second may change once on the way.
    assert.ok(told.length >= 5 && told.length <= 10, `${told.length}`)
    assert.equal(see({ destination_ip: '203.0.113.250' })[0]?.fields.severity, 'high')
    end()
    assert.ok(made.untold > 150)
  })

  test('has nothing to say before a set is in force, and swaps sets without forgetting its windows', () => {
    const told: FlowMatch[] = []
    const made = new FlowMatcher({
      networks: [],
      windowMs: 1000,
      nextHop: false,
      emit: (match) => told.push(match),
    })
    made.match(columnsOf([{}]), 0, 1)
    assert.equal(told.length, 0)
    made.use(setOf({ a: [bad] }))
    made.match(columnsOf([{}]), 0, 1)
    made.use(setOf({ b: [bad] }))
    made.match(columnsOf([{}]), 0, 1)
    assert.equal(told.length, 1)
    made.use(setOf({}))
    made.match(columnsOf([{}]), 0, 1)
    made.close()
    assert.deepEqual([told.length, told[1]?.fields.flows, told[1]?.fields.list], [2, 2, 'a'])
  })

  test('takes any numbers that a flow may have', () => {
    const number = fc.oneof(fc.constantFrom(0, 255, 0xffff, 0xffff_ffff), fc.nat(0xffff_ffff))
    fc.assert(
      fc.property(fc.array(fc.array(number, { minLength: 20, maxLength: 20 }), { maxLength: 20 }), (rows) => {
        const columns = columnsOf(rows.map(() => ({})))
        const names = [
          'time',
          'flow_start',
          'duration_ms',
          'protocol',
          'tcp_flags',
          'source_port',
          'destination_port',
          'raw_bytes',
          'raw_packets',
          'reverse_packets',
          'firewall_event',
          'forwarding_status',
          'sampling',
        ] as const
        for (const [row, values] of rows.entries())
          for (const [index, name] of names.entries()) {
            const cells = columns.cells(name)
            const per = cells.length / columns.capacity
            for (let word = 0; word < per; word++) cells[row * per + word] = values[(index + word) % 20]!
          }
        const { matcher: made, told } = matcher()
        made.match(columns, 0, rows.length)
        made.close()
        assert.equal(made.hits, rows.length)
        for (const { fields } of told) {
          assert.ok(Number.isSafeInteger(fields.bytes) && Number.isSafeInteger(fields.packets))
          assert.match(fields.first_seen, /^\d{4}-/)
        }
      }),
    )
  })
})
