import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineReader } from '../../../src/collectors/syslog/line-reader.ts'
import { firewallParsers } from '../../../src/collectors/syslog/parsers/index.ts'
import { rowOf } from './parsers/conformance.ts'

const ends =
  'SRC=203.0.113.9 DST=192.0.2.1 LEN=40 TTL=244 ID=1 PROTO=TCP SPT=41234 DPT=23 WINDOW=1024 SYN URGP=0'
const routed = 'in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.9:41234->192.0.2.1:23, len 40'
const filtered = 'match,block,in,4,0x0,,241,1,0,none,6,tcp,40,203.0.113.9,192.0.2.1,41234,23,0,S,1,,1024,,mss'
const dumped = 'block in on em0: 203.0.113.9.41234 > 192.0.2.1.23'
const flow =
  'source-address="203.0.113.9" source-port="41234" destination-address="192.0.2.1" destination-port="23" protocol-id="6" policy-name="deny-all"'

/** Whole lines as these devices send them or write them down: format, host and rule that are told, and the line. */
const lines: readonly (readonly [format: string, host: string, rule: string, line: string])[] = [
  ['mikrotik', 'gw', 'drop input', `<134>Nov 25 22:37:16 gw firewall,info drop input: ${routed}`],
  ['mikrotik', 'gw', 'drop input', `Nov 25 22:37:16 gw firewall,info drop input: ${routed}`],
  ['mikrotik', '', 'drop input', `firewall,info drop input: ${routed}`],
  [
    'mikrotik',
    '192.0.2.254',
    'input',
    `2026-11-25T22:37:16.734011+01:00 192.0.2.254 firewall,info input: ${routed}`,
  ],
  [
    'netfilter',
    'host',
    'UFW BLOCK',
    `<4>Nov 25 22:37:16 host kernel: [12345.678901] [UFW BLOCK] IN=eth0 OUT= ${ends}`,
  ],
  [
    'netfilter',
    'host',
    'nft drop',
    `2026-11-25T22:37:16.000001+00:00 host kernel: nft drop: IN=eth0 OUT= ${ends}`,
  ],
  [
    'netfilter',
    'UDM',
    'WAN_LOCAL-default-D',
    `<4>Nov 25 22:37:16 UDM kernel: [WAN_LOCAL-default-D]IN=eth8 OUT= MAC=aa ${ends}`,
  ],
  ['netfilter', 'host', 'DROP', `<4>1 2026-11-25T22:37:16Z host kernel - - - DROP IN=eth0 OUT= ${ends}`],
  ['filterlog', '', '1000000103', `<134>Nov 25 22:37:16 filterlog[73546]: 5,,,1000000103,igb0,${filtered}`],
  [
    'filterlog',
    'fw.example',
    '1000000103',
    `<134>1 2026-11-25T22:37:16Z fw.example filterlog 73546 - - 5,,,1000000103,igb0,${filtered}`,
  ],
  [
    'filterlog',
    'opnsense',
    '5',
    `<134>1 2026-11-25T22:37:16Z opnsense filterlog 73546 - [meta sequenceId="1"] 5,,,0,igb0,${filtered}`,
  ],
  [
    'pf',
    'gw',
    '5',
    `<134>Nov 25 22:37:16 gw pf: Nov 25 22:37:16.000123 rule 5/(match) ${dumped}: S 1:1(0) win 1024`,
  ],
  ['pf', '', '5', `Nov 25 22:37:16.000123 rule 5/(match) ${dumped}: S 1:1(0) win 1024`],
  ['pf', '', '5', `00:00:01.000123 rule 5/0(match): ${dumped}: Flags [S], seq 1, win 1024, length 0`],
  [
    'windows',
    '',
    '',
    '2026-11-25 22:37:16 DROP TCP 203.0.113.9 192.0.2.1 41234 23 40 S 1 0 1024 - - - RECEIVE 4',
  ],
  [
    'junos',
    'srx-1',
    'deny-all',
    `<14>1 2026-11-25T22:37:16.123Z srx-1 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.129 ${flow}]`,
  ],
  [
    'junos',
    'srx-1',
    'deny-all',
    '<14>Nov 25 22:37:16 srx-1 RT_FLOW: RT_FLOW_SESSION_DENY: session denied 203.0.113.9/41234->192.0.2.1/23 junos-telnet 6(0) deny-all untrust trust',
  ],
  [
    'junos',
    'mx-1',
    '',
    '<158>Nov 25 22:37:16 mx-1 fpc0 PFE_FW_SYSLOG_IP: FW: xe-0/0/0.0  D tcp 203.0.113.9 192.0.2.1 41234 23 (1 packets)',
  ],
  [
    'sophos',
    '',
    '14',
    '<30>device="SFW" date=2026-11-25 time=22:37:16 timezone="CET" device_name="XG210" log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" fw_rule_id=14 src_ip=203.0.113.9 dst_ip=192.0.2.1 protocol="TCP" src_port=41234 dst_port=23',
  ],
  [
    'sophos',
    'utm',
    '60001',
    '<30>Nov 25 22:37:16 utm 2026: 11:25-22:37:16 utm ulogd[4242]: id="2001" severity="info" sys="SecureNet" sub="packetfilter" name="Packet dropped" action="drop" fwrule="60001" initf="eth1" srcip="203.0.113.9" dstip="192.0.2.1" proto="6" length="60" srcport="41234" dstport="23" tcpflags="SYN"',
  ],
]

describe('whole lines of firewalls, header and all', () => {
  for (const [format, host, rule, line] of lines)
    it(`are read: ${format}, ${line.slice(0, 70)}`, () => {
      const reader = new LineReader(firewallParsers)
      const bytes = Buffer.from(line)
      const now = Date.UTC(2026, 10, 25, 22, 40)
      assert.equal(reader.read(bytes, 0, bytes.length, now, undefined), 'told')
      const { header, row } = reader
      const told = rowOf(row, bytes)
      assert.deepEqual(
        [reader.parser?.format, told.source, told.sourcePort, told.destination, told.destinationPort],
        [format, '203.0.113.9', 41_234, '192.0.2.1', 23],
      )
      assert.equal(told.rule, rule)
      assert.equal(bytes.toString('latin1', header.hostFrom, header.hostTo), host)
      // The same line of a sender whose lines that parser takes.
      assert.equal(reader.read(bytes, 0, bytes.length, now, reader.parser), 'told')
      assert.deepEqual(rowOf(reader.row, bytes), told)
    })
})
