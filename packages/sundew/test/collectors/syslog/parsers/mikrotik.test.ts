import { describe } from 'node:test'
import fc from 'fast-check'
import { mikrotik } from '../../../../src/collectors/syslog/parsers/mikrotik.ts'
import { conforms } from './conformance.ts'
import { fixed, flagNames, hasPorts, isIcmp, name, packets, port, readsWhatIsWritten } from './rows.ts'

describe("MikroTik's firewall lines", () => {
  conforms(mikrotik, [
    // The owner's post of 2016 (bl0gg.ruberg.no).
    {
      line: 'BLOCK: in:ether1 out:(none), src-mac 00:00:00:6a:f3:9c, proto ICMP (type 8, code 0), 38.71.2.11->192.168.10.10, len 28',
      is: {
        kind: 'block',
        source: '38.71.2.11',
        destination: '192.168.10.10',
        destinationPort: 2048,
        protocol: 1,
        length: 28,
        mac: '00:00:00:6a:f3:9c',
        rule: 'BLOCK',
        inInterface: 'ether1',
      },
    },
    // crowdsecurity/hub, .tests/mikrotik-logs (MIT): cut there, its end added here.
    {
      line: 'firewall,info drop-tcp input: in:ether1-WAN out:(unknown 0), connection-state:new src-mac 00:17:10:88:bc:02, proto TCP (SYN), 192.24.0.1:50123->192.0.2.1:23, len 40',
      is: {
        kind: 'block',
        source: '192.24.0.1',
        destination: '192.0.2.1',
        sourcePort: 50_123,
        destinationPort: 23,
        protocol: 6,
        tcpFlags: 2,
        length: 40,
        mac: '00:17:10:88:bc:02',
        rule: 'drop-tcp input',
        inInterface: 'ether1-WAN',
        state: 'new',
      },
    },
    {
      line: 'firewall,info drop-in input: in:ether1-WAN out:(unknown 0), connection-state:new src-mac 00:17:10:88:bc:02, proto UDP, 186.26.78.68:',
      is: 'malformed',
    },
    { line: 'system,error,critical login failure for user admin from 10.127.0.35 via winbox', is: 'other' },
    {
      line: 'firewall,info forward: in:bridge out:ether1, proto UDP, 192.168.88.7:40000->129.6.15.28:123, NAT (192.168.88.7:40000->203.0.113.5:40001)->129.6.15.28:123, len 76',
      is: {
        source: '192.168.88.7',
        destination: '129.6.15.28',
        sourcePort: 40_000,
        destinationPort: 123,
        protocol: 17,
        length: 76,
        natSource: '203.0.113.5',
        natSourcePort: 40_001,
        rule: 'forward',
        inInterface: 'bridge',
        outInterface: 'ether1',
      },
    },
    {
      line: 'firewall,info accept-web forward: in:ether1 out:bridge, connection-state:new,dnat src-mac 00:17:10:88:bc:02, proto TCP (SYN,ACK), 203.0.113.9:41234->192.168.88.10:80, NAT 203.0.113.9:41234->(203.0.113.5:8080->192.168.88.10:80), prio 2->0, len 52',
      is: {
        kind: 'allow',
        source: '203.0.113.9',
        destination: '203.0.113.5',
        sourcePort: 41_234,
        destinationPort: 8080,
        protocol: 6,
        tcpFlags: 18,
        length: 52,
        natDestination: '192.168.88.10',
        natDestinationPort: 80,
        mac: '00:17:10:88:bc:02',
        rule: 'accept-web forward',
        inInterface: 'ether1',
        outInterface: 'bridge',
        state: 'new,dnat',
      },
    },
    {
      line: 'firewall,info DROP6 forward: in:sit1 out:bridge, connection-state:invalid proto TCP (RST), [2001:db8::9]:443->[2001:db8:1::2]:51234, len 60',
      is: {
        kind: 'block',
        source: '2001:db8::9',
        destination: '2001:db8:1::2',
        sourcePort: 443,
        destinationPort: 51_234,
        protocol: 6,
        tcpFlags: 4,
        length: 60,
        rule: 'DROP6 forward',
        inInterface: 'sit1',
        outInterface: 'bridge',
        state: 'invalid',
      },
    },
    {
      line: 'my own prefix input: in:ether1 out:(unknown 0), proto ICMPv6 (type 135, code 0), fe80::1%ether1->ff02::1:ff00:1, len 72',
      is: {
        source: 'fe80::1',
        destination: 'ff02::1:ff00:1',
        destinationPort: 135 * 256,
        protocol: 58,
        length: 72,
        rule: 'my own prefix input',
        inInterface: 'ether1',
      },
    },
    {
      line: 'gre input: in:ether1 out:(unknown 0), proto 47, 203.0.113.9->192.0.2.1, len 76',
      is: {
        source: '203.0.113.9',
        destination: '192.0.2.1',
        protocol: 47,
        length: 76,
        rule: 'gre input',
        inInterface: 'ether1',
      },
    },
    {
      line: 'input: in:ether1 out:bridge, src-mac 00:17:10:88:bc:02, dst-mac ff:ff:ff:ff:ff:ff, eth-proto 0800, UDP, 0.0.0.0:68->255.255.255.255:67, len 328',
      is: {
        source: '0.0.0.0',
        destination: '255.255.255.255',
        sourcePort: 68,
        destinationPort: 67,
        protocol: 17,
        length: 328,
        mac: '00:17:10:88:bc:02',
        rule: 'input',
        inInterface: 'ether1',
        outInterface: 'bridge',
      },
    },
    // What an intruder asked for is the row's, where dstnat sent it to is beside it; of an answer it is the other way round.
    {
      line: 'forward: in:ether1 out:bridge, connection-state:new,dnat proto TCP (SYN), 203.0.113.9:4000->192.168.1.2:22, NAT 203.0.113.9:4000->(192.0.2.1:2222->192.168.1.2:22), len 60',
      is: {
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 4000,
        destinationPort: 2222,
        protocol: 6,
        tcpFlags: 2,
        length: 60,
        natDestination: '192.168.1.2',
        natDestinationPort: 22,
        rule: 'forward',
        inInterface: 'ether1',
        outInterface: 'bridge',
        state: 'new,dnat',
      },
    },
    {
      line: 'forward: in:bridge out:ether1, connection-state:established,dnat proto TCP (SYN,ACK), 192.168.1.2:22->203.0.113.9:4000, NAT (192.168.1.2:22->192.0.2.1:2222)->203.0.113.9:4000, len 60',
      is: {
        source: '192.168.1.2',
        destination: '203.0.113.9',
        sourcePort: 22,
        destinationPort: 4000,
        protocol: 6,
        tcpFlags: 18,
        length: 60,
        natSource: '192.0.2.1',
        natSourcePort: 2222,
        rule: 'forward',
        inInterface: 'bridge',
        outInterface: 'ether1',
        state: 'established,dnat',
      },
    },
    {
      line: 'forward: in:ether1 out:bridge, proto ICMP (type 8, code 0), 203.0.113.9->192.168.1.2, NAT 203.0.113.9->(192.0.2.1->192.168.1.2), len 84',
      is: {
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        length: 84,
        natDestination: '192.168.1.2',
        rule: 'forward',
        inInterface: 'ether1',
        outInterface: 'bridge',
      },
    },
    // RouterOS 7: a rule's prefix ends with a colon of its own, and interfaces have blanks in their names.
    {
      line: 'firewall,info isp-accept: isp-accept forward: in:Fibre Uplink out:LAN VLAN, connection-state:established,snat src-mac 14:7b:ac:b3:3d:e6, proto TCP (ACK,PSH), 198.51.100.5:443->10.10.12.32:50849, NAT 198.51.100.5:443->(203.0.113.5:50849->10.10.12.32:50849), len 79',
      is: {
        kind: 'allow',
        source: '198.51.100.5',
        destination: '203.0.113.5',
        sourcePort: 443,
        destinationPort: 50_849,
        protocol: 6,
        tcpFlags: 24,
        length: 79,
        natDestination: '10.10.12.32',
        natDestinationPort: 50_849,
        mac: '14:7b:ac:b3:3d:e6',
        rule: 'isp-accept: isp-accept forward',
        inInterface: 'Fibre Uplink',
        outInterface: 'LAN VLAN',
        state: 'established,snat',
      },
    },
    {
      line: 'prerouting: in:<pppoe-user-1> out:(unknown 0), connection-mark:voip connection-state:new proto UDP, 100.64.0.7:5060->203.0.113.9:5060, len 400',
      is: {
        source: '100.64.0.7',
        destination: '203.0.113.9',
        sourcePort: 5060,
        destinationPort: 5060,
        protocol: 17,
        length: 400,
        rule: 'prerouting',
        inInterface: '<pppoe-user-1>',
        state: 'new',
      },
    },
    {
      line: 'firewall,info srcnat: in:(unknown 0) out:ether1, connection-state:new,snat proto ICMP (type 8, code 0), 192.168.88.7->203.0.113.9, NAT (192.168.88.7->203.0.113.5)->203.0.113.9, len 84',
      is: {
        source: '192.168.88.7',
        destination: '203.0.113.9',
        destinationPort: 2048,
        protocol: 1,
        length: 84,
        natSource: '203.0.113.5',
        rule: 'srcnat',
        outInterface: 'ether1',
        state: 'new,snat',
      },
    },
    // Vectors of a parser's test.
    {
      line: 'firewall,info MTM-11 forward: in:bridge out:ether1, connection-state:new src-mac aa:bb:cc:00:11:22, proto TCP (SYN), 192.168.88.50:51234->93.184.216.34:443, len 60',
      is: {
        source: '192.168.88.50',
        destination: '93.184.216.34',
        sourcePort: 51_234,
        destinationPort: 443,
        protocol: 6,
        tcpFlags: 2,
        length: 60,
        mac: 'aa:bb:cc:00:11:22',
        rule: 'MTM-11 forward',
        inInterface: 'bridge',
        outInterface: 'ether1',
        state: 'new',
      },
    },
    {
      line: 'gw firewall,info MTM-NEW forward: in:bridge out:ether1, connection-state:new proto TCP (SYN), 10.0.0.2:1->1.1.1.1:853, len 52',
      is: {
        source: '10.0.0.2',
        destination: '1.1.1.1',
        sourcePort: 1,
        destinationPort: 853,
        protocol: 6,
        tcpFlags: 2,
        length: 52,
        rule: 'MTM-NEW forward',
        inInterface: 'bridge',
        outInterface: 'ether1',
        state: 'new',
      },
    },
    {
      line: 'firewall,info my own prefix input: in:ether1 out:(unknown 0), src-mac 00:00:00:00:00:01, proto ICMP (type 8, code 0), 198.51.100.9->192.0.2.1, len 84',
      is: {
        source: '198.51.100.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        length: 84,
        mac: '00:00:00:00:00:01',
        rule: 'my own prefix input',
        inInterface: 'ether1',
      },
    },
    // What some versions call ICMP is ICMPv6 by its addresses; a zone's name has a hyphen.
    {
      line: 'input: in:ether1-WAN out:(unknown 0), proto ICMP (type 133, code 0), fe80::1%ether1-WAN->ff02::2, len 56',
      is: {
        source: 'fe80::1',
        destination: 'ff02::2',
        destinationPort: 133 * 256,
        protocol: 58,
        length: 56,
        rule: 'input',
        inInterface: 'ether1-WAN',
      },
    },
    { line: 'input: in:ether1 out:bridge, src-mac 00:17:10:88:bc:02, eth-proto 0806, ARP', is: 'other' },
    // RouterOS 7.18 and later, remote-log-format=cef; 7.25 has fields behind the message.
    {
      line: 'CEF:0|MikroTik|hAP ax^2|7.20.4 (stable)|10|firewall,info|Low|dvchost=gw dvc=192.168.88.1 msg=drop input: in:ether1\\=wan out:(unknown 0), connection-state:new proto TCP (SYN), 203.0.113.9:41234->192.0.2.1:23, len 40',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        tcpFlags: 2,
        length: 40,
        rule: 'drop input',
        inInterface: 'ether1\\=wan',
        state: 'new',
      },
    },
    {
      line: 'CEF:0|MikroTik|hAP|7.25|10|firewall,info|Low|dvchost=gw dvc=192.168.88.1 msg=drop input: in:ether1 out:(unknown 0), proto UDP, 203.0.113.9:41234->192.0.2.1:53, len 60 src=203.0.113.9 spt=41234',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 53,
        protocol: 17,
        length: 60,
        rule: 'drop input',
        inInterface: 'ether1',
      },
    },
    {
      line: 'CEF:0|MikroTik|hAP|7.25|10|system,error,critical|High|dvchost=gw dvc=192.168.88.36 msg=login failure for user guest from 192.168.88.17 via ssh app=ssh duser=guest outcome=failure src=192.168.88.17',
      is: 'other',
    },
    { line: 'CEF:0|MikroTik|hAP|7.25|10|firewall,info|Low|dvchost=gw', is: 'malformed' },
    { line: 'CEF:0|MikroTik|hAP|7.25', is: 'malformed' },
    // A packet within the name that somebody gave at a login is none.
    {
      line: 'system,error,critical login failure for user BLOCK input: in:a out:b, proto TCP (SYN), 198.51.100.1:1->192.0.2.1:2, len 40 from 203.0.113.9 via ssh',
      is: 'other',
    },
    {
      line: 'login failure for user BLOCK input: in:a out:b, proto TCP (SYN), 198.51.100.1:1->192.0.2.1:2, len 40 from 203.0.113.9 via ssh',
      is: 'other',
    },
    {
      line: 'login failure for user BLOCK input: in:a out:b, proto TCP (SYN), 198.51.100.1:1->192.0.2.1:2, len 40, from 203.0.113.9 via ssh',
      is: 'other',
    },
    // Nor is one within a host's name.
    {
      line: 'dhcp1 assigned 10.0.0.5 for 00:17:10:88:BC:02 x: in:e out:(none), proto UDP, 198.51.100.1:1->192.0.2.1:2, len 4',
      is: 'other',
    },
    {
      line: 'gw dhcp,info dhcp1 deassigned 10.0.0.5 for 00:17:10:88:BC:02 firewall,info x: in:e out:(none), proto UDP, 198.51.100.1:1->192.0.2.1:2, len 4',
      is: 'other',
    },
    // A prefix may end with a colon of its own.
    {
      line: 'BLOCK: input: in:ether1 out:(unknown 0), proto UDP, 203.0.113.9:4000->192.0.2.1:53, len 60',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 4000,
        destinationPort: 53,
        protocol: 17,
        length: 60,
        rule: 'BLOCK: input',
        inInterface: 'ether1',
      },
    },
    {
      line: 'input: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.256:1->192.0.2.1:2, len 40',
      is: 'malformed',
    },
    {
      line: 'input: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.25:65536->192.0.2.1:2, len 40',
      is: 'malformed',
    },
  ])

  readsWhatIsWritten(
    mikrotik,
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
          state: fc.constantFrom('', 'new', 'established,snat'),
          nat: fc.constantFrom('', 'source', 'destination'),
          natPort: port,
        }),
      )
      .map(({ nat, natPort, ...row }) => ({
        ...row,
        rule: `${{ block: 'drop ', allow: 'accept ', other: '' }[row.kind]}${row.rule} forward`,
        ...(nat === 'source' && { natSource: '203.0.113.5', natSourcePort: hasPorts(row) ? natPort : 0 }),
        ...(nat === 'destination' && {
          natDestination: '2001:db8::5',
          natDestinationPort: hasPorts(row) ? natPort : 0,
        }),
      })),
    (row) => {
      const end = (address: string, at: number) => {
        const text = address.includes(':') && hasPorts(row) ? `[${address}]` : address
        return hasPorts(row) ? `${text}:${at}` : text
      }
      const [source, destination] = [
        end(row.source, row.sourcePort),
        end(row.destination, row.destinationPort),
      ]
      const protocol = { 6: 'TCP', 17: 'UDP', 1: 'ICMP', 58: 'ICMPv6' }[row.protocol] ?? row.protocol
      const told =
        row.protocol === 6
          ? ` (${flagNames(row.tcpFlags).join(',')})`
          : isIcmp(row)
            ? ` (type ${row.destinationPort >> 8}, code ${row.destinationPort & 255})`
            : ''
      let nat = ''
      if (row.natSource) nat = `, NAT (${source}->${end(row.natSource, row.natSourcePort!)})->${destination}`
      if (row.natDestination)
        nat = `, NAT ${source}->(${destination}->${end(row.natDestination, row.natDestinationPort!)})`
      const conditions = [row.state && `connection-state:${row.state}`, row.mac && `src-mac ${row.mac},`]
      return (
        `${row.rule}: in:${row.inInterface || '(none)'} out:${row.outInterface || '(unknown 0)'}, ` +
        `${conditions.map((one) => one && `${one} `).join('')}proto ${protocol}${told}, ${source}->${destination}${nat}, len ${row.length}`
      )
    },
  )
})
