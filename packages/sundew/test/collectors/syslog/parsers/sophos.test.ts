import { describe } from 'node:test'
import fc from 'fast-check'
import { sophos } from '../../../../src/collectors/syslog/parsers/sophos.ts'
import { conforms } from './conformance.ts'
import { fixed, flagNames, hasPorts, isIcmp, name, packets, port, readsWhatIsWritten } from './rows.ts'

const rows = packets.chain((packet) =>
  fc.record({
    ...fixed(packet),
    kind: fc.constantFrom('block' as const, 'allow' as const),
    mac: fc.constantFrom('', '00:17:10:88:bc:02'),
    rule: name,
    inInterface: fc.oneof(name, fc.constant('')),
    outInterface: fc.oneof(name, fc.constant('')),
  }),
)

// Forms by the syslog guides of SFOS and by lines that users of UTM have shown, addresses of documentation.
describe("Sophos's lines", () => {
  conforms(sophos, [
    {
      line: 'device="SFW" date=2026-11-25 time=17:19:06 timezone="+08" device_name="XG210" device_id=C00000000000000 log_id=010101600001 log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" status="Deny" priority=Information duration=0 fw_rule_id=14 policy_type=1 user_name="" user_gp="" iap=2 ips_policy_id=0 application="" in_interface="Port3" out_interface="Port2" src_mac=00:17:10:88:bc:02 src_ip=203.0.113.9 src_country_code= dst_ip=192.0.2.1 dst_country_code= protocol="TCP" src_port=52667 dst_port=10051 sent_pkts=0  recv_pkts=0 sent_bytes=0 recv_bytes=0 tran_src_ip= tran_src_port=0 tran_dst_ip= tran_dst_port=0 srczonetype="" srczone="" connid="" message=""',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 52_667,
        destinationPort: 10_051,
        protocol: 6,
        mac: '00:17:10:88:bc:02',
        rule: '14',
        inInterface: 'Port3',
        outInterface: 'Port2',
      },
    },
    {
      line: 'device_name="SFW" timestamp="2026-11-25T17:19:06+0100" device_model="XGS126" device_serial_id="C00000000000000" log_id="010101600001" log_type="Firewall" log_component="Firewall Rule" log_subtype="Allowed" log_version=1 severity="Information" fw_rule_id="2" fw_rule_name="LAN to WAN" con_event="Start" in_interface="Port1" out_interface="Port2" src_ip="192.168.1.7" dst_ip="203.0.113.9" protocol="UDP" src_port=5353 dst_port=53 tran_src_ip="198.51.100.5" tran_src_port="40001" tran_dst_ip="" tran_dst_port="0"',
      is: {
        kind: 'allow',
        source: '192.168.1.7',
        destination: '203.0.113.9',
        sourcePort: 5353,
        destinationPort: 53,
        protocol: 17,
        natSource: '198.51.100.5',
        natSourcePort: 40_001,
        rule: 'LAN to WAN',
        inInterface: 'Port1',
        outInterface: 'Port2',
        state: 'Start',
      },
    },
    {
      line: 'device="SFW" date=2026-11-25 time=17:19:06 log_type="Firewall" log_component="Appliance Access" log_subtype="Denied" fw_rule_id=0 in_interface="Port2" src_ip=203.0.113.9 dst_ip=192.0.2.1 protocol="ICMP" icmp_type=8 icmp_code=0',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        rule: 'Appliance Access',
        inInterface: 'Port2',
      },
    },
    // What somebody was called who logged in takes no other field's place.
    {
      line: 'device="SFW" date=2026-11-25 time=17:19:06 log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" fw_rule_id=14 src_ip=203.0.113.9 dst_ip=192.0.2.1 protocol="TCP" src_port=41234 dst_port=23 user_name="x" log_subtype="Allowed" log_type="HTTP" src_ip=198.51.100.1 dst_port=443 protocol="UDP"',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        rule: '14',
      },
    },
    {
      line: 'device="SFW" date=2026-11-25 time=17:19:06 log_type="Content Filtering" log_component="HTTP" log_subtype="Denied" src_ip=192.168.1.7 dst_ip=203.0.113.9',
      is: 'other',
    },
    {
      line: 'device="SFW" date=2026-11-25 time=17:19:06 log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" src_ip=203.0.113.9 dst_ip=192.0.2.1 protocol="TCP" src_port=70000',
      is: 'malformed',
    },
    {
      line: 'id="2001" severity="info" sys="SecureNet" sub="packetfilter" name="Packet dropped" action="drop" fwrule="60001" initf="eth0" outitf="eth1" mark="0x3441" app="1089" srcmac="08:94:ef:2d:94:87" dstmac="00:1a:8c:4b:4e:e8" srcip="203.0.113.9" dstip="192.0.2.1" proto="6" length="60" tos="0x00" prec="0x00" ttl="49" srcport="3666" dstport="23" tcpflags="ACK SYN"',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 3666,
        destinationPort: 23,
        protocol: 6,
        tcpFlags: 18,
        length: 60,
        mac: '08:94:ef:2d:94:87',
        rule: '60001',
        inInterface: 'eth0',
        outInterface: 'eth1',
      },
    },
    // It leaves out a zero at the beginning of a byte.
    {
      line: 'id="2002" severity="info" sys="SecureNet" sub="packetfilter" name="Packet accepted" action="accept" fwrule="4" initf="eth0" srcmac="0:30:88:1:43:cd" srcip="203.0.113.9" dstip="192.0.2.1" proto="1" length="84" tos="0x00" prec="0x00" ttl="49" type="8" code="0"',
      is: {
        kind: 'allow',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        length: 84,
        mac: '00:30:88:01:43:cd',
        rule: '4',
        inInterface: 'eth0',
      },
    },
    {
      line: 'id="0001" severity="info" sys="SecureWeb" sub="http" name="http access" action="pass" method="GET" srcip="192.168.1.7" dstip="203.0.113.9"',
      is: 'other',
    },
    {
      line: 'id="2001" severity="info" sys="SecureNet" sub="packetfilter" action="drop" srcip="203.0.113.999" dstip="192.0.2.1" proto="6"',
      is: 'malformed',
    },
  ])

  describe('of SFOS', () => {
    readsWhatIsWritten(
      sophos,
      fc.record({ row: rows, natSourcePort: port }).map(({ row, natSourcePort }) => ({
        ...row,
        tcpFlags: 0,
        natSource: '198.51.100.7',
        natSourcePort: hasPorts(row) ? natSourcePort : 0,
      })),
      (row) => {
        const protocol = { 6: 'TCP', 17: 'UDP', 1: 'ICMP', 58: 'ICMPv6' }[row.protocol] ?? row.protocol
        const ports = hasPorts(row) ? ` src_port=${row.sourcePort} dst_port=${row.destinationPort}` : ''
        const icmp = isIcmp(row)
          ? ` icmp_type=${row.destinationPort >> 8} icmp_code=${row.destinationPort & 255}`
          : ''
        return (
          `device="SFW" log_type="Firewall" log_component="Firewall Rule" log_subtype="${row.kind === 'block' ? 'Denied' : 'Allowed'}" ` +
          `fw_rule_id=3 fw_rule_name="${row.rule}" in_interface="${row.inInterface}" out_interface="${row.outInterface}" ` +
          `src_mac=${row.mac} src_ip=${row.source} dst_ip=${row.destination} protocol="${protocol}"${ports}${icmp} ` +
          `tran_src_ip=${row.natSource} tran_src_port=${row.natSourcePort}`
        )
      },
    )
  })

  describe('of UTM', () => {
    readsWhatIsWritten(
      sophos,
      fc.record({ row: rows, length: port }).map(({ row, length }) => ({ ...row, length })),
      (row) => {
        const ports = hasPorts(row) ? ` srcport="${row.sourcePort}" dstport="${row.destinationPort}"` : ''
        const icmp = isIcmp(row)
          ? ` type="${row.destinationPort >> 8}" code="${row.destinationPort & 255}"`
          : ''
        return (
          `id="2001" severity="info" sys="SecureNet" sub="packetfilter" action="${row.kind === 'block' ? 'reject' : 'accept'}" ` +
          `fwrule="${row.rule}" initf="${row.inInterface}" outitf="${row.outInterface}" srcmac="${row.mac}" srcip="${row.source}" ` +
          `dstip="${row.destination}" proto="${row.protocol}" length="${row.length}"${ports}${icmp} tcpflags="${flagNames(row.tcpFlags).join(' ')}"`
        )
      },
    )
  })
})
