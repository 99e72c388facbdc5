import { Dispatch } from '../packages/sundew/src/collectors/syslog/dispatch.ts'
import { FirewallBatches } from '../packages/sundew/src/collectors/syslog/firewall-batches.ts'
import { Noise } from '../packages/sundew/src/collectors/syslog/noise.ts'
import { firewallParsers } from '../packages/sundew/src/collectors/syslog/parsers/index.ts'
import { LineSender } from '../packages/sundew/src/collectors/syslog/sender.ts'
import { Unparsed } from '../packages/sundew/src/collectors/syslog/unparsed.ts'
import { StreamFrames } from '../packages/sundew/src/wire/syslog/frames.ts'
import { octetCounted } from '../packages/sundew/src/wire/syslog/message.ts'
import type { Target } from './target.ts'

const lines = [
  '<134>Nov 25 10:00:05 gw firewall,info drop-in input: in:ether1 out:(unknown 0), connection-state:new src-mac 00:17:10:88:bc:02, proto TCP (SYN), 203.0.113.9:40000->192.0.2.1:22, len 60',
  '<4>1 2026-11-25T10:00:05.5Z box kernel - - [timeQuality tzKnown="1"] [12.5] DROP IN=eth0 OUT= MAC= SRC=203.0.113.9 DST=192.0.2.1 LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=UDP SPT=1 DPT=53 LEN=40',
  '<134>Nov 25 10:00:05 pf filterlog[812]: 5,,,1000000103,igb0,match,block,in,4,0x0,,50,1,0,DF,6,tcp,60,203.0.113.9,192.0.2.1,40000,23,0,S,1,,1024,,mss',
  '<166>Nov 25 2026 10:00:05 fw1 : %ASA-4-106023: Deny tcp src outside:203.0.113.9/40000 dst inside:192.0.2.1/22 by access-group "in" [0x0, 0x0]',
  '<14>1 2026-11-25T10:00:05Z srx RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.129 source-address="203.0.113.9" source-port="1" destination-address="192.0.2.1" destination-port="22" protocol-id="6" policy-name="x"]',
  '<190>Nov 25 11:00:00 r1 636: .Nov 25 10:00:05 EDT: %SEC-6-IPACCESSLOGP: list 101 denied tcp 203.0.113.9(40000) -> 192.0.2.1(22), 1 packet',
  '<13>Nov 25 10:00:05 host CEF:0|v|p|1|2|drop|4|src=203.0.113.9 dst=192.0.2.1 dpt=22 proto=TCP act=blocked',
]

/** Streams of syslog are cut, read by whichever parser takes a line, and written as columns; each line is counted once. */
export const syslog: Target = {
  name: 'syslog',
  seeds: [
    lines.join('\n'),
    `${lines.join('\0')}\0`,
    lines.map(octetCounted).join(''),
    lines
      .map((line) => `__CURSOR=s\n__REALTIME_TIMESTAMP=1764064805250123\n_HOSTNAME=box\nMESSAGE=${line}\n\n`)
      .join(''),
  ].map((text) => Buffer.from(text)),
  start() {
    const sink = new FirewallBatches({ spool: { write: () => Promise.resolve(true) } })
    const sender = new LineSender(new Uint32Array(4), true)
    const dispatch = new Dispatch({
      parsers: firewallParsers,
      own: [],
      sink,
      noise: new Noise({ inside: true, answers: true, networks: ['10.0.0.0/8'] }),
      unparsed: new Unparsed(() => {}),
    })
    const now = Date.UTC(2026, 10, 25, 12)
    return Promise.resolve({
      async bear(input: Uint8Array) {
        // As one piece, and in pieces of a few bytes.
        for (const size of [input.length || 1, 7]) {
          const frames = new StreamFrames({
            line: (bytes, from, to) => dispatch.line(bytes, from, to, sender, now),
            entry: (bytes, host, from, to, time) => dispatch.entry(bytes, host, from, to, time, sender, now),
            cut: () => {},
          })
          for (let at = 0; at < input.length; at += size)
            if (!frames.push(input.subarray(at, at + size))) break
          frames.end()
        }
        const { lines: all, told, other, unparsed, ignored } = sender
        if (all !== told + other + unparsed + ignored) throw new Error('a line was not counted once')
        await sink.settled()
      },
      [Symbol.asyncDispose]: () => sink.close(),
    })
  },
}
