import { describe } from 'node:test'
import fc from 'fast-check'
import { junos } from '../../../../src/collectors/syslog/parsers/junos.ts'
import { conforms } from './conformance.ts'
import { fixed, hasPorts, isIcmp, name, packets, port, readsWhatIsWritten } from './rows.ts'

const denied = {
  kind: 'block',
  source: '203.0.113.9',
  destination: '192.0.2.1',
  sourcePort: 41_234,
  destinationPort: 23,
  protocol: 6,
  rule: 'default-deny',
  inInterface: 'untrust',
  outInterface: 'trust',
} as const

const created = {
  kind: 'allow',
  source: '192.168.1.7',
  destination: '203.0.113.9',
  sourcePort: 33_355,
  destinationPort: 80,
  protocol: 6,
  natSource: '198.51.100.5',
  natSourcePort: 10_040,
  rule: 'allow-web',
  inInterface: 'trust',
  outInterface: 'untrust',
} as const

const rows = packets
  .chain((packet) =>
    fc.record({
      ...fixed(packet),
      tcpFlags: fc.constant(0),
      // Its type alone is told.
      destinationPort: fc.constant(isIcmp(packet) ? packet.destinationPort & 0xff00 : packet.destinationPort),
      kind: fc.constantFrom('block' as const, 'allow' as const),
      natSourcePort: hasPorts(packet) ? port : fc.constant(0),
      rule: name,
      inInterface: name,
      outInterface: name,
    }),
  )
  .map((row) =>
    row.kind === 'block' ? { ...row, natSourcePort: 0 } : { ...row, natSource: '198.51.100.77' },
  )

