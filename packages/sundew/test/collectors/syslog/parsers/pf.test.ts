import { describe } from 'node:test'
import fc from 'fast-check'
import { pf } from '../../../../src/collectors/syslog/parsers/pf.ts'
import { conforms } from './conformance.ts'
import { fixed, flagLetters, hasPorts, isIcmp, name, packets, readsWhatIsWritten } from './rows.ts'

const scan = {
  kind: 'block',
  source: '203.0.113.9',
  destination: '192.0.2.1',
  sourcePort: 41_234,
  destinationPort: 23,
  protocol: 6,
  tcpFlags: 2,
  rule: '5',
  inInterface: 'em0',
  state: 'match',
} as const

// Forms as OpenBSD's and FreeBSD's tcpdump print them (pflog(4), their manuals and the FAQ of pf), addresses of documentation.
describe("BSD's pf", () => {
  conforms(pf, [
    {
      line: 'rule 5/0(match): block in on em0: 203.0.113.9.41234 > 192.0.2.1.23: S 1381487359:1381487359(0) win 16384 <mss 1460,nop,nop,sackOK> (DF)',
      is: scan,
    },
    {
      line: 'rule 5/(match) block in on em0: 203.0.113.9.41234 > 192.0.2.1.23: S 1:1(0) win 1024 (ttl 241, id 54321, len 40)',
      is: { ...scan, length: 40 },
    },
    {
      line: 'Apr 29 21:08:24.386474 rule 5/(match) block in on em0: 203.0.113.9.41234 > 192.0.2.1.23: S 1:1(0) win 1024',
      is: scan,
    },
    {
      line: 'pf: 00:00:01.000123 rule 5/0(match): block in on em0: 203.0.113.9.41234 > 192.0.2.1.23: Flags [S], seq 2837144143, win 14600, length 0',
      is: scan,
    },
    {
      line: 'rule 5/0(match): block in on em0: (tos 0x0, ttl 241, id 54321, offset 0, flags [none], proto TCP (6), length 40) 203.0.113.9.41234 > 192.0.2.1.23: Flags [S], cksum 0x0 (correct), seq 1, win 1024, length 0',
      is: { ...scan, length: 40 },
    },
    {
      line: 'rule 16.ftp-proxy.0/(match) [uid 71, pid 12345] pass out on em1: 192.0.2.1.443 > 203.0.113.9.50000: . 1:1461(1460) ack 7 win 1024 (DF)',
      is: {
        kind: 'allow',
        source: '192.0.2.1',
        destination: '203.0.113.9',
        sourcePort: 443,
        destinationPort: 50_000,
        protocol: 6,
        tcpFlags: 16,
        rule: '16.ftp-proxy.0',
        outInterface: 'em1',
        state: 'match',
      },
    },
    {
      line: 'rule 11/(match) block in on em1: 192.0.2.11.59299 > 239.255.255.250.1900: udp 132 (DF) [ttl 1]',
      is: {
        kind: 'block',
        source: '192.0.2.11',
        destination: '239.255.255.250',
        sourcePort: 59_299,
        destinationPort: 1900,
        protocol: 17,
        rule: '11',
        inInterface: 'em1',
        state: 'match',
      },
    },
    {
      line: 'rule def/(short) pass out on em1: 192.0.2.13.16227 > 203.0.113.130.123: v4 client strat 0 poll 0 prec 0 [tos 0x10]',
      is: {
        kind: 'allow',
        source: '192.0.2.13',
        destination: '203.0.113.130',
        sourcePort: 16_227,
        destinationPort: 123,
        protocol: 17,
        rule: 'def',
        outInterface: 'em1',
        state: 'short',
      },
    },
    {
      line: 'rule 4/0(match): block in on em0: IP6 2001:db8::9.41234 > 2001:db8::1.23: Flags [S.], seq 1, ack 2, win 1024, length 0',
      is: {
        ...scan,
        source: '2001:db8::9',
        destination: '2001:db8::1',
        tcpFlags: 18,
        rule: '4',
      },
    },
    {
      line: 'rule 4/(match) block in on em0: fe80::1%em0 > ff02::1:ff00:1: icmp6: neighbor sol: who has 2001:db8::1 [hlim 255]',
      is: {
        kind: 'block',
        source: 'fe80::1',
        destination: 'ff02::1:ff00:1',
        destinationPort: 135 * 256,
        protocol: 58,
        rule: '4',
        inInterface: 'em0',
        state: 'match',
      },
    },
    {
      line: 'rule 4/0(match): block in on em0: 203.0.113.9 > 192.0.2.1: ICMP echo request, id 1, seq 2, length 64',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        rule: '4',
        inInterface: 'em0',
        state: 'match',
      },
    },
    {
      line: 'rule 4/(match) match in on em0: 203.0.113.9 > 192.0.2.1: icmp: 203.0.113.1 udp port 53 unreachable',
      is: {
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 771,
        protocol: 1,
        rule: '4',
        inInterface: 'em0',
        state: 'match',
      },
    },
    {
      line: 'rule 11/(match) block in on em1: 192.0.2.11 > 224.0.0.22: igmp-2 [v2] (DF) [tos 0xc0] [ttl 1]',
      is: {
        kind: 'block',
        source: '192.0.2.11',
        destination: '224.0.0.22',
        protocol: 2,
        rule: '11',
        inInterface: 'em1',
        state: 'match',
      },
    },
    {
      line: 'rule 5/(match) block in on em0: 203.0.113.9.41234 > 192.0.2.1.70000: S 1:1(0)',
      is: 'malformed',
    },
    { line: 'rule 5/(match) block in on em0: 203.0.113.9 > 192.0.2.1: something else', is: 'malformed' },
    { line: 'rule 5/(match) block in on em0: 203.0.113.9.1 > ', is: 'malformed' },
  ])

  readsWhatIsWritten(
    pf,
    packets.chain((packet) =>
      fc.record({
        ...fixed(packet),
        // Its codes have words of their own.
        destinationPort: fc.constant(
          isIcmp(packet) ? packet.destinationPort & 0xff00 : packet.destinationPort,
        ),
        kind: fc.constantFrom('block' as const, 'allow' as const, 'other' as const),
        length: fc.integer({ min: 20, max: 65_535 }),
        rule: fc.integer({ min: 0, max: 999 }).map(String),
        inInterface: name,
        state: fc.constantFrom('match', 'bad-offset'),
      }),
    ),
    (row) => {
      const [source, destination] = hasPorts(row)
        ? [`${row.source}.${row.sourcePort}`, `${row.destination}.${row.destinationPort}`]
        : [row.source, row.destination]
      const action = { block: 'block', allow: 'pass', other: 'match' }[row.kind]
      const told =
        {
          6: `Flags [${flagLetters(row.tcpFlags).replace('A', '.') || 'none'}], seq 1, win 1024, length 0`,
          17: 'UDP, length 9',
          1: `ICMP type-#${row.destinationPort >> 8}, length 9`,
          58: `ICMP6, type-#${row.destinationPort >> 8}, length 9`,
        }[row.protocol] ?? `ip-proto-${row.protocol} 20`
      return `rule ${row.rule}/0(${row.state}): ${action} in on ${row.inInterface}: ${source} > ${destination}: ${told} (ttl 64, id 1, len ${row.length})`
    },
  )
})
