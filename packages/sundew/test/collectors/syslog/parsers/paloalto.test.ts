import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { paloAlto } from '../../../../src/collectors/syslog/parsers/paloalto.ts'
import { conforms, rowOf } from './conformance.ts'

const head = (type: string, subtype: string) =>
  `1,2026/11/25 22:37:16,0009C101317,${type},${subtype},2561,2026/11/25 22:37:15`
const when = '2026/11/25 22:37:15'
const tail = '22,2026/11/25 22:36:52,16,any,,7253419119627122716,0x8000000000000000,NO,NO,,12,10,aged-out'

// Columns by Palo Alto Networks' "Traffic Log Fields", addresses of documentation.
describe("Palo Alto's lines", () => {
  conforms(paloAlto, [
    {
      line: `${head('TRAFFIC', 'drop')},203.0.113.9,192.0.2.1,0.0.0.0,0.0.0.0,drop-telnet,,,not-applicable,vsys1,untrust,trust,ethernet1/1,,syslog,${when},0,1,41234,23,0,0,0x0,tcp,drop,60,60,0,1,${tail}`,
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        length: 60,
        rule: 'drop-telnet',
        inInterface: 'ethernet1/1',
      },
    },
    {
      line: `${head('TRAFFIC', 'end')},192.168.1.7,203.0.113.9,198.51.100.5,203.0.113.9,"out, ""all""",corp\\bob,,ssl,vsys1,trust,untrust,ethernet1/2,ethernet1/1,syslog,${when},72568134,1,49583,443,50464,443,0x40441a,tcp,allow,7312,2228,5084,${tail}`,
      is: {
        kind: 'allow',
        source: '192.168.1.7',
        destination: '203.0.113.9',
        sourcePort: 49_583,
        destinationPort: 443,
        protocol: 6,
        length: 2228,
        natSource: '198.51.100.5',
        natDestination: '203.0.113.9',
        natSourcePort: 50_464,
        natDestinationPort: 443,
        rule: 'out, ""all""',
        inInterface: 'ethernet1/2',
        outInterface: 'ethernet1/1',
      },
    },
    {
      line: `<142>1,2026-11-25T22:37:16.000000Z,0009C101317,TRAFFIC,deny,10.0,2026-11-25T22:37:15.000000Z,203.0.113.9,192.0.2.1,,,block,"x\\eve o"x"'"y"z",,ping,vsys1,untrust,trust,ethernet1/1,ethernet1/2,syslog,,371791,1,0,0,0,0,0x0,icmp,reset-both,98,98,0,1,${tail}`,
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        length: 98,
        rule: 'block',
        inInterface: 'ethernet1/1',
        outInterface: 'ethernet1/2',
      },
    },
    {
      line: `${head('TRAFFIC', 'start')},2001:db8::9,2001:db8::1,::,::,v6,,,web-browsing,vsys1,untrust,dmz,ae1.100,ae2,syslog,${when},7,1,41234,80,0,0,0x19,tcp,allow,94,94,0,1,${tail}`,
      is: {
        kind: 'allow',
        source: '2001:db8::9',
        destination: '2001:db8::1',
        sourcePort: 41_234,
        destinationPort: 80,
        protocol: 6,
        length: 94,
        rule: 'v6',
        inInterface: 'ae1.100',
        outInterface: 'ae2',
      },
    },
    {
      line: `${head('THREAT', 'vulnerability')},203.0.113.9,192.0.2.1,0.0.0.0,0.0.0.0,web,,,web-browsing,vsys1,untrust,dmz,ethernet1/1,ethernet1/3,syslog,${when},7,1,41234,80,0,0,0x2000,tcp,reset-both,"x",any`,
      is: 'other',
    },
    {
      line: `${head('SYSTEM', 'auth')},,auth-fail,,0,0,general,medium,"failed authentication for user 'admin'"`,
      is: 'other',
    },
    { line: `${head('TRAFFIC', 'drop')},203.0.113.9,192.0.2.1,0.0.0.0,0.0.0.0,drop-telnet`, is: 'malformed' },
    {
      line: `${head('TRAFFIC', 'drop')},203.0.113.9,192.0.2.1,0.0.0.0,0.0.0.0,x,,,any,vsys1,a,b,c,,s,${when},0,1,70000,23,0,0,0x0,tcp,drop,60,60,0,1`,
      is: 'malformed',
    },
  ])

  it('say what was written, also where a rule has commas and quotes', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    const text = fc.string({
      unit: fc.constantFrom(...'abcXYZ 019-_,"='.split('')),
      minLength: 1,
      maxLength: 20,
    })
    const session = fc.record({
      source: fc.ipV4(),
      destination: fc.ipV4(),
      sourcePort: port,
      destinationPort: port,
      protocol: fc.constantFrom(6, 17),
      inInterface: fc.stringMatching(/^ethernet[0-9]\/[0-9]$/),
      natSourcePort: port,
      length: fc.nat(),
    })
    const row = new FirewallRow()
    fc.assert(
      fc.property(
        session,
        text,
        fc.constantFrom('allow', 'deny', 'drop', 'drop-icmp', 'reset-both', 'reset-client', 'reset-server'),
        (s, rule, action) => {
          const quoted = rule.replaceAll('"', '""')
          const line = Buffer.from(
            `${head('TRAFFIC', 'end')},${s.source},${s.destination},0.0.0.0,0.0.0.0,"${quoted}",,,any,vsys1,a,b,${s.inInterface},,log,${when},1,1,` +
              `${s.sourcePort},${s.destinationPort},${s.natSourcePort},0,0x0,${s.protocol === 6 ? 'tcp' : 'udp'},${action},9,${s.length},0,1,`,
          )
          row.clear()
          assert.ok(paloAlto.accepts(line, 0, line.length))
          assert.equal(paloAlto.parse(line, 0, line.length, row), 'told')
          const read = rowOf(row, line)
          assert.equal(read.kind, action === 'allow' ? 'allow' : 'block')
          assert.equal(read.rule, quoted.trim())
          for (const key of Object.keys(s) as (keyof typeof s)[]) assert.equal(read[key], s[key], key)
        },
      ),
    )
  })
})
