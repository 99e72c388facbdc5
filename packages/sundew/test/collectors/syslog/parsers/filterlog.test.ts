import { describe } from 'node:test'
import fc from 'fast-check'
import { filterlog } from '../../../../src/collectors/syslog/parsers/filterlog.ts'
import { conforms } from './conformance.ts'
import { fixed, flagLetters, hasPorts, name, packets, readsWhatIsWritten } from './rows.ts'

// Forms by pfSense's documentation ("Raw Filter Log Format"), addresses of documentation.
describe("pfSense's and OPNsense's filterlog", () => {
  conforms(filterlog, [
    {
      line: '5,,,1000000103,igb0,match,block,in,4,0x0,,241,54321,0,none,6,tcp,40,203.0.113.9,192.0.2.1,41234,23,0,SEC,1,,1024,,mss',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        tcpFlags: 194,
        length: 40,
        rule: '1000000103',
        inInterface: 'igb0',
        state: 'match',
      },
    },
    {
      line: 'filterlog[123]: 9,,,0,igb0,match,pass,out,4,0x0,,64,1,0,DF,17,udp,76,192.0.2.1,203.0.113.9,123,123,56',
      is: {
        kind: 'allow',
        source: '192.0.2.1',
        destination: '203.0.113.9',
        sourcePort: 123,
        destinationPort: 123,
        protocol: 17,
        length: 76,
        rule: '9',
        outInterface: 'igb0',
        state: 'match',
      },
    },
    {
      line: '5,,,1000000103,igb0,match,block,in,4,0x0,,241,54321,0,none,1,icmp,28,203.0.113.9,192.0.2.1,request,1,1',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        length: 28,
        rule: '1000000103',
        inInterface: 'igb0',
        state: 'match',
      },
    },
    {
      line: '6,,,1000000105,igb0,match,block,in,6,0x00,0x00000,1,UDP,17,100,2001:db8::9,2001:db8::1,546,547,100',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: '2001:db8::1',
        sourcePort: 546,
        destinationPort: 547,
        protocol: 17,
        length: 100,
        rule: '1000000105',
        inInterface: 'igb0',
        state: 'match',
      },
    },
    {
      line: '5,,,1000000103,igb0,match,block,in,4,0x0,,241,54321,0,none,6,tcp,40,203.0.113.9',
      is: 'malformed',
    },
  ])

  readsWhatIsWritten(
    filterlog,
    packets
      .chain((packet) =>
        fc.record({
          ...fixed(packet),
          // It names types of ICMP and not their numbers.
          destinationPort: hasPorts(packet)
            ? fc.constant(packet.destinationPort)
            : fc.constant({ 1: 2048, 58: 128 * 256 }[packet.protocol] ?? 0),
          kind: fc.constantFrom('block' as const, 'allow' as const, 'other' as const),
          length: fc.integer({ min: 20, max: 65_535 }),
          rule: fc.integer({ min: 1, max: 2 ** 31 }).map(String),
          interface: name,
          way: fc.constantFrom('in' as const, 'out' as const),
          state: fc.constantFrom('match', 'short', 'ip-option'),
        }),
      )
      .map(({ interface: one, way, ...row }) => ({ ...row, [`${way}Interface`]: one })),
    (row) => {
      const { inInterface = '', outInterface = '' } = row as { inInterface?: string; outInterface?: string }
      const six = row.source.includes(':')
      const protocol = { 6: 'tcp', 17: 'udp', 1: 'icmp', 58: 'ICMPv6' }[row.protocol] ?? 'other'
      const ip = six
        ? `6,0x00,0x00000,64,${protocol},${row.protocol}`
        : `4,0x0,,64,1,0,none,${row.protocol},${protocol}`
      let told = 'datalength=20'
      if (hasPorts(row)) told = `${row.sourcePort},${row.destinationPort},0`
      if (row.protocol === 6) told += `,${flagLetters(row.tcpFlags)},1,,1024,,mss;nop`
      if (protocol.startsWith('i') || protocol.startsWith('I')) told = 'request,1,1'
      const action = { block: 'reject', allow: 'pass', other: 'scrub' }[row.kind]
      return (
        `8,,,${row.rule},${inInterface || outInterface},${row.state},${action},${inInterface ? 'in' : 'out'},${ip},` +
        `${row.length},${row.source},${row.destination},${told}`
      )
    },
  )
})