// Forms by the Junos OS System Log Explorer, of releases 12.1 to 22.2, addresses of documentation.
describe("Juniper SRX's lines", () => {
  conforms(junos, [
    {
      line: 'RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.129 source-address="203.0.113.9" source-port="41234" destination-address="192.0.2.1" destination-port="23" connection-tag="0" service-name="junos-telnet" protocol-id="6" icmp-type="0" policy-name="default-deny" source-zone-name="untrust" destination-zone-name="trust" application="UNKNOWN" nested-application="UNKNOWN" username="N/A" roles="N/A" packet-incoming-interface="ge-0/0/0.0" encrypted="No" reason="Denied by policy" session-id-32="0"]',
      is: { ...denied, inInterface: 'ge-0/0/0.0', state: 'Denied by policy' },
    },
    {
      line: 'RT_FLOW_SESSION_DENY_LS [junos@2636.1.1.1.2.36 logical-system-name="ls1" source-address="2001:db8::9" source-port="1" destination-address="2001:db8::1" destination-port="2" service-name="junos-pingv6" protocol-id="58" icmp-type="128" policy-name="default-deny" source-zone-name="untrust" destination-zone-name="trust"] session denied',
      is: {
        ...denied,
        source: '2001:db8::9',
        destination: '2001:db8::1',
        sourcePort: 0,
        destinationPort: 128 * 256,
        protocol: 58,
      },
    },
    {
      line: 'RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.129 source-address="192.168.1.7" source-port="33355" destination-address="203.0.113.9" destination-port="80" service-name="junos-http" nat-source-address="198.51.100.5" nat-source-port="10040" nat-destination-address="203.0.113.9" nat-destination-port="80" src-nat-rule-name="a \\"quoted\\" rule" dst-nat-rule-name="N/A" protocol-id="6" policy-name="allow-web" source-zone-name="trust" destination-zone-name="untrust" session-id-32="41"]',
      is: created,
    },
    {
      line: 'RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.129 reason="TCP FIN" source-address="192.168.1.7" source-port="33355" destination-address="203.0.113.9" destination-port="80" nat-source-address="192.168.1.7" nat-source-port="33355" nat-destination-address="203.0.113.9" nat-destination-port="80" protocol-id="6" policy-name="allow-web" source-zone-name="trust" destination-zone-name="untrust" packets-from-client="12" bytes-from-client="1840"]',
      is: { ...created, kind: 'other', natSource: '::', natSourcePort: 0, state: 'TCP FIN' },
    },
    {
      line: 'RT_FLOW_SESSION_DENY: session denied 203.0.113.9/41234->192.0.2.1/23 junos-telnet 6(0) default-deny untrust trust',
      is: denied,
    },
    {
      line: 'RT_FLOW_SESSION_DENY_LS: Lsys ls1: session denied 203.0.113.9/41234->192.0.2.1/23 0x0 junos-telnet 6(0) default-deny untrust trust UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0 No Denied by policy 0',
      is: { ...denied, inInterface: 'ge-0/0/0.0' },
    },
    {
      line: 'RT_FLOW_SESSION_DENY: session denied 203.0.113.9/1->192.0.2.1/9 icmp 1(8) default-deny untrust trust',
      is: { ...denied, sourcePort: 0, destinationPort: 2048, protocol: 1 },
    },
    {
      line: 'RT_FLOW_SESSION_CREATE: session created 192.168.1.7/33355->203.0.113.9/80 junos-http 198.51.100.5/10040->203.0.113.9/80 NAT-1 None 6 allow-web trust untrust 41',
      is: created,
    },
    {
      line: 'RT_FLOW_SESSION_CREATE: session created 192.168.1.7/33355->203.0.113.9/80 0x0 junos-http 198.51.100.5/10040->203.0.113.9/80 0x0 source rule NAT 1 N/A N/A 6 allow-web trust untrust 9719 N/A(N/A) ge-0/0/1.0 HTTP UNKNOWN UNKNOWN',
      is: { ...created, inInterface: 'ge-0/0/1.0' },
    },
    {
      line: 'RT_FLOW_SESSION_CLOSE: session closed idle Timeout: 192.168.1.7/5->203.0.113.9/6 junos-ping 192.168.1.7/5->203.0.113.9/6 None None 1 allow-web trust untrust 41 1(84) 0(0) 4 ICMP UNKNOWN N/A(N/A) ge-0/0/1.0 UNKNOWN',
      is: {
        ...created,
        kind: 'other',
        sourcePort: 0,
        destinationPort: 2048,
        protocol: 1,
        natSource: '::',
        natSourcePort: 0,
        inInterface: 'ge-0/0/1.0',
        state: 'idle Timeout',
      },
    },
    {
      line: 'RT_SCREEN_TCP [junos@2636.1.1.1.2.129 attack-name="TCP port scan!" source-address="203.0.113.9" source-port="41234" destination-address="192.0.2.1" destination-port="23" source-zone-name="untrust" interface-name="ge-0/0/0.0" action="drop"]',
      is: { ...denied, rule: 'TCP port scan!', inInterface: 'ge-0/0/0.0', outInterface: '' },
    },
    {
      line: 'RT_SCREEN_UDP [junos@2636.1.1.1.2.129 attack-name="UDP flood!" source-address="203.0.113.9" source-port="41234" destination-address="192.0.2.1" destination-port="23" source-zone-name="untrust" interface-name="ge-0/0/0.0" action="alarm-without-drop"]',
      is: {
        ...denied,
        kind: 'other',
        protocol: 17,
        rule: 'UDP flood!',
        inInterface: 'ge-0/0/0.0',
        outInterface: '',
      },
    },
    {
      line: 'RT_SCREEN_TCP_DST_IP [junos@2636.1.1.1.2.129 attack-name="SYN flood!" destination-address="192.0.2.1" source-zone-name="untrust" interface-name="ge-0/0/0.0" action="alarm-without-drop"]',
      is: 'other',
    },
    {
      line: 'PFE_FW_SYSLOG_IP: FW: ge-0/0/0.0   D  tcp 203.0.113.9 192.0.2.1 41234    23 (1 packets)',
      is: { ...denied, rule: '', inInterface: 'ge-0/0/0.0', outInterface: '' },
    },
    {
      line: 'PFE_FW_SYSLOG_IP: FW: ge-0/0/0.0   A icmp 203.0.113.9 192.0.2.1     8     0 (3 packets)',
      is: {
        kind: 'allow',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        inInterface: 'ge-0/0/0.0',
      },
    },
    {
      line: 'APPTRACK_SESSION_CLOSE [junos@2636.1.1.1.2.129 reason="TCP RST" source-address="192.0.2.1"]',
      is: 'other',
    },
    { line: 'RT_FLOW_SESSION_DENY: session denied 203.0.113.9/41234->192.0.2.1', is: 'malformed' },
    {
      line: 'RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.129 source-address="203.0.113.9" source-port="70000"]',
      is: 'malformed',
    },
  ])

  describe('as structured data', () => {
    readsWhatIsWritten(junos, rows, (row) => {
      const icmp = isIcmp(row) ? row.destinationPort >> 8 : 0
      const target = isIcmp(row) ? 7 : row.destinationPort
      const nat =
        row.kind === 'allow'
          ? `nat-source-address="198.51.100.77" nat-source-port="${row.natSourcePort}" nat-destination-address="${row.destination}" nat-destination-port="${target}" `
          : ''
      return (
        `RT_FLOW_SESSION_${row.kind === 'allow' ? 'CREATE' : 'DENY'} [junos@2636.1.1.1.2.129 source-address="${row.source}" ` +
        `source-port="${row.sourcePort}" destination-address="${row.destination}" destination-port="${target}" ${nat}` +
        `protocol-id="${row.protocol}" icmp-type="${icmp}" policy-name="${row.rule}" source-zone-name="${row.inInterface}" ` +
        `destination-zone-name="${row.outInterface}"]`
      )
    })
  })

  describe('as text', () => {
    // A session that was let through tells no type of ICMP but a ping's, by its service.
    const told = rows.map((row) =>
      row.kind === 'allow' && isIcmp(row)
        ? { ...row, destinationPort: row.protocol === 1 ? 8 * 256 : 128 * 256 }
        : row,
    )
    readsWhatIsWritten(junos, told, (row) => {
      const icmp = isIcmp(row)
      const target = icmp ? 7 : row.destinationPort
      const flow = `${row.source}/${row.sourcePort}->${row.destination}/${target} 0x0 ${icmp ? 'junos-ping' : 'junos-x'}`
      const zones = `${row.rule} ${row.inInterface} ${row.outInterface}`
      if (row.kind === 'block')
        return `RT_FLOW_SESSION_DENY: session denied ${flow} ${row.protocol}(${icmp ? row.destinationPort >> 8 : 0}) ${zones}`
      return (
        `RT_FLOW_SESSION_CREATE: session created ${flow} 198.51.100.77/${row.natSourcePort}->${row.destination}/${target} ` +
        `0x0 source rule r-1 N/A N/A ${row.protocol} ${zones} 4711`
      )
    })
  })
})
