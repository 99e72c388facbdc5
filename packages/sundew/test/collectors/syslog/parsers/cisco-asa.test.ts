import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { ciscoAsa } from '../../../../src/collectors/syslog/parsers/cisco-asa.ts'
import { conforms, rowOf } from './conformance.ts'

const probe = {
  source: '203.0.113.9',
  destination: '192.0.2.1',
  sourcePort: 41_234,
  destinationPort: 23,
} as const
const ping = { source: '203.0.113.9', destination: '192.0.2.1', destinationPort: 2048, protocol: 1 } as const

// Forms by Cisco's "Secure Firewall ASA Series Syslog Messages" and "Secure Firewall Threat Defense Syslog Messages", addresses of
// documentation.
describe("Cisco's ASA", () => {
  conforms(ciscoAsa, [
    {
      line: '%ASA-4-106023: Deny tcp src outside:203.0.113.9/41234 dst inside:192.0.2.1/23 by access-group "outside_in" [0x0, 0x0]',
      is: {
        ...probe,
        kind: 'block',
        protocol: 6,
        rule: 'outside_in',
        inInterface: 'outside',
        outInterface: 'inside',
      },
    },
    {
      line: '<164>:%ASA-session-4-106023: Deny udp src outside:203.0.113.9/41234(LOCAL\\eve) dst dmz_1.7:192.0.2.1/snmp(LOCAL\\bob) by access-group outside_in',
      is: {
        ...probe,
        kind: 'block',
        destinationPort: 161,
        protocol: 17,
        rule: 'outside_in',
        inInterface: 'outside',
        outInterface: 'dmz_1.7',
      },
    },
    {
      line: '%ASA-4-106023: Deny icmp src outside:203.0.113.9 dst inside:192.0.2.1 (type 8, code 0) by access-group "outside_in" [0x0, 0x0]',
      is: { ...ping, kind: 'block', rule: 'outside_in', inInterface: 'outside', outInterface: 'inside' },
    },
    {
      line: '%ASA-4-106023: Deny icmp src outside:2001:db8::9 dst inside:2001:db8:1::1 (type 128, code 0) by access-group "out six" [0x0, 0x0]',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: '2001:db8:1::1',
        destinationPort: 128 * 256,
        protocol: 58,
        rule: 'out six',
        inInterface: 'outside',
        outInterface: 'inside',
      },
    },
    {
      line: '%FTD-4-106023: Deny protocol 47 src outside:203.0.113.9 dst inside:192.0.2.1 by access-group "CSM_FW_ACL_" [0x97aa021a, 0x0]',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        protocol: 47,
        rule: 'CSM_FW_ACL_',
        inInterface: 'outside',
        outInterface: 'inside',
      },
    },
    {
      line: '%ASA-2-106001: Inbound TCP connection denied from 203.0.113.9/41234 to 192.0.2.1/23 flags SYN  on interface outside',
      is: { ...probe, kind: 'block', protocol: 6, tcpFlags: 2, inInterface: 'outside' },
    },
    {
      line: '%PIX-2-106002: udp Connection denied by outbound list 7 src 203.0.113.9 dest 192.0.2.1',
      is: { kind: 'block', source: '203.0.113.9', destination: '192.0.2.1', protocol: 17, rule: '7' },
    },
    {
      line: '%ASA-2-106006: Deny inbound UDP from 203.0.113.9/41234 to 192.0.2.1/23 on interface outside',
      is: { ...probe, kind: 'block', protocol: 17, inInterface: 'outside' },
    },
    {
      line: '%ASA-2-106007: Deny inbound UDP from 203.0.113.9/41234 to 192.0.2.1/23 due to DNS Query',
      is: { ...probe, kind: 'block', protocol: 17 },
    },
    {
      line: '%ASA-3-106010: Deny inbound tcp src outside:203.0.113.9/41234 dst inside:192.0.2.1/23',
      is: { ...probe, kind: 'block', protocol: 6, inInterface: 'outside', outInterface: 'inside' },
    },
    {
      line: '%ASA-3-106011: Deny inbound (No xlate) tcp src outside:203.0.113.9/41234 dst outside:192.0.2.1/23',
      is: { ...probe, kind: 'block', protocol: 6, inInterface: 'outside', outInterface: 'outside' },
    },
    {
      line: '%ASA-2-106013: Dropping echo request from 203.0.113.9 to PAT address 192.0.2.1',
      is: { ...ping, kind: 'block' },
    },
    {
      line: '%ASA-3-106014: Deny inbound icmp src outside:203.0.113.9 dst inside:192.0.2.1/23 (type 8, code 0)',
      is: { ...ping, kind: 'block', inInterface: 'outside', outInterface: 'inside' },
    },
    {
      line: '%ASA-6-106015: Deny TCP (no connection) from 2001:db8::9/41234 to 2001:db8::1/23 flags FIN PSH ACK  on interface outside',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: '2001:db8::1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        tcpFlags: 25,
        inInterface: 'outside',
      },
    },
    {
      line: '%ASA-2-106016: Deny IP spoof from (203.0.113.9) to 192.0.2.1 on interface outside',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        protocol: 0,
        inInterface: 'outside',
      },
    },
    {
      line: '%ASA-2-106017: Deny IP due to Land Attack from 192.0.2.1 to 192.0.2.1',
      is: { kind: 'block', source: '192.0.2.1', destination: '192.0.2.1', protocol: 0 },
    },
    {
      line: '%ASA-1-106021: Deny tcp reverse path check from 203.0.113.9 to 192.0.2.1 on interface dmz',
      is: { kind: 'block', source: '203.0.113.9', destination: '192.0.2.1', protocol: 6, inInterface: 'dmz' },
    },
    {
      line: '%ASA-6-106100: access-list outside_in denied tcp outside/203.0.113.9(41234) -> inside/192.0.2.1(23) hit-cnt 1 first hit [0x97aa021a, 0x0]',
      is: {
        ...probe,
        kind: 'block',
        protocol: 6,
        rule: 'outside_in',
        inInterface: 'outside',
        outInterface: 'inside',
      },
    },
    {
      line: '%ASA-4-106100: access-list ping permitted icmp out/side/203.0.113.9(8)(LOCAL\\eve) -> inside/192.0.2.1(0) hit-cnt 3 300-second interval [0x97aa021a, 0x0]',
      is: { ...ping, kind: 'allow', rule: 'ping', inInterface: 'out/side', outInterface: 'inside' },
    },
    {
      line: '%ASA-3-106102: access-list web permitted tcp for user eve outside/203.0.113.9(41234) -> inside/192.0.2.1(23) hit-cnt 1 first hit [0x3c8b88c1, 0xbee595c3]',
      is: {
        ...probe,
        kind: 'allow',
        protocol: 6,
        rule: 'web',
        inInterface: 'outside',
        outInterface: 'inside',
      },
    },
    {
      line: '%ASA-6-302013: Built inbound TCP connection 4711 for outside:203.0.113.9/41234 (203.0.113.9/41234) to dmz:192.168.9.2/80 (198.51.100.5/8080)',
      is: {
        kind: 'allow',
        source: '203.0.113.9',
        destination: '198.51.100.5',
        sourcePort: 41_234,
        destinationPort: 8080,
        protocol: 6,
        natDestination: '192.168.9.2',
        natDestinationPort: 80,
        inInterface: 'outside',
        outInterface: 'dmz',
      },
    },
    {
      line: '%ASA-6-302015: Built outbound UDP connection 4712 for outside:203.0.113.9/53 (203.0.113.9/53) to inside:192.168.1.7/40000(LOCAL\\bob) (198.51.100.5/40001) (bob)',
      is: {
        kind: 'allow',
        source: '192.168.1.7',
        destination: '203.0.113.9',
        sourcePort: 40_000,
        destinationPort: 53,
        protocol: 17,
        natSource: '198.51.100.5',
        natSourcePort: 40_001,
        inInterface: 'inside',
        outInterface: 'outside',
      },
    },
    {
      line: '%ASA-6-302020: Built outbound ICMP connection for faddr 203.0.113.9/0 gaddr 198.51.100.5/1 laddr 192.168.1.7/1(bob) type 8 code 0',
      is: {
        kind: 'allow',
        source: '192.168.1.7',
        destination: '203.0.113.9',
        destinationPort: 2048,
        protocol: 1,
        natSource: '198.51.100.5',
      },
    },
    {
      line: '%ASA-6-302020: Built inbound ICMP connection for faddr 203.0.113.9/4 gaddr 192.0.2.1/0 laddr 192.0.2.1/0',
      is: { kind: 'allow', source: '203.0.113.9', destination: '192.0.2.1', protocol: 1 },
    },
    {
      line: '%ASA-7-710002: TCP access permitted from 203.0.113.9/41234 to outside:192.0.2.1/ssh',
      is: { ...probe, kind: 'allow', destinationPort: 22, protocol: 6, inInterface: 'outside' },
    },
    {
      line: '%ASA-3-710003: TCP access denied by ACL from 203.0.113.9/41234 to outside:192.0.2.1/23',
      is: { ...probe, kind: 'block', protocol: 6, inInterface: 'outside' },
    },
    {
      line: '%ASA-7-710005: UDP request discarded from 2001:db8::9/41234 to outside:2001:db8::1/netbios-ns',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: '2001:db8::1',
        sourcePort: 41_234,
        destinationPort: 137,
        protocol: 17,
        inInterface: 'outside',
      },
    },
    {
      line: '%ASA-3-313001: Denied ICMP type=8, code=0 from 203.0.113.9 on interface outside',
      is: { ...ping, kind: 'block', destination: '::', inInterface: 'outside' },
    },
    {
      line: '%ASA-4-313004: Denied ICMP type=0, from laddr 203.0.113.9 on interface outside to 192.0.2.1: no matching session',
      is: { ...ping, kind: 'block', destinationPort: 0, inInterface: 'outside' },
    },
    {
      line: '%ASA-4-313005: No matching connection for ICMP error message: icmp src outside:203.0.113.9 dst inside:192.0.2.1 (type 3, code 3) on outside interface. Original IP payload: udp src 192.0.2.1/53 dst 198.51.100.3/60717.',
      is: { ...ping, kind: 'block', destinationPort: 771, inInterface: 'outside', outInterface: 'inside' },
    },
    {
      line: '%ASA-3-313008: Denied ICMPv6 type=128, code=0 from 2001:db8::9 on interface outside',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: '::',
        destinationPort: 128 * 256,
        protocol: 58,
        inInterface: 'outside',
      },
    },
    {
      line: '%FTD-1-430002: EventPriority: Low, DeviceUUID: e8566508-eaa9-11e5-860f-de3e305d8269, InstanceID: 3, ConnectionID: 34774, AccessControlRuleAction: Block with reset, SrcIP: 203.0.113.9, DstIP: 192.0.2.1, SrcPort: 41234, DstPort: 23, Protocol: tcp, IngressInterface: outside, EgressInterface: servers, ACPolicy: all, AccessControlRuleName: no telnet,really, Prefilter Policy: Unknown, InitiatorBytes: 54',
      is: {
        ...probe,
        kind: 'block',
        protocol: 6,
        length: 54,
        rule: 'no telnet,really',
        inInterface: 'outside',
        outInterface: 'servers',
      },
    },
    {
      line: '%NGIPS-1-430003: EventPriority: Low, AccessControlRuleAction: Trust, SrcIP: 203.0.113.9, DstIP: 192.0.2.1, ICMPType: Echo Request, ICMPCode: No Code, Protocol: icmp, IngressInterface: outside',
      is: { ...ping, kind: 'allow', inInterface: 'outside' },
    },
    {
      line: '%ASA-6-302014: Teardown TCP connection 4711 for outside:203.0.113.9/41234 to inside:192.0.2.1/23 duration 0:00:00 bytes 0 TCP Reset-O',
      is: 'other',
    },
    {
      line: '%ASA-6-305011: Built dynamic TCP translation from inside:192.168.1.7/40000 to outside:198.51.100.5/40001',
      is: 'other',
    },
    { line: "%ASA-5-111008: User 'enable_15' executed the 'ping inside 192.0.2.1' command.", is: 'other' },
    // Where `names` is on.
    {
      line: '%ASA-4-106023: Deny tcp src outside:mailserver/41234 dst inside:192.0.2.1/23 by access-group "outside_in"',
      is: 'malformed',
    },
    {
      line: '%ASA-4-106023: Deny tcp src outside:203.0.113.9/65536 dst inside:192.0.2.1/23 by access-group "outside_in"',
      is: 'malformed',
    },
    {
      line: '%ASA-3-106014: Deny inbound icmp src outside:203.0.113.9 dst inside:192.0.2.1 (type 256, code 0)',
      is: 'malformed',
    },
  ])

  it('says what was written', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_.-]{0,14}$/)
    const packet = fc.record({
      source: fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::9', '::1', 'fe80::1:2')),
      destination: fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::1', 'ff02::1')),
      sourcePort: port,
      destinationPort: port,
      protocol: fc.constantFrom(6, 17, 132),
      rule: name,
      inInterface: name,
      outInterface: name,
    })
    const row = new FirewallRow()
    const words = { 6: 'tcp', 17: 'udp', 132: 'sctp' } as Readonly<Record<number, string>>
    fc.assert(
      fc.property(packet, fc.boolean(), (p, list) => {
        const line = Buffer.from(
          list
            ? `%ASA-6-106100: access-list ${p.rule} denied ${words[p.protocol]} ${p.inInterface}/${p.source}(${p.sourcePort}) -> ` +
                `${p.outInterface}/${p.destination}(${p.destinationPort}) hit-cnt 1 first hit [0x0, 0x0]`
            : `%ASA-4-106023: Deny ${words[p.protocol]} src ${p.inInterface}:${p.source}/${p.sourcePort} ` +
                `dst ${p.outInterface}:${p.destination}/${p.destinationPort} by access-group "${p.rule}" [0x0, 0x0]`,
        )
        row.clear()
        assert.ok(ciscoAsa.accepts(line, 0, line.length))
        assert.equal(ciscoAsa.parse(line, 0, line.length, row), 'told')
        const read = rowOf(row, line)
        assert.equal(read.kind, 'block')
        for (const key of Object.keys(p) as (keyof typeof p)[]) assert.equal(read[key], p[key], key)
      }),
    )
  })
})
