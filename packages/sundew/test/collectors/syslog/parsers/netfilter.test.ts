import { describe } from 'node:test'
import fc from 'fast-check'
import { netfilter } from '../../../../src/collectors/syslog/parsers/netfilter.ts'
import { conforms } from './conformance.ts'
import { fixed, flagNames, hasPorts, isIcmp, name, packets, readsWhatIsWritten } from './rows.ts'

// Forms as the kernel's nf_log_syslog writes them, addresses of documentation.
describe("Netfilter's lines", () => {
  conforms(netfilter, [
    {
      line: '[UFW BLOCK] IN=eth0 OUT= MAC=00:16:3e:11:22:33:aa:bb:cc:dd:ee:ff:08:00 SRC=203.0.113.9 DST=192.0.2.1 LEN=40 TOS=0x00 PREC=0x00 TTL=244 ID=54321 PROTO=TCP SPT=41234 DPT=23 WINDOW=65535 RES=0x00 SYN URGP=0 ',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        tcpFlags: 2,
        length: 40,
        mac: 'aa:bb:cc:dd:ee:ff',
        rule: 'UFW BLOCK',
        inInterface: 'eth0',
      },
    },
    {
      line: 'kernel: [12345.678901] DROPIN=eth0 OUT=eth1 SRC=203.0.113.9 DST=192.0.2.1 LEN=28 TOS=0x00 PREC=0x00 TTL=244 ID=54321 DF PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=2',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        length: 28,
        rule: 'DROP',
        inInterface: 'eth0',
        outInterface: 'eth1',
      },
    },
    {
      line: '[    9.100000] filter_IN_public_REJECT: IN=eth0 OUT= MAC= SRC=2001:0db8:0000:0000:0000:0000:0000:0009 DST=ff02:0000:0000:0000:0000:0000:0001:0002 LEN=72 TC=0 HOPLIMIT=255 FLOWLBL=0 PROTO=UDP SPT=546 DPT=547 LEN=32',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: 'ff02::1:2',
        sourcePort: 546,
        destinationPort: 547,
        protocol: 17,
        length: 72,
        rule: 'filter_IN_public_REJECT',
        inInterface: 'eth0',
      },
    },
    {
      line: 'nft accept: IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 LEN=56 PROTO=ICMP TYPE=3 CODE=1 [SRC=192.0.2.1 DST=198.51.100.3 LEN=40 PROTO=TCP SPT=1 DPT=2 INCOMPLETE [8 bytes] ]',
      is: {
        kind: 'allow',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 769,
        protocol: 1,
        length: 56,
        rule: 'nft accept',
        inInterface: 'eth0',
      },
    },
    {
      line: '[UFW AUDIT] IN= OUT=wg0 SRC=192.0.2.1 DST=203.0.113.9 LEN=60 TOS=0x00 PROTO=TCP SPT=443 DPT=50000 SEQ=1 ACK=2 WINDOW=1 RES=0x00 ECE ACK SYN URGP=0 MARK=0x1',
      is: {
        source: '192.0.2.1',
        destination: '203.0.113.9',
        sourcePort: 443,
        destinationPort: 50_000,
        protocol: 6,
        tcpFlags: 82,
        length: 60,
        rule: 'UFW AUDIT',
        outInterface: 'wg0',
      },
    },
    {
      line: 'IN=eth0 OUT= SRC=fe80::1 DST=ff02::1 LEN=64 PROTO=ICMPv6 TYPE=134 CODE=0',
      is: {
        source: 'fe80::1',
        destination: 'ff02::1',
        destinationPort: 134 * 256,
        protocol: 58,
        length: 64,
        inInterface: 'eth0',
      },
    },
    // Ubiquiti's names of rules (EdgeOS and UniFi), and other prefixes with brackets and colons.
    {
      line: '[WAN_LOCAL-default-D]IN=eth0 OUT= MAC=fc:ec:da:00:00:01:00:3d:45:42:83:19:08:00 SRC=203.0.113.77 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=0 DF PROTO=TCP SPT=54321 DPT=22 WINDOW=65535 RES=0x00 SYN URGP=0 ',
      is: {
        kind: 'block',
        source: '203.0.113.77',
        destination: '198.51.100.2',
        sourcePort: 54_321,
        destinationPort: 22,
        protocol: 6,
        tcpFlags: 2,
        length: 60,
        mac: '00:3d:45:42:83:19',
        rule: 'WAN_LOCAL-default-D',
        inInterface: 'eth0',
      },
    },
    {
      line: 'kernel: [WAN_IN-2000-A]IN=eth8 OUT=br0 MAC=fc:ec:da:00:00:01:00:3d:45:42:83:19:08:00 SRC=203.0.113.77 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=0 DF PROTO=TCP SPT=54321 DPT=22 WINDOW=65535 RES=0x00 SYN URGP=0 ',
      is: {
        kind: 'allow',
        source: '203.0.113.77',
        destination: '198.51.100.2',
        sourcePort: 54_321,
        destinationPort: 22,
        protocol: 6,
        tcpFlags: 2,
        length: 60,
        mac: '00:3d:45:42:83:19',
        rule: 'WAN_IN-2000-A',
        inInterface: 'eth8',
        outInterface: 'br0',
      },
    },
    {
      line: '[LAN_IN-3001-R]IN=br5 OUT=br0 MAC=fc:ec:da:00:00:01:00:3d:45:42:83:19:08:00 SRC=203.0.113.77 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=0 DF PROTO=TCP SPT=54321 DPT=22 WINDOW=65535 RES=0x00 SYN URGP=0 ',
      is: {
        kind: 'block',
        source: '203.0.113.77',
        destination: '198.51.100.2',
        sourcePort: 54_321,
        destinationPort: 22,
        protocol: 6,
        tcpFlags: 2,
        length: 60,
        mac: '00:3d:45:42:83:19',
        rule: 'LAN_IN-3001-R',
        inInterface: 'br5',
        outInterface: 'br0',
      },
    },
    {
      line: '[LAN_WAN-A-2147483647] DESCR="Drop? no, allow all" IN=br0 OUT=eth4 MAC=fc:ec:da:00:00:01:00:3d:45:42:83:19:08:00 SRC=203.0.113.77 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=0 DF PROTO=TCP SPT=54321 DPT=22 WINDOW=65535 RES=0x00 SYN URGP=0 ',
      is: {
        kind: 'allow',
        source: '203.0.113.77',
        destination: '198.51.100.2',
        sourcePort: 54_321,
        destinationPort: 22,
        protocol: 6,
        tcpFlags: 2,
        length: 60,
        mac: '00:3d:45:42:83:19',
        rule: 'LAN_WAN-A-2147483647',
        inInterface: 'br0',
        outInterface: 'eth4',
      },
    },
    {
      line: '[4832626.922984] Shorewall:net2fw:REJECT:IN=eth0 OUT= MAC=fc:ec:da:00:00:01:00:3d:45:42:83:19:08:00 SRC=203.0.113.77 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=0 DF PROTO=TCP SPT=54321 DPT=22 WINDOW=65535 RES=0x00 SYN URGP=0 ',
      is: {
        kind: 'block',
        source: '203.0.113.77',
        destination: '198.51.100.2',
        sourcePort: 54_321,
        destinationPort: 22,
        protocol: 6,
        tcpFlags: 2,
        length: 60,
        mac: '00:3d:45:42:83:19',
        rule: 'Shorewall:net2fw:REJECT',
        inInterface: 'eth0',
      },
    },
    {
      line: '[fw] dropped: IN=eth0 OUT= MAC=fc:ec:da:00:00:01:00:3d:45:42:83:19:08:00 SRC=203.0.113.77 DST=198.51.100.2 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=0 DF PROTO=TCP SPT=54321 DPT=22 WINDOW=65535 RES=0x00 SYN URGP=0 ',
      is: {
        kind: 'block',
        source: '203.0.113.77',
        destination: '198.51.100.2',
        sourcePort: 54_321,
        destinationPort: 22,
        protocol: 6,
        tcpFlags: 2,
        length: 60,
        mac: '00:3d:45:42:83:19',
        rule: '[fw] dropped',
        inInterface: 'eth0',
      },
    },
    { line: 'IN=eth0 OUT= ARP HTYPE=1 PTYPE=0x0800 OPCODE=1', is: 'other' },
    { line: 'IN=eth0 OUT= SRC=203.0.113.9', is: 'malformed' },
    // A name that somebody gave at a login.
    {
      line: 'IN= OUT= SRC=203.0.113.9 DST=192.0.2.1 LEN=40 PROTO=TCP SPT=1 DPT=22 (198.51.100.7): login failed: invalid password',
      is: 'malformed',
    },
    {
      line: 'Invalid user IN= OUT= SRC=203.0.113.9 DST=192.0.2.1 LEN=40 PROTO=TCP SPT=1 DPT=22 from 198.51.100.7 port 5',
      is: 'malformed',
    },
    { line: 'IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP SPT=70000 DPT=2', is: 'malformed' },
  ])

  readsWhatIsWritten(
    netfilter,
    packets
      .chain((packet) =>
        fc.record({
          ...fixed(packet),
          kind: fc.constantFrom('block' as const, 'allow' as const, 'other' as const),
          length: fc.integer({ min: 20, max: 65_535 }),
          mac: fc.constantFrom('', '00:17:10:88:bc:02', 'fe:ff:ff:ff:ff:01'),
          rule: name,
          inInterface: fc.oneof(name, fc.constant('')),
          outInterface: fc.oneof(name, fc.constant('')),
        }),
      )
      .map((row) => ({
        ...row,
        rule: `${row.rule} ${{ block: 'REJECT', allow: 'ACCEPT', other: 'seen' }[row.kind]}`,
      })),
    (row) => {
      const mac = row.mac && `00:16:3e:11:22:33:${row.mac}:08:00`
      const protocol =
        { 6: 'TCP', 17: 'UDP', 1: 'ICMP', 58: 'ICMPv6', 50: 'ESP' }[row.protocol] ?? row.protocol
      let told = ''
      if (hasPorts(row)) told = ` SPT=${row.sourcePort} DPT=${row.destinationPort}`
      if (isIcmp(row)) told = ` TYPE=${row.destinationPort >> 8} CODE=${row.destinationPort & 255} ID=1 SEQ=2`
      if (row.protocol === 17) told += ' LEN=9'
      if (row.protocol === 6) told += ` WINDOW=1024 RES=0x00 ${flagNames(row.tcpFlags).join(' ')} URGP=0`
      return (
        `[${row.rule}] IN=${row.inInterface} OUT=${row.outInterface} MAC=${mac} SRC=${row.source} DST=${row.destination} ` +
        `LEN=${row.length} TOS=0x00 TTL=64 ID=1 DF PROTO=${protocol}${told} `
      )
    },
  )
})
