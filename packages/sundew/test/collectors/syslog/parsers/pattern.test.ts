import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { patternParser, patternProblem } from '../../../../src/collectors/syslog/parsers/pattern.ts'
import { conforms, rowOf } from './conformance.ts'
import { fixed, hasPorts, name, packets, readsWhatIsWritten } from './rows.ts'

const words = { block: ['blocked', 'Gesperrt'], allow: ['passed'] }
const own = patternParser({
  name: 'own',
  pattern:
    '(?P<action>\\w+) (?P<protocol>[a-z0-9]+) (?P<source>[0-9a-f.:]+?)( port (?P<source_port>\\d+))? to (?P<destination>[0-9a-f.:]+?)( port (?P<destination_port>\\d+))?( by (?P<rule>[^ ]*))?( on (?P<in_interface>[^ ]*) (?P<out_interface>[^ ]*))?( size (?P<length>\\d+))?( is (?P<state>\\S+))?$',
  ...words,
})

function kindOf(pattern: string, line: string, lists: { block: string[]; allow: string[] } = words): string {
  const row = new FirewallRow()
  const bytes = Buffer.from(line)
  assert.equal(patternParser({ name: 'x', pattern, ...lists }).parse(bytes, 0, bytes.length, row), 'told')
  return rowOf(row, bytes).kind
}

describe("an owner's pattern", () => {
  conforms(
    own,
    [
      {
        line: 'fw: blocked tcp 203.0.113.9 port 41234 to 192.0.2.1 port 23 by r-1 on wan lan size 40 is new',
        is: {
          kind: 'block',
          source: '203.0.113.9',
          destination: '192.0.2.1',
          sourcePort: 41_234,
          destinationPort: 23,
          protocol: 6,
          length: 40,
          rule: 'r-1',
          inInterface: 'wan',
          outInterface: 'lan',
          state: 'new',
        },
      },
      {
        line: 'PASSED 17 2001:db8::9 port 1 to 2001:db8::1 port 53',
        is: {
          kind: 'allow',
          source: '2001:db8::9',
          destination: '2001:db8::1',
          sourcePort: 1,
          destinationPort: 53,
          protocol: 17,
        },
      },
      {
        line: 'gesperrt icmp 203.0.113.9 to 192.0.2.1',
        is: { kind: 'block', source: '203.0.113.9', destination: '192.0.2.1', protocol: 1 },
      },
      {
        line: 'noticed gre 203.0.113.9 to 192.0.2.1',
        is: { source: '203.0.113.9', destination: '192.0.2.1', protocol: 47 },
      },
      { line: 'blocked tcp 203.0.113.9 port 70000 to 192.0.2.1 port 23', is: 'malformed' },
      { line: 'blocked tcp 203.0.113.999 port 7 to 192.0.2.1 port 23', is: 'malformed' },
      { line: 'blocked nothing 203.0.113.9 port 7 to 192.0.2.1 port 23', is: 'malformed' },
    ],
    { makesText: true },
  )

  readsWhatIsWritten(
    own,
    packets.chain((packet) =>
      fc.record({
        ...fixed(packet),
        tcpFlags: fc.constant(0),
        destinationPort: fc.constant(hasPorts(packet) ? packet.destinationPort : 0),
        kind: fc.constantFrom('block' as const, 'allow' as const, 'other' as const),
        length: fc.integer({ min: 20, max: 65_535 }),
        rule: name,
        inInterface: name,
        outInterface: name,
        state: fc.constantFrom('new', 'invalid'),
      }),
    ),
    (row) => {
      const ports = (port: number) => (hasPorts(row) ? ` port ${port}` : '')
      const action = { block: 'blocked', allow: 'passed', other: 'noticed' }[row.kind]
      return (
        `${action} ${row.protocol} ${row.source}${ports(row.sourcePort)} to ${row.destination}${ports(row.destinationPort)} ` +
        `by ${row.rule} on ${row.inInterface} ${row.outInterface} size ${row.length} is ${row.state}`
      )
    },
  )

  it('without a group for the action says blocked of every line', () => {
    assert.equal(kindOf('from (?P<source>\\S+)', 'passed from 203.0.113.9'), 'block')
  })

  it('without a group and without words for blocked says let through', () => {
    assert.equal(kindOf('from (?P<source>\\S+)', 'x from 203.0.113.9', { block: [], allow: [] }), 'allow')
  })

  it('says neither where its group for the action has found nothing', () => {
    assert.equal(kindOf('((?P<action>blocked) )?from (?P<source>\\S+)', 'x from 203.0.113.9'), 'other')
  })

  it('without a group for the protocol says TCP of what has a port', () => {
    const parser = patternParser({
      name: 'x',
      pattern: '(?<source>[0-9.]+) port (?<destination_port>\\d+)',
      ...words,
    })
    const line = Buffer.from('refused 203.0.113.9 port 22')
    const row = new FirewallRow()
    assert.equal(parser.parse(line, 0, line.length, row), 'told')
    assert.deepEqual([row.protocol, row.destinationPort], [6, 22])
  })

  it('is looked for among bytes, of any text', () => {
    const line = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('verweigert für 203.0.113.9 é')])
    const parser = patternParser({ name: 'x', pattern: 'für (?P<source>[0-9.]+) (?P<rule>é)', ...words })
    const row = new FirewallRow()
    assert.ok(parser.accepts(line, 0, line.length))
    assert.equal(parser.parse(line, 0, line.length, row), 'told')
    assert.equal(rowOf(row, line).source, '203.0.113.9')
    assert.equal(rowOf(row, line).rule, 'é')
  })

  it('is looked for in the first 4096 bytes', () => {
    const line = (before: number) => Buffer.from(`${'x'.repeat(before)} from 203.0.113.9`)
    const parser = patternParser({ name: 'x', pattern: 'from (?P<source>[0-9.]+)$', ...words })
    assert.ok(parser.accepts(line(4000), 0, line(4000).length))
    assert.ok(!parser.accepts(line(5000), 0, line(5000).length))
  })

  for (const [pattern, problem] of [
    ['from (?P<destination>\\S+)', /no group "source"/],
    ['from (\\S+)', /no group "source"/],
    ['from (?P<source>\\S+', /no regular expression of RE2: .*missing closing \)/],
    ['(?P<source>\\S+) (?=to)', /no regular expression of RE2/],
    ['(?P<source>\\S+) (?P<src_port>\\d+)', /unknown group "src_port"; there are source, destination/],
    ['(?P<source>\\S+) (((x{100}){100}){100})', /no regular expression of RE2/],
  ] as const)
    it(`is refused: ${pattern}`, () => {
      assert.match(patternProblem(pattern)!, problem)
      assert.throws(() => patternParser({ name: 'mine', pattern, ...words }), {
        name: 'TypeError',
        message: /^pattern of "mine": /,
      })
    })
})
