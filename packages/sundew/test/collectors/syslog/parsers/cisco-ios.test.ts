import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { ciscoIos } from '../../../../src/collectors/syslog/parsers/cisco-ios.ts'
import { conforms, rowOf } from './conformance.ts'

const from = { source: '203.0.113.9', destination: '192.0.2.1' } as const
const probe = { ...from, sourcePort: 41_234, destinationPort: 23, protocol: 6 } as const

// Forms by Cisco's "Understanding Access Control List Logging", its system message guides, and "ACL logging" of NX-OS; addresses of
// documentation.
describe("Cisco's IOS and NX-OS", () => {
  conforms(ciscoIos, [
    {
      line: '%SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.9(41234) -> 192.0.2.1(23), 1 packet',
      is: { ...probe, kind: 'block', rule: '101' },
    },
    {
      line: '<190>%SEC-6-IPACCESSLOGP: list OUTSIDE-IN denied tcp 203.0.113.9(41234) (GigabitEthernet0/1 0017.1088.bc02) -> 192.0.2.1(23), 33 packets',
      is: {
        ...probe,
        kind: 'block',
        mac: '00:17:10:88:bc:02',
        rule: 'OUTSIDE-IN',
        inInterface: 'GigabitEthernet0/1',
      },
    },
    {
      line: '%SEC-6-IPACCESSLOGP: list 101 permitted udp 203.0.113.9(41234)(Serial1/0.10) -> 192.0.2.1(53), 1 packet [0x1A2B]',
      is: {
        ...probe,
        kind: 'allow',
        destinationPort: 53,
        protocol: 17,
        rule: '101',
        inInterface: 'Serial1/0.10',
      },
    },
    {
      line: '%FMANFP-6-IPACCESSLOGP: SIP0: fman_fp_image: list OUTSIDE-IN denied tcp 203.0.113.9(41234) Port-channel20-> 192.0.2.1(23), 1 packet',
      is: { ...probe, kind: 'block', rule: 'OUTSIDE-IN', inInterface: 'Port-channel20' },
    },
    {
      line: '%SEC-6-IPACCESSLOGDP: list 112 denied icmp 203.0.113.9 -> 192.0.2.1 (8/0), 1 packet',
      is: { ...from, kind: 'block', destinationPort: 2048, protocol: 1, rule: '112' },
    },
    {
      line: '%SEC-6-IPACCESSLOGDP: list 112 permitted icmp 203.0.113.9 (GigabitEthernet8 0017.1088.bc02) -> 192.0.2.1 (0/0), 1 packet',
      is: {
        ...from,
        kind: 'allow',
        protocol: 1,
        mac: '00:17:10:88:bc:02',
        rule: '112',
        inInterface: 'GigabitEthernet8',
      },
    },
    {
      line: '%SEC-6-IPACCESSLOGNP: list 171 denied 47 203.0.113.9 -> 192.0.2.1, 1 packet',
      is: { ...from, kind: 'block', protocol: 47, rule: '171' },
    },
    {
      line: '%SEC-6-IPACCESSLOGRP: list 177 denied igmp 203.0.113.9 -> 224.0.0.22, 1 packet',
      is: { kind: 'block', source: '203.0.113.9', destination: '224.0.0.22', protocol: 2, rule: '177' },
    },
    {
      line: '%SEC-6-IPACCESSLOGSP: list INBOUND denied igmp 203.0.113.9 -> 224.0.0.2 (20), 1 packet',
      is: { kind: 'block', source: '203.0.113.9', destination: '224.0.0.2', protocol: 2, rule: 'INBOUND' },
    },
    {
      line: '%SEC-6-IPACCESSLOGS: list 23 denied 203.0.113.9 1 packet',
      is: { kind: 'block', source: '203.0.113.9', destination: '::', protocol: 0, rule: '23' },
    },
    {
      line: '%IPV6_ACL-6-ACCESSLOGP: list vty-access/10 permitted tcp 2001:DB8::9(60892) -> 2001:DB8::1(22), 1 packet',
      is: {
        kind: 'allow',
        source: '2001:db8::9',
        destination: '2001:db8::1',
        sourcePort: 60_892,
        destinationPort: 22,
        protocol: 6,
        rule: 'vty-access/10',
      },
    },
    {
      line: '%IPV6-6-ACCESSLOGDP: list in6/20 denied icmpv6 2001:DB8::9 -> 2001:DB8::1 (128/0), 2 packets',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: '2001:db8::1',
        destinationPort: 128 * 256,
        protocol: 58,
        rule: 'in6/20',
      },
    },
    {
      line: '%IPV6_ACL-6-ACCESSLOGNP: list in6/30 denied 50 2001:DB8::9 -> 2001:DB8::1, 1 packet',
      is: { kind: 'block', source: '2001:db8::9', destination: '2001:db8::1', protocol: 50, rule: 'in6/30' },
    },
    {
      line: '%ACLLOG-5-ACLLOG_FLOW_INTERVAL: Src IP: 203.0.113.9, Dst IP: 192.0.2.1, Src Port: 41234, Dst Port: 23, Src Intf: Ethernet4/1, Protocol: "TCP"(6), ACL Name: outside-in, ACE Action: Deny, Appl Intf: Vlan10, Hit-count: 600',
      is: { ...probe, kind: 'block', rule: 'outside-in', inInterface: 'Ethernet4/1' },
    },
    {
      line: '%ACLLOG-6-ACLLOG_FLOW_INTERVAL: Src IP: 203.0.113.9, Dst IP: 192.0.2.1, Src Port: 0, Dst Port: 0, Src Intf: Ethernet4/1, Protocol: "ICMP"(1), Hit-count = 2589',
      is: { ...from, protocol: 1, inInterface: 'Ethernet4/1' },
    },
    {
      line: '%FW-6-DROP_PKT: Dropping tcp session 203.0.113.9:41234 192.0.2.1:23 on zone-pair internet-self class class-default due to  DROP action found in policy-map with ip ident 52882',
      is: { ...probe, kind: 'block', rule: 'internet-self' },
    },
    {
      line: '%IOSXE-6-PLATFORM: F0: cpp_cp: QFP:0.0 Thread:000 TS:00000012345 %FW-6-DROP_PKT: Dropping tcp pkt from GigabitEthernet0/0/1 203.0.113.9:41234 => 192.0.2.1:23(target:class)-(OUT-IN:class-default) due to Policy drop:classify result with ip ident 52',
      is: { ...probe, kind: 'block', rule: 'OUT-IN', inInterface: 'GigabitEthernet0/0/1' },
    },
    {
      line: '%FW-6-PASS_PKT: (target:class)-(IN-OUT:ping) Passing icmp pkt 203.0.113.9:0 => 192.0.2.1:0 with ip ident 0',
      is: { ...from, kind: 'allow', protocol: 1, rule: 'IN-OUT' },
    },
    { line: '%FW-6-LOG_SUMMARY: 3 packets were dropped', is: 'other' },
    { line: '%IOSXE-6-PLATFORM: R0/0: kernel: something else', is: 'other' },
    { line: '%FW-6-DROP_PKT: Dropping tcp session a:p 192.0.2.1:23 on zone-pair x class y', is: 'malformed' },
    { line: '%SEC-6-IPACCESSLOGRL: access-list logging rate-limited or missed 7 packets', is: 'other' },
    { line: '%SYS-5-CONFIG_I: Configured from console by admin on vty0 (192.0.2.7)', is: 'other' },
    { line: '%ACLLOG-4-ACLLOG_MAXFLOW_REACHED: Maximum limit 100 reached for number of flows', is: 'other' },
    {
      line: '%SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.9(41234) -> 192.0.2.1(65536), 1 packet',
      is: 'malformed',
    },
    {
      line: '%SEC-6-IPACCESSLOGDP: list 112 denied icmp 203.0.113.9 -> 192.0.2.1 (256/0), 1 packet',
      is: 'malformed',
    },
    {
      line: '%SEC-6-IPACCESSLOGP: list 101 denied tcp router-1(41234) -> 192.0.2.1(23), 1 packet',
      is: 'malformed',
    },
  ])

  it('says what was written', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    const packet = fc.record({
      source: fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::9', '::1')),
      destination: fc.oneof(fc.ipV4(), fc.constantFrom('2001:db8::1', 'ff02::1')),
      sourcePort: port,
      destinationPort: port,
      protocol: fc.constantFrom(6, 17),
      rule: fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_./-]{0,14}$/),
      inInterface: fc.stringMatching(/^[A-Z][a-zA-Z0-9/.-]{0,12}[0-9]$/),
    })
    const row = new FirewallRow()
    fc.assert(
      fc.property(packet, fc.constantFrom('permitted', 'denied'), (p, action) => {
        const line = Buffer.from(
          `%SEC-6-IPACCESSLOGP: list ${p.rule} ${action} ${p.protocol === 6 ? 'tcp' : 'udp'} ${p.source}(${p.sourcePort}) ` +
            `(${p.inInterface} 0017.1088.bc02) -> ${p.destination}(${p.destinationPort}), 1 packet`,
        )
        row.clear()
        assert.ok(ciscoIos.accepts(line, 0, line.length))
        assert.equal(ciscoIos.parse(line, 0, line.length, row), 'told')
        const read = rowOf(row, line)
        assert.equal(read.kind, action === 'denied' ? 'block' : 'allow')
        assert.equal(read.mac, '00:17:10:88:bc:02')
        for (const key of Object.keys(p) as (keyof typeof p)[]) assert.equal(read[key], p[key], key)
      }),
    )
  })
})
