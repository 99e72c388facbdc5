import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { fortigate } from '../../../../src/collectors/syslog/parsers/fortigate.ts'
import { conforms, rowOf } from './conformance.ts'

const start =
  'date=2026-02-21 time=15:45:26 devname="FGT-1" devid="FGT60F0000000001" eventtime=1771685126249713472 tz="+0100" '

// Forms by Fortinet's FortiOS Log Message Reference (traffic, event and UTM logs), addresses of documentation.
describe("FortiGate's lines", () => {
  conforms(fortigate, [
    {
      line: `${start}logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=203.0.113.9 srcport=41234 srcintf="wan1" srcintfrole="wan" dstip=192.0.2.1 dstport=23 dstintf="internal" dstintfrole="lan" sessionid=4711 proto=6 action="deny" policyid=7 policyname="no telnet" policytype="policy" service="TELNET" trandisp="noop" duration=0 sentbyte=0 rcvdbyte=0 sentpkt=0 srcmac="00:17:10:88:bc:02"`,
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        sourcePort: 41_234,
        destinationPort: 23,
        protocol: 6,
        mac: '00:17:10:88:bc:02',
        rule: 'no telnet',
        inInterface: 'wan1',
        outInterface: 'internal',
        state: 'deny',
      },
    },
    {
      line: `<189>${start}logid="0001000014" type="traffic" subtype="local" srcip=203.0.113.9 srcport=137 srcintf="wan1" dstip=192.0.2.255 dstport=137 dstintf="unknown0" proto=17 action="deny" policyid=0 policytype="local-in-policy" service="udp/137" app="netbios forward" msg="Connection \\"failed\\" dstport=9"`,
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.255',
        sourcePort: 137,
        destinationPort: 137,
        protocol: 17,
        rule: '0',
        inInterface: 'wan1',
        state: 'deny',
      },
    },
    {
      line: `${start}logid="0000000013" type="traffic" subtype="forward" srcip=192.168.1.7 srcport=40000 srcintf="internal" dstip=203.0.113.9 dstport=443 dstintf="wan1" proto=6 action="client-rst" policyid=1 service="HTTPS" trandisp="snat" transip=198.51.100.5 transport=40001 duration=12 sentbyte=9812345678 rcvdbyte=12`,
      is: {
        kind: 'allow',
        source: '192.168.1.7',
        destination: '203.0.113.9',
        sourcePort: 40_000,
        destinationPort: 443,
        protocol: 6,
        length: 0xffff_ffff,
        natSource: '198.51.100.5',
        natSourcePort: 40_001,
        rule: '1',
        inInterface: 'internal',
        outInterface: 'wan1',
        state: 'client-rst',
      },
    },
    {
      line: `${start}logid="0000000013" type="traffic" subtype="forward" srcip=203.0.113.9 srcport=41234 srcintf="wan1" dstip=198.51.100.5 dstport=8080 dstintf="dmz" proto=6 action="accept" utmaction="block" policyid=3 trandisp="dnat" tranip=192.168.9.2 tranport=80`,
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '198.51.100.5',
        sourcePort: 41_234,
        destinationPort: 8080,
        protocol: 6,
        natDestination: '192.168.9.2',
        natDestinationPort: 80,
        rule: '3',
        inInterface: 'wan1',
        outInterface: 'dmz',
        state: 'accept',
      },
    },
    {
      line: 'date=2016-05-13 time=13:25:59 devname=FGT-1 devid=FGT60D0000000001 logid=0000000013 type=traffic subtype=forward level=notice vd=root srcip=203.0.113.9 srcintf="wan1" dstip=192.0.2.1 dstintf="dmz" proto=1 action=deny policyid=0 service="PING"',
      is: {
        kind: 'block',
        source: '203.0.113.9',
        destination: '192.0.2.1',
        destinationPort: 2048,
        protocol: 1,
        rule: '0',
        inInterface: 'wan1',
        outInterface: 'dmz',
        state: 'deny',
      },
    },
    {
      line: `${start}logid="0001000014" type="traffic" subtype="local" srcip=fe80::1 srcintf="wan" dstip=ff02::1 dstintf="root" proto=58 action="deny" policyid=0 policytype="local-in-policy6" service="icmp6/134/0"`,
      is: {
        kind: 'block',
        source: 'fe80::1',
        destination: 'ff02::1',
        destinationPort: 134 * 256,
        protocol: 58,
        rule: '0',
        inInterface: 'wan',
        outInterface: 'root',
        state: 'deny',
      },
    },
    {
      line: `${start}logid="0100032002" type="event" subtype="system" level="alert" logdesc="Admin login failed" user="admin" srcip=203.0.113.9 dstip=192.0.2.1 action="login" status="failed"`,
      is: 'other',
    },
    {
      line: `${start}logid="0419016384" type="utm" subtype="ips" srcip=203.0.113.9 dstip=192.0.2.1 proto=6 action="dropped"`,
      is: 'other',
    },
    { line: `${start}logid="0000000013" type="traffic" srcip=203.0.113.9`, is: 'malformed' },
    {
      line: `${start}logid="0000000013" type="traffic" srcip=203.0.113.9 dstip=192.0.2.1 proto=6 dstport=65536 action="deny"`,
      is: 'malformed',
    },
    {
      line: `${start}logid="0000000013" type="traffic" srcip=gateway dstip=192.0.2.1 proto=6`,
      is: 'malformed',
    },
  ])

  it('of other vendors with such pairs are not taken', () => {
    for (const line of [
      'device="SFW" date=2018-05-30 time=13:12:51 timezone="CEST" device_name="XG125w" device_id=SFDemo log_id=010101600001 log_type="Firewall" src_ip=203.0.113.9 dst_ip=192.0.2.1',
      'date=2018-05-30 time=13:12:51 timezone="CEST" device_name="XG125w" device_id=SFDemo log_id=010101600001',
    ]) {
      const bytes = Buffer.from(line)
      assert.equal(fortigate.accepts(bytes, 0, bytes.length), false)
    }
  })

  it('tell when, in seconds, milliseconds, microseconds or nanoseconds', () => {
    const row = new FirewallRow()
    for (const [time, at] of [
      ['1771685127', 1_771_685_127_000],
      ['1771685127249', 1_771_685_127_249],
      ['1771685127249713', 1_771_685_127_249],
      ['1771685127249713472', 1_771_685_127_249],
      ['17716851272497134720', 0],
      ['yesterday', 0],
    ] as const) {
      const line = Buffer.from(
        `date=2026-02-21 devid="F" eventtime=${time} type="traffic" srcip=203.0.113.9 dstip=192.0.2.1 proto=6 action="deny"`,
      )
      row.clear()
      assert.equal(fortigate.parse(line, 0, line.length, row), 'told')
      assert.equal(row.logged, at)
    }
  })

  it('say what was written, in any order of their pairs', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    const name = fc.stringMatching(/^[a-z][a-z0-9 ._-]{0,12}[a-z0-9]$/)
    const session = fc.record({
      source: fc.ipV4(),
      destination: fc.ipV4(),
      sourcePort: port,
      destinationPort: port,
      protocol: fc.constantFrom(6, 17, 132),
      rule: name,
      inInterface: name,
      outInterface: name,
      length: fc.nat(),
      action: fc.constantFrom(
        ...(['deny', 'accept', 'close', 'timeout', 'server-rst', 'client-rst', 'ip-conn', 'dns'] as const),
      ),
      natSource: fc.ipV4(),
      natSourcePort: port,
    })
    const row = new FirewallRow()
    fc.assert(
      fc.property(session, fc.infiniteStream(fc.nat()), (s, order) => {
        const pairs = [
          'type="traffic"',
          `srcip=${s.source}`,
          `srcport=${s.sourcePort}`,
          `srcintf="${s.inInterface}"`,
          `dstip=${s.destination}`,
          `dstport=${s.destinationPort}`,
          `dstintf="${s.outInterface}"`,
          `proto=${s.protocol}`,
          `action="${s.action}"`,
          'policyid=12',
          `policyname="${s.rule}"`,
          `transip=${s.natSource}`,
          `transport=${s.natSourcePort}`,
          `sentbyte=${s.length}`,
        ]
          .map((pair) => ({ pair, at: order.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ pair }) => pair)
        const line = Buffer.from(`date=2026-02-21 devid="F" ${pairs.join(' ')}`)
        row.clear()
        assert.ok(fortigate.accepts(line, 0, line.length))
        assert.equal(fortigate.parse(line, 0, line.length, row), 'told')
        const { action, ...told } = s
        const read = rowOf(row, line)
        assert.equal(read.state, action)
        assert.equal(read.kind, action === 'deny' ? 'block' : 'allow')
        for (const key of Object.keys(told) as (keyof typeof told)[]) assert.equal(read[key], told[key], key)
      }),
    )
  })
})
