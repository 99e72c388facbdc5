import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FirewallRow } from '../../../../src/collectors/syslog/firewall-row.ts'
import { cef } from '../../../../src/collectors/syslog/parsers/cef.ts'
import { conforms, rowOf } from './conformance.ts'

const probe = {
  source: '203.0.113.9',
  destination: '192.0.2.1',
  sourcePort: 41_234,
  destinationPort: 23,
  protocol: 6,
} as const
const session = 'src=203.0.113.9 spt=41234 dst=192.0.2.1 dpt=23 proto=TCP'

// Forms by OpenText's "ArcSight Common Event Format", and as the vendors document or send theirs; addresses of documentation.
describe('CEF', () => {
  conforms(cef, [
    {
      line: `CEF:0|Ubiquiti|UniFi Network|10.6.106|203|Blocked by Firewall|4|UNIFIcategory=Security UNIFIhost=Express 7 proto=TCP spt=41234 dpt=23 act=blocked app=TELNET UNIFIrisk=low UNIFIpolicyName=VL10 -> WAN - Drop All UNIFIdirection=outgoing dst=192.0.2.1 UNIFIsrcClientAlias=Backup Server UNIFIsrcClientIp=203.0.113.9 UNIFIflowId=null msg=Backup Server was blocked from accessing 192.0.2.1 by the VL10 -> WAN - Drop All Firewall Policy.`,
      is: { ...probe, kind: 'block', rule: 'VL10 -> WAN - Drop All' },
    },
    {
      line: `<134>CEF:0|Fortinet|Fortigate|v7.4.11|00013|traffic:forward deny|3|deviceExternalId=FGT60F rt=1771685126249 FTNTFGTeventtime=1771685126249713472 cat=traffic:forward ${session} deviceInboundInterface=wan1 deviceOutboundInterface=internal act=deny FTNTFGTpolicyid=7 FTNTFGTpolicyname=no telnet in=0 out=0`,
      is: {
        ...probe,
        kind: 'block',
        rule: 'no telnet',
        inInterface: 'wan1',
        outInterface: 'internal',
      },
    },
    {
      line: `CEF:0|Palo Alto Networks|PAN-OS|11.0|end|TRAFFIC|1|rt=Nov 25 2026 22:37:16 GMT deviceExternalId=0009C101317 src=192.168.1.7 dst=203.0.113.9 sourceTranslatedAddress=198.51.100.5 destinationTranslatedAddress=0.0.0.0 cs1=out \\= all cs1Label=Rule suser= app=ssl cs3Label=Virtual System cs3=vsys1 deviceInboundInterface=ethernet1/2 deviceOutboundInterface=ethernet1/1 spt=40000 dpt=443 sourceTranslatedPort=40001 destinationTranslatedPort=0 proto=tcp act=allow in=2228 out=5084`,
      is: {
        kind: 'allow',
        source: '192.168.1.7',
        destination: '203.0.113.9',
        sourcePort: 40_000,
        destinationPort: 443,
        protocol: 6,
        length: 2228,
        natSource: '198.51.100.5',
        natSourcePort: 40_001,
        rule: 'out \\= all',
        inInterface: 'ethernet1/2',
        outInterface: 'ethernet1/1',
      },
    },
    {
      line: `CEF: 0|Check Point|VPN-1 & FireWall-1|Check Point|Log|telnet|Unknown|act=Drop deviceDirection=0 rt=1569477512000 spt=41234 dpt=23 cs2Label=Rule Name cs2=Clean \\\\ up layer_name=FW src=203.0.113.9 dst=192.0.2.1 proto=6 smac=00:17:10:88:bc:02`,
      is: { ...probe, kind: 'block', mac: '00:17:10:88:bc:02', rule: 'Clean \\\\ up' },
    },
    {
      line: `CEF:0|A \\| B|fw\\\\1|1|100|Packet dropped|5|request=http://example.org/?a=b&src=192.0.2.66 c6a2Label=Source IPv6 Address c6a2=2001:db8::9 c6a3=2001:db8::1 c6a3Label=Destination IPv6 Address proto=ICMPv6 spt=1 dpt=1`,
      is: { kind: 'block', source: '2001:db8::9', destination: '2001:db8::1', protocol: 58 },
    },
    {
      line: 'CEF:0|Ubiquiti|UniFi Network|9.3.33|544|Admin Accessed UniFi Network|1|UNIFIcategory=System src=192.0.2.7 msg=Some Admin accessed it',
      is: 'other',
    },
    {
      line: 'CEF:0|Ubiquiti|UniFi OS|4.3.6|admins|1|msg=An admin accessed the UniFi OS. Source IP: 192.0.2.7',
      is: 'other',
    },
    {
      line: `CEF:0|Palo Alto Networks|PAN-OS|11.0|vulnerability|THREAT|4|${session} act=reset-both`,
      is: 'other',
    },
    {
      line: `CEF:0|Fortinet|Fortigate|v7.4.11|16384|utm:ips signature|7|${session} act=dropped`,
      is: 'other',
    },
    { line: `CEF:0|V|P|1|7|Port scan|7|${session} act=alert`, is: 'other' },
    {
      line: `CEF:0|V|P|1|7|Packet denied|7|src=203.0.113.9 dst=192.0.2.1 proto=TCP dpt=99999`,
      is: 'malformed',
    },
    { line: 'CEF:0|V|P|1|7', is: 'malformed' },
  ])

  it('tells when, where a zone is told', () => {
    const row = new FirewallRow()
    for (const [time, at] of [
      ['1771685126249', 1_771_685_126_249],
      ['Nov 25 2026 22:37:16 GMT', Date.UTC(2026, 10, 25, 22, 37, 16)],
      ['Nov 05 2026 22:37:16.250 UTC', Date.UTC(2026, 10, 5, 22, 37, 16, 250)],
      ['Nov  5 2026 22:37:16 UTC', Date.UTC(2026, 10, 5, 22, 37, 16)],
      ['Nov 5 2026 22:37:16 UTC', Date.UTC(2026, 10, 5, 22, 37, 16)],
      ['Nov 25 2026 22:37:16', 0],
      ['Nov 25 2026 22:37:16 EDT', 0],
      ['Nov 25 2026 24:37:16 GMT', 0],
      ['Non 25 2026 22:37:16 GMT', 0],
      ['now', 0],
    ] as const) {
      const line = Buffer.from(`CEF:0|V|P|1|7|n|1|rt=${time} ${session} act=deny`)
      row.clear()
      assert.equal(cef.parse(line, 0, line.length, row), 'told')
      assert.equal(row.logged, at, time)
    }
  })

  it('says what was written, in any order, with escapes and blanks', () => {
    const port = fc.integer({ min: 0, max: 65_535 })
    const text = fc
      .string({ unit: fc.constantFrom(...'abcXYZ 019-_,"=\\|>?&'.split('')), minLength: 1, maxLength: 24 })
      .map((value) => value.trim().replaceAll('\\', '\\\\').replaceAll('=', '\\='))
    const written = fc.record({
      source: fc.ipV4(),
      destination: fc.ipV4(),
      sourcePort: port,
      destinationPort: port,
      protocol: fc.constantFrom(6, 17),
      rule: text,
      inInterface: text,
      outInterface: text,
      length: fc.nat(),
    })
    const row = new FirewallRow()
    fc.assert(
      fc.property(
        written,
        text,
        fc.constantFrom('Deny', 'blocked', 'dropped', 'reset', 'rejected', 'Accept', 'allowed', 'permit'),
        fc.infiniteStream(fc.nat()),
        (w, noise, action, order) => {
          const pairs = [
            `src=${w.source}`,
            `dst=${w.destination}`,
            `spt=${w.sourcePort}`,
            `dpt=${w.destinationPort}`,
            `proto=${w.protocol === 6 ? 'TCP' : 'udp'}`,
            `cs4=${w.rule}`,
            'cs4Label=Rule Name',
            `cs1=${noise}`,
            `deviceInboundInterface=${w.inInterface}`,
            `deviceOutboundInterface=${w.outInterface}`,
            `in=${w.length}`,
            `act=${action}`,
            `msg=${noise}`,
          ]
            .map((pair) => ({ pair, at: order.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ pair }) => pair)
          const line = Buffer.from(`CEF:0|A|B|1|7|n|1|${pairs.join(' ')}`)
          row.clear()
          assert.ok(cef.accepts(line, 0, line.length))
          assert.equal(cef.parse(line, 0, line.length, row), 'told')
          const read = rowOf(row, line)
          assert.equal(read.kind, ['Accept', 'allowed', 'permit'].includes(action) ? 'allow' : 'block')
          for (const key of Object.keys(w) as (keyof typeof w)[]) assert.equal(read[key], w[key], key)
        },
      ),
    )
  })
})
