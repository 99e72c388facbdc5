import { describe } from 'node:test'
import fc from 'fast-check'
import { windows } from '../../../../src/collectors/syslog/parsers/windows.ts'
import { conforms } from './conformance.ts'
import { fixed, flagLetters, hasPorts, isIcmp, packets, readsWhatIsWritten } from './rows.ts'

const columns =
  'date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path'

// Forms by Microsoft's documentation of the firewall's log and lines that users have shown, addresses of documentation.
describe("Windows Firewall's lines", () => {
  conforms(windows, [
    { line: '#Version: 1.5', is: 'other' },
    { line: '#Software: Microsoft Windows Firewall', is: 'other' },
    { line: '#Time Format: Local', is: 'other' },
    { line: `#Fields: ${columns}`, is: 'other' },
    { line: `#Fields: ${columns} pid`, is: 'other' },
    { line: '#Fields: date time action protocol dst-ip src-ip', is: 'malformed' },
    {
      line: '2026-11-25 22:27:57 DROP TCP 203.0.113.9 192.0.2.1 41234 23 40 S 1 0 1024 - - - RECEIVE 1360',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        tcpFlags: 2,
        length: 40,
        state: 'RECEIVE',
      },
    },
    {
      line: 'DROP UDP fe80::3680:dff:fe01:9e88 ff02::fb 5353 5353 89 - - - - - - - RECEIVE',
      is: {
        kind: 'block',
        source: 'fe80::3680:dff:fe01:9e88',
        destination: 'ff02::fb',
        sourcePort: 5353,
        destinationPort: 5353,
        protocol: 17,
        length: 89,
        state: 'RECEIVE',
      },
    },
    // Cut as Azure's documentation shows one.
    {
      line: '2019-11-06 12:35:19 DROP UDP fe80::3680:dff:fe01:9e88 ff02::fb 5353 5353 89 - - - - - - ',
      is: {
        kind: 'block',
        source: 'fe80::3680:dff:fe01:9e88',
        destination: 'ff02::fb',
        sourcePort: 5353,
        destinationPort: 5353,
        protocol: 17,
        length: 89,
      },
    },
    {
      line: '2020-10-26 16:52:09 ALLOW ICMP 10.1.2.40 10.1.2.30 - - 0 - - - - 8 0 - RECEIVE',
      is: {
        kind: 'allow',
        source: '10.1.2.40',
        destination: '10.1.2.30',
        destinationPort: 2048,
        protocol: 1,
        state: 'RECEIVE',
      },
    },
    // Windows XP, which has no path.
    {
      line: '2004-10-26 16:52:09 OPEN-INBOUND TCP 203.0.113.9 192.0.2.1 41234 3389 - - - - - - - -',
      is: {
        kind: 'allow',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 3389,
        protocol: 6,
      },
    },
    { line: '2004-10-26 16:52:09 INFO-EVENTS-LOST - - - - - - - - - - - - 12', is: 'other' },
    { line: 'DROP TCP 203.0.113.9 192.0.2.1 41234 70000 40 S 1 0 1024 - - - RECEIVE', is: 'malformed' },
    { line: 'DROP TCP 203.0.113.9', is: 'malformed' },
  ])

  readsWhatIsWritten(
    windows,
    packets.chain((packet) =>
      fc.record({
        ...fixed(packet),
        kind: fc.constantFrom('block' as const, 'allow' as const, 'other' as const),
        length: fc.integer({ min: 20, max: 65_535 }),
        state: fc.constantFrom('', 'SEND', 'RECEIVE'),
      }),
    ),
    (row) => {
      const action = { block: 'DROP', allow: 'ALLOW', other: 'CLOSE' }[row.kind]
      const protocol = { 6: 'TCP', 17: 'UDP', 1: 'ICMP', 58: 'ICMP' }[row.protocol] ?? row.protocol
      const ports = hasPorts(row) ? `${row.sourcePort} ${row.destinationPort}` : '- -'
      const icmp = isIcmp(row) ? `${row.destinationPort >> 8} ${row.destinationPort & 255}` : '- -'
      return (
        `2026-11-25 22:27:57 ${action} ${protocol} ${row.source} ${row.destination} ${ports} ${row.length} ` +
        `${flagLetters(row.tcpFlags) || '-'} - - - ${icmp} - ${row.state || '-'}`
      )
    },
  )
})
