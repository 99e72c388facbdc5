import assert from 'node:assert/strict'
import { it } from 'node:test'
import { getHeapStatistics } from 'node:v8'
import fc from 'fast-check'
import { FirewallRow, type Span } from '../../../../src/collectors/syslog/firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../../../../src/collectors/syslog/parser.ts'
import { formatAddress } from '../../../../src/match/parse-address.ts'
import { firewallKinds } from '../../../../src/wire/firewall/layout.ts'

/** A row as a test writes it: only what a line tells. */
export interface Told {
  readonly kind?: keyof typeof firewallKinds
  readonly source: string
  readonly destination: string
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly protocol: number
  readonly tcpFlags?: number
  readonly length?: number
  readonly natSource?: string
  readonly natDestination?: string
  readonly natSourcePort?: number
  readonly natDestinationPort?: number
  readonly mac?: string
  readonly rule?: string
  readonly inInterface?: string
  readonly outInterface?: string
  readonly state?: string
}

export interface Case {
  /** What follows the syslog header. */
  readonly line: string
  /** A row, or how the line is understood otherwise. */
  readonly is: Told | Exclude<FirewallParsed, 'told'>
}

/** A line of each format, which no firewall's parser but its own takes. */
export const foreign = {
  mikrotik:
    'firewall,info BLOCK input: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.9:41234->192.0.2.1:23, len 40',
  netfilter:
    '[UFW BLOCK] IN=eth0 OUT= MAC= SRC=203.0.113.9 DST=192.0.2.1 LEN=40 PROTO=TCP SPT=41234 DPT=23 SYN URGP=0',
  filterlog:
    '5,,,1000000103,igb0,match,block,in,4,0x0,,241,54321,0,none,6,tcp,40,203.0.113.9,192.0.2.1,41234,23,0,S,1,,1024,,',
  pf: 'rule 5/(match) block in on em0: 203.0.113.9.41234 > 192.0.2.1.23: S 1:1(0) win 1024',
  'cisco-asa':
    '%ASA-4-106023: Deny tcp src outside:203.0.113.9/41234 dst inside:192.0.2.1/23 by access-group "outside" [0x0, 0x0]',
  fortigate:
    'date=2026-11-25 time=22:00:01 devname="fw" devid="FGT60F0000000000" logid="0000000013" type="traffic" srcip=203.0.113.9 srcport=41234 dstip=192.0.2.1 dstport=23 proto=6 action="deny"',
  paloalto:
    '1,2026/11/25 22:00:01,001801000000,TRAFFIC,drop,2562,2026/11/25 22:00:01,203.0.113.9,192.0.2.1,0.0.0.0,0.0.0.0,deny,,,not-applicable,vsys1,untrust,trust,ethernet1/1,,syslog,2026/11/25 22:00:01,0,1,41234,23,0,0,0x0,tcp,deny',
  cef: 'CEF:0|Vendor|Firewall|1.0|100|Blocked|5|src=203.0.113.9 dst=192.0.2.1 spt=41234 dpt=23 proto=TCP act=blocked',
  windows: '2026-11-25 22:27:57 DROP TCP 203.0.113.9 192.0.2.1 41234 23 40 S 1 0 1024 - - - RECEIVE',
  junos:
    'RT_FLOW_SESSION_DENY: session denied 203.0.113.9/41234->192.0.2.1/23 junos-telnet 6(0) deny-all untrust trust',
  sophos:
    'device="SFW" date=2026-11-25 time=22:00:01 log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" src_ip=203.0.113.9 dst_ip=192.0.2.1 protocol="TCP" src_port=41234 dst_port=23',
  sshd: 'Failed password for invalid user admin from 203.0.113.9 port 41234 ssh2',
  html: '<html><body><h1>502 Bad Gateway</h1></body></html>',
  nothing: '',
} as const

/**
 * Every parser's common tests: its cases, and what comes from those who mean harm.
 *
 * @param options.makesText whether it makes text of each line, as only an owner's pattern has to
 */
