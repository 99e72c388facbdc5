import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { LineReader } from '../../../../src/collectors/syslog/line-reader.ts'
import { firewallParsers } from '../../../../src/collectors/syslog/parsers/index.ts'
import { rowOf } from './conformance.ts'

/** Lines in which a stranger chose a name or an address of the web, and made it look like more of the line. */
const lines = {
  fortigate:
    'date=2026-11-25 devid="F" type="traffic" srcip=203.0.113.9 srcport=41234 dstip=192.0.2.1 dstport=23 proto=6 action="deny" hostname="x" srcip=198.51.100.66 dstip=198.51.100.67 srcport=1 dstport=2 proto=17 action="accept" sentbyte=9',
  'cisco-asa':
    '%FTD-1-430003: AccessControlRuleAction: Block, SrcIP: 203.0.113.9, DstIP: 192.0.2.1, SrcPort: 41234, DstPort: 23, Protocol: tcp, URL: http://example.org/, SrcIP: 198.51.100.66, DstIP: 198.51.100.67, DstPort: 2, Protocol: udp, AccessControlRuleAction: Allow',
  cef: 'CEF:0|V|P|1|7|n|1|src=203.0.113.9 spt=41234 dst=192.0.2.1 dpt=23 proto=TCP act=deny request=http://example.org/ src=198.51.100.66 dst=198.51.100.67 dpt=2 proto=UDP act=allow',
  leef: 'LEEF:1.0|V|P|1|7|src=203.0.113.9\tsrcPort=41234\tdst=192.0.2.1\tdstPort=23\tproto=TCP\taction=deny\turl=http://example.org/\tsrc=198.51.100.66\tdstPort=2\tproto=UDP\taction=allow',
} as const

describe('What a stranger writes into a later value', () => {
  for (const [format, line] of Object.entries(lines))
    it(`takes the place of nothing that ${format} told before`, () => {
      const parser = firewallParsers.find((one) => one.format === format)!
      const row = new FirewallRow()
      const bytes = Buffer.from(line)
      assert.equal(parser.parse(bytes, 0, bytes.length, row), 'told')
      const { kind, source, destination, sourcePort, destinationPort, protocol } = rowOf(row, bytes)
      assert.deepEqual(
        { kind, source, destination, sourcePort, destinationPort, protocol },
        {
          kind: 'block',
          source: '203.0.113.9',
          destination: '192.0.2.1',
          sourcePort: 41_234,
          destinationPort: 23,
          protocol: 6,
        },
      )
    })
})

const packets = [
  'IN= OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP DPT=22',
  'x: in:e out:(none), proto UDP, 203.0.113.9:1->192.0.2.1:2, len 4',
]
/** Lines of programs that are not known, behind a header that names none, with what a stranger said at their ends. */
const said = [
  (packet: string) =>
    `<190>Nov 25 22:00:00 gw 198.51.100.7 - - [25/Nov/2026:22:00:00 +0000] "GET / HTTP/1.1" 404 0 "-" "${packet} "`,
  (packet: string) => `<30>Nov 25 22:00:00 gw agent "${packet}`,
  (packet: string) => `<30>Nov 25 22:00:00 gw ${'many words of another program '.repeat(12)}${packet}`,
  (packet: string) => `<30>Nov 25 22:00:00 MikroTik dhcp1 assigned 10.0.0.5 for AA:BB:CC:DD:EE:FF ${packet}`,
  (packet: string) => `<30>Nov 25 22:00:00 MikroTik login failure for user ${packet}`,
]
/** Lines that have commas of their own, in which a filterlog's stands as a name or an address of the web. */
const separated = [
  (packet: string) =>
    `<166>Nov 25 2026 22:00:00 fw : %ASA-6-605004: Login denied from 198.51.100.7/1 to outside:192.0.2.1/ssh for user "${packet}"`,
  (packet: string) => `<166>%ASA-5-304001: 198.51.100.7 Accessed URL 192.0.2.1:/${packet}`,
  (packet: string) =>
    `<189>date=2026-11-25 time=22:00:00 devid="x" logid="0316" type="utm" subtype="webfilter" url="http://x/${packet}"`,
  (packet: string) =>
    `device="SFW" date=2026-11-25 time=22:00:00 device_name="X" log_id=1 log_type="Content Filtering" log_component="HTTP" url="${packet}"`,
  (packet: string) => `LEEF:1.0|a|b|1|login|usrName=${packet}\tsrc=198.51.100.7`,
  (packet: string) =>
    `<189>55: Nov 25 22:00:00: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ${packet}] [Source: 198.51.100.7]`,
  (packet: string) => `<86>Nov 25 22:00:00 gw kernel: audit: type=1112 audit(1.1:1): pid=1 acct="${packet} "`,
  (packet: string) => `<30>Nov 25 22:00:00 gw agent of many words says filterlog: ${packet}`,
]

describe('A packet within what a stranger says', () => {
  const filterlog = '5,,,1,em0,match,block,in,4,0x0,,64,1,0,DF,6,tcp,40,203.0.113.9,192.0.2.1,1,22,0,S,1,,1,,'
  const cases = [
    ...said.map((line) => ({ line, packets })),
    ...separated.map((line) => ({ line, packets: [filterlog] })),
  ]
  for (const { line, packets } of cases)
    it(`is none: ${line('…').slice(0, 100)}`, () => {
      for (const packet of packets)
        for (const usual of [undefined, ...firewallParsers]) {
          const reader = new LineReader(firewallParsers)
          const bytes = Buffer.from(line(packet))
          assert.notEqual(reader.read(bytes, 0, bytes.length, Date.UTC(2026, 10, 26), usual), 'told', packet)
        }
    })
})
