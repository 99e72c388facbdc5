import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineReader } from '../../../../src/collectors/syslog/line-reader.ts'
import { firewallParsers } from '../../../../src/collectors/syslog/parsers/index.ts'

const session = 'src=203.0.113.9 spt=41234 dst=192.0.2.1 dpt=23 proto=TCP act=deny'
/** Whole lines, headers as these devices send them. */
const lines = {
  'cisco-asa': [
    '<164>Nov 25 2026 22:37:16 fw-1 : %ASA-4-106023: Deny tcp src outside:203.0.113.9/41234 dst inside:192.0.2.1/23 by access-group "in"',
    '<164>2026-11-25T22:37:16Z fw-1 : %FTD-3-710003: TCP access denied by ACL from 203.0.113.9/41234 to outside:192.0.2.1/23',
    '<164>:%ASA-session-4-106100: access-list in denied tcp outside/203.0.113.9(41234) -> inside/192.0.2.1(23) hit-cnt 1 first hit',
    '<164>%ASA-2-106001: Inbound TCP connection denied from 203.0.113.9/41234 to 192.0.2.1/23 flags SYN  on interface outside',
  ],
  'cisco-ios': [
    '<190>123: *May  3 05:15:25.217: %SEC-6-IPACCESSLOGP: list 102 denied tcp 203.0.113.9(41234) -> 192.0.2.1(23), 1 packet',
    '2026 Nov 25 22:37:16 nexus-1 %ACLLOG-5-ACLLOG_FLOW_INTERVAL: Src IP: 203.0.113.9, Dst IP: 192.0.2.1, Src Port: 41234, Dst Port: 23, Src Intf: Ethernet4/1, Protocol: "TCP"(6), Hit-count = 1',
  ],
  fortigate: [
    '<189>date=2026-11-25 time=22:37:16 devname="FGT-1" devid="FGT60F0000000001" logid="0000000013" type="traffic" srcip=203.0.113.9 srcport=41234 dstip=192.0.2.1 dstport=23 proto=6 action="deny"',
    'Nov 25 22:37:16 _gateway date=2026-11-25 time=22:37:16 devname="FGT-1" devid="FGT60F0000000001" logid="0000000013" type="traffic" srcip=203.0.113.9 srcport=41234 dstip=192.0.2.1 dstport=23 proto=6 action="deny"',
  ],
  paloalto: [
    '<14>Nov 25 22:37:16 pa-1 1,2026/11/25 22:37:16,0009C101317,TRAFFIC,drop,2561,2026/11/25 22:37:15,203.0.113.9,192.0.2.1,0.0.0.0,0.0.0.0,x,,,any,vsys1,a,b,c,,s,2026/11/25 22:37:15,0,1,41234,23,0,0,0x0,tcp,drop,60,60,0,1',
  ],
  cef: [
    `<134>Nov 25 22:37:16 fw-1 CEF:0|V|P|1|7|n|1|${session}`,
    `<134>1 2026-11-25T22:37:16Z fw-1 CheckPoint - - - CEF:0|V|P|1|7|n|1|${session}`,
    `CEF:0|V|P|1|7|n|1|${session}`,
  ],
  leef: [
    `<13>Nov 25 22:37:16 fw-1 LEEF:1.0|V|P|1|drop|${session.replaceAll(' ', '\t').replace('spt', 'srcPort').replace('dpt', 'dstPort')}`,
  ],
} as const

describe('The lines of different firewalls', () => {
  for (const [format, examples] of Object.entries(lines))
    for (const line of examples)
      it(`tells ${format} by ${line.slice(0, 60)}`, () => {
        const reader = new LineReader(firewallParsers)
        const { row } = reader
        const bytes = Buffer.from(line)
        assert.equal(reader.read(bytes, 0, bytes.length, Date.UTC(2026, 10, 25, 22, 40), undefined), 'told')
        assert.equal(reader.parser?.format, format)
        assert.deepEqual([row.source[3], row.destination[3]], [0xcb00_7109, 0xc000_0201])
        assert.deepEqual([row.sourcePort, row.destinationPort, row.protocol], [41_234, 23, 6])
      })

  it('are taken by no parser but their own', () => {
    for (const [format, examples] of Object.entries(lines))
      for (const line of examples)
        for (const parser of firewallParsers) {
          if (parser.format === format) continue
          const bytes = Buffer.from(line)
          for (let at = 0; at < bytes.length; at = bytes.indexOf(0x20, at) + 1 || bytes.length)
            assert.equal(parser.accepts(bytes, at, bytes.length), false, `${parser.format} at ${at}: ${line}`)
        }
  })
})
