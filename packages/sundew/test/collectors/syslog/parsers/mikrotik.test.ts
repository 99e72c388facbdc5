import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { mikrotik } from '../../../../src/collectors/syslog/parsers/mikrotik.ts'
import { conforms, rowOf } from './conformance.ts'

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
        destination: '192.168.88.10',
        sourcePort: 41_234,
        destinationPort: 80,
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
    {
      line: 'input: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.256:1->192.0.2.1:2, len 40',
      is: 'malformed',
    },
    {
      line: 'input: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.25:65536->192.0.2.1:2, len 40',
      is: 'malformed',
    },
  ])

  it('say what was written', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9-]{0,14}$/)
    const packet = fc.record({
      prefix: name,
      inInterface: name,
      outInterface: name,
      source: fc.ipV4(),
      destination: fc.ipV4(),
      sourcePort: port,
      destinationPort: port,
      length: fc.integer({ min: 20, max: 65_535 }),
      protocol: fc.constantFrom('TCP (SYN)', 'UDP'),
    })
    const row = new FirewallRow()
    fc.assert(
      fc.property(packet, (p) => {
        const line = Buffer.from(
          `${p.prefix} input: in:${p.inInterface} out:${p.outInterface}, proto ${p.protocol}, ` +
            `${p.source}:${p.sourcePort}->${p.destination}:${p.destinationPort}, len ${p.length}`,
        )
        row.clear()
        assert.equal(mikrotik.parse(line, 0, line.length, row), 'told')
        const { rule, inInterface, outInterface, source, destination, sourcePort, destinationPort, length } =
          rowOf(row, line)
        assert.deepEqual(
          { rule, inInterface, outInterface, source, destination, sourcePort, destinationPort, length },
          {
            rule: `${p.prefix} input`,
            inInterface: p.inInterface,
            outInterface: p.outInterface,
            source: p.source,
            destination: p.destination,
            sourcePort: p.sourcePort,
            destinationPort: p.destinationPort,
            length: p.length,
          },
        )
      }),
    )
  })
})
