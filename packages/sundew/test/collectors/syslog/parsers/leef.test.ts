import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { leef } from '../../../../src/collectors/syslog/parsers/leef.ts'
import { conforms, rowOf } from './conformance.ts'

const probe = {
  source: '203.0.113.9',
  destination: '192.0.2.1',
  sourcePort: 41_234,
  destinationPort: 23,
  protocol: 6,
} as const
const session = ['src=203.0.113.9', 'dst=192.0.2.1', 'srcPort=41234', 'dstPort=23', 'proto=TCP']

// Form by IBM's "Log Event Extended Format (LEEF) Version 2" and its predefined attributes, addresses of documentation.
describe('LEEF', () => {
  conforms(leef, [
    {
      line: `LEEF:1.0|Vendor|Firewall|7.3|drop|cat=Traffic\t${session.join('\t')}\taction=drop\tpolicy=no telnet = all\tsrcMAC=00:17:10:88:bc:02`,
      is: { ...probe, kind: 'block', mac: '00:17:10:88:bc:02', rule: 'no telnet = all' },
    },
    {
      line: `<13>LEEF:2.0|Vendor|Firewall|7.3|end|^|${session.join('^')}^action=allow^srcPostNAT=198.51.100.5^srcPostNATPort=40001^srcBytes=77^IngressInterface=eth1^EgressInterface=eth0`,
      is: {
        ...probe,
        kind: 'allow',
        length: 77,
        natSource: '198.51.100.5',
        natSourcePort: 40_001,
        inInterface: 'eth1',
        outInterface: 'eth0',
      },
    },
    { line: `LEEF:2.0|V|P|1|deny|0x7C|${session.join('|')}|action=deny`, is: { ...probe, kind: 'block' } },
    { line: `LEEF:2.0|V|P|1|deny|x09|${session.join('\t')}\taction=deny`, is: { ...probe, kind: 'block' } },
    { line: `LEEF:1.0|V|P|1|login|src=203.0.113.9\tusrName=admin\taction=denied`, is: 'other' },
    { line: `LEEF:1.0|V|P|1|scan|${session.join('\t')}\taction=alert`, is: 'other' },
    {
      line: 'LEEF:1.0|V|P|1|deny|src=203.0.113.9\tdst=192.0.2.1\tdstPort=70000\tproto=TCP\taction=deny',
      is: 'malformed',
    },
    { line: 'LEEF:1.0|V|P|1', is: 'malformed' },
  ])

  it('says what was written, in any order, with any byte between', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    const name = fc.stringMatching(/^[a-z][a-z0-9 ._=-]{0,12}[a-z0-9]$/)
    const written = fc.record({
      source: fc.ipV4(),
      destination: fc.ipV4(),
      sourcePort: port,
      destinationPort: port,
      protocol: fc.constantFrom(6, 17),
      rule: name,
      inInterface: name,
      length: fc.nat(),
    })
    const row = new FirewallRow()
    fc.assert(
      fc.property(
        written,
        fc.constantFrom('\t', '^', '|', ';', '#', '&'),
        fc.infiniteStream(fc.nat()),
        (w, byte, order) => {
          const pairs = [
            `src=${w.source}`,
            `dst=${w.destination}`,
            `srcPort=${w.sourcePort}`,
            `dstPort=${w.destinationPort}`,
            `proto=${w.protocol}`,
            `policy=${w.rule}`,
            `IngressInterface=${w.inInterface}`,
            `srcBytes=${w.length}`,
            'action=reset-both',
          ]
            .map((pair) => ({ pair, at: order.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ pair }) => pair)
          const hex = byte.charCodeAt(0).toString(16).padStart(2, '0')
          const line = Buffer.from(`LEEF:2.0|V|P|1|7|0x${hex}|${pairs.join(byte)}`)
          row.clear()
          assert.equal(leef.parse(line, 0, line.length, row), 'told')
          const read = rowOf(row, line)
          assert.equal(read.kind, 'block')
          for (const key of Object.keys(w) as (keyof typeof w)[]) assert.equal(read[key], w[key], key)
        },
      ),
    )
  })
})