export function conforms(
  parser: FirewallParser,
  cases: readonly Case[],
  { makesText = false }: { readonly makesText?: boolean } = {},
): void {
  const row = new FirewallRow()
  const told = cases.filter((one) => typeof one.is === 'object')

  function read(line: Uint8Array, from = 0, to = line.length): FirewallParsed {
    row.clear()
    return parser.parse(line, from, to, row)
  }

  for (const { line, is } of cases)
    it(`${typeof is === 'object' ? 'reads' : is}: ${line.slice(0, 90)}`, () => {
      const bytes = Buffer.from(line)
      assert.ok(parser.accepts(bytes, 0, bytes.length))
      const answer = read(bytes)
      if (typeof is === 'string') assert.equal(answer, is)
      else {
        assert.equal(answer, 'told')
        assert.deepEqual(rowOf(row, bytes), complete(is))
      }
    })

  it('reads a line within a buffer as it does the line alone', () => {
    for (const { line, is } of told) {
      const before = '<134>Oct  1 12:00:00 gw x: '
      const bytes = Buffer.from(`${before}${line}\nnext line IN=x in:y`)
      const from = before.length
      assert.equal(read(bytes, from, from + Buffer.byteLength(line)), 'told')
      assert.deepEqual(rowOf(row, bytes), complete(is as Told))
    }
  })

  it('reads nothing past the end of a line that is cut anywhere', () => {
    for (const { line } of told) {
      const bytes = Buffer.from(line)
      for (let to = 0; to <= bytes.length; to++) {
        const whole = read(bytes, 0, to)
        const first = rowOf(row, bytes)
        const alone = read(Uint8Array.from(bytes.subarray(0, to)))
        assert.equal(alone, whole, line.slice(0, to))
        assert.deepEqual(rowOf(row, bytes), first)
        within(row, to)
      }
    }
  })

  it('keeps numbers and spans within bounds, whatever is changed in a line', () => {
    const lines = told.map((one) => Buffer.from(one.line))
    const change = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      much: fc.constantFrom(0, 1, 3, 40),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...lines),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (line, changes) => {
          let bytes: Buffer = Buffer.from(line)
          for (const { at, byte, much } of changes) {
            const place = at % bytes.length
            if (much === 1) bytes[place] = byte
            else
              bytes = Buffer.concat([
                bytes.subarray(0, place),
                Buffer.alloc(much, byte),
                bytes.subarray(place + (much === 0 ? 1 : 0)),
              ])
            if (bytes.length === 0) return
          }
          read(bytes)
          parser.accepts(bytes, 0, bytes.length)
          within(row, bytes.length)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('takes no line of another format for a packet', () => {
    for (const [format, line] of Object.entries(foreign)) {
      if (format === parser.format) continue
      const bytes = Buffer.from(line)
      if (parser.accepts(bytes, 0, bytes.length)) assert.notEqual(read(bytes), 'told', line)
    }
  })

  it('takes time in proportion to a line of 64 KiB', () => {
    for (const { line } of told)
      for (const filling of [
        ' ',
        'A',
        'in:',
        ' IN= OUT=',
        ': in: out:',
        '(',
        ',',
        ':',
        '[',
        '%',
        '\u001b[31m',
        '1.',
        'a=',
        '"',
      ])
        for (const place of [0, Math.floor(line.length / 2), line.length]) {
          const short = Buffer.from(
            line.slice(0, place) + filling.repeat(Math.ceil(4096 / filling.length)) + line.slice(place),
          )
          const long = Buffer.from(
            line.slice(0, place) + filling.repeat(Math.ceil(65_536 / filling.length)) + line.slice(place),
          )
          // 16 times as long; a quadratic reader takes 256 times. Anything but the reader can only slow one down: one is enough.
          const limit = Math.max(fastest(short, 3, 0), 20) * 100
          const much = fastest(long, 20, limit)
          assert.ok(much < limit, `${filling} at ${place}: ${much} µs, not ${limit}`)
        }
  })

  /** The least time of the processor that a line took, µs, in so many runs; fewer where one is below `enough`. */
  function fastest(bytes: Uint8Array, runs: number, enough: number): number {
    let best = Infinity
    for (let run = 0; run < runs && best >= enough; run++) {
      const before = process.threadCpuUsage()
      parser.accepts(bytes, 0, bytes.length)
      read(bytes)
      const { user, system } = process.threadCpuUsage(before)
      best = Math.min(best, user + system)
    }
    within(row, bytes.length)
    return best
  }

  if (!makesText)
    it('makes no objects as lines go by', () => {
      const passes = 20_000
      const lines = told.map(({ line }) => Buffer.from(line))
      for (const bytes of lines) for (let run = 0; run < passes; run++) read(bytes)
      for (const bytes of lines) {
        // What the heap was ever asked for, which no collection takes back; the least, since the engine compiles meanwhile.
        const grown = Array.from({ length: 4 }, () => {
          const before = getHeapStatistics().total_allocated_bytes
          for (let run = 0; run < passes; run++) read(bytes)
          return getHeapStatistics().total_allocated_bytes - before
        })
        // Numbers beyond 31 bits (a MAC address) take 16 bytes each until the code is compiled; a piece of the line takes some 100.
        assert.ok(
          Math.min(...grown) < passes * 64,
          `${grown.join(', ')} bytes for ${passes} times ${bytes.toString()}`,
        )
      }
    })
}

/** Every number fits its column, every span the line. */
function within(row: FirewallRow, to: number): void {
  const bounds: readonly (readonly [number, number])[] = [
    [row.kind, 2],
    [row.protocol, 255],
    [row.tcpFlags, 0xffff],
    [row.sourcePort, 0xffff],
    [row.destinationPort, 0xffff],
    [row.natSourcePort, 0xffff],
    [row.natDestinationPort, 0xffff],
    [row.length, 0xffff_ffff],
    [row.macHigh, 0xffff],
    [row.macLow, 0xffff_ffff],
  ]
  for (const [value, most] of bounds)
    assert.ok(Number.isInteger(value) && value >= 0 && value <= most, `${value}`)
  for (const span of [row.rule, row.inInterface, row.outInterface, row.state]) {
    if (span.to === 0) continue
    assert.ok(span.from >= 0 && span.from < span.to && span.to <= to, JSON.stringify(span))
  }
}

/** The row with its numbers and spans as a test writes them. */
export function rowOf(row: FirewallRow, line: Uint8Array): Required<Told> {
  const text = (span: Span) => Buffer.from(line.subarray(span.from, span.to)).toString()
  const kinds = Object.entries(firewallKinds) as [keyof typeof firewallKinds, number][]
  const mac = row.macHigh * 2 ** 32 + row.macLow
  return {
    kind: kinds.find(([, number]) => number === row.kind)![0],
    source: address(row.source),
    destination: address(row.destination),
    sourcePort: row.sourcePort,
    destinationPort: row.destinationPort,
    protocol: row.protocol,
    tcpFlags: row.tcpFlags,
    length: row.length,
    natSource: address(row.natSource),
    natDestination: address(row.natDestination),
    natSourcePort: row.natSourcePort,
    natDestinationPort: row.natDestinationPort,
    mac:
      mac === 0
        ? ''
        : mac
            .toString(16)
            .padStart(12, '0')
            .replace(/..(?=.)/g, '$&:'),
    rule: text(row.rule),
    inInterface: text(row.inInterface),
    outInterface: text(row.outInterface),
    state: text(row.state),
  }
}

function address(words: Uint32Array): string {
  return formatAddress([words[0]!, words[1]!, words[2]!, words[3]!])
}

export function complete(told: Told): Required<Told> {
  return {
    kind: 'other',
    sourcePort: 0,
    destinationPort: 0,
    tcpFlags: 0,
    length: 0,
    natSource: '::',
    natDestination: '::',
    natSourcePort: 0,
    natDestinationPort: 0,
    mac: '',
    rule: '',
    inInterface: '',
    outInterface: '',
    state: '',
    ...told,
  }
}
