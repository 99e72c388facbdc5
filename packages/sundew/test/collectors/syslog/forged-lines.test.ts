import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineReader } from '../../../src/collectors/syslog/line-reader.ts'
import { firewallParsers } from '../../../src/collectors/syslog/parsers/index.ts'
import { foreign } from './parsers/conformance.ts'

const now = Date.UTC(2026, 10, 25, 22, 40)
/** What a stranger says instead of a name: a line of each firewall. */
const said: Readonly<Record<string, string>> = {
  ...foreign,
  'cisco-ios': '%SEC-6-IPACCESSLOGP: list 102 denied tcp 203.0.113.9(41234) -> 192.0.2.1(23), 1 packet',
  leef: 'LEEF:1.0|V|P|1|drop|src=203.0.113.9\tsrcPort=41234\tdst=192.0.2.1\tdstPort=23\tproto=TCP\tact=deny',
  mikrotik: 'input: in:ether1 out:(unknown 0), proto UDP, 203.0.113.9:41234->192.0.2.1:23, len 60',
  netfilter: 'IN= OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP SPT=41234 DPT=23',
  'filterlog of a program': `filterlog: ${foreign.filterlog}`,
  'mikrotik with topics': foreign.mikrotik,
  'netfilter of the kernel': `kernel: ${foreign.netfilter}`,
}
/** Programs that write down what strangers say. */
const programs: readonly (readonly [name: string, words: (said: string) => string])[] = [
  ['sshd', (x) => `Invalid user ${x} from 198.51.100.7 port 5`],
  ['sshd-session', (x) => `Connection closed by invalid user ${x}`],
  ['su', (x) => `BAD SU ${x} to root`],
  ['sudo', (x) => `pam_unix(sudo:auth): authentication failure; logname= uid=0 user=${x}`],
  ['login', (x) => `FAILED LOGIN ${x}`],
  ['nginx', (x) => `198.51.100.7 - - [25/Nov/2026:22:00:00 +0000] "GET / HTTP/1.1" 404 0 "-" "${x} "`],
  ['dovecot', (x) => `auth: x(${x} ,198.51.100.7): unknown user`],
  ['dovecot', (x) => `imap-login: Disconnected: user=<${x} >`],
  ['hostapd', (x) => `wlan0: STA aa IEEE 802.1X: EAP identity ${x}`],
  ['named', (x) => `client @0x7f 198.51.100.7#53 (${x}): query failed`],
  ['dnsmasq', (x) => `query[A] ${x} from 198.51.100.7`],
  ['dnsmasq-dhcp', (x) => `DHCPACK(br0) 10.0.0.5 aa:bb:cc:dd:ee:ff ${x}`],
  ['kernel', (x) => `audit: type=1112 audit(1.1:1): pid=1 op=login acct="${x} " exe="/usr/sbin/sshd"`],
  ['kernel', (x) => `[ 12.345678] usb 1-1: Product: ${x}`],
  ['kernel', (x) => `systemd[1]: Started ${x}`],
  ['audit', (x) => `USER_LOGIN acct="${x}"`],
  ['postfix/smtpd', (x) => `warning: HELO ${x}`],
  ['cron', (x) => `(${x}) CMD (true)`],
  ['agent', (x) => `user ${x} failed`],
  ['agent', (x) => `Accepted password for ${x}`],
  ['agent', (x) => `session of user ${x}`],
]
/** The headers that a program's words come behind. */
const headers: readonly (readonly [name: string, line: (program: string, words: string) => string])[] = [
  ['RFC 3164', (program, words) => `<86>Nov 25 22:00:00 gw ${program}: ${words}`],
  ['RFC 3164 with a number', (program, words) => `<86>Nov 25 22:00:00 gw ${numbered(program)}: ${words}`],
  ['RFC 3164 in a file', (program, words) => `Nov 25 22:00:00 gw ${program}: ${words}`],
  ['without a host', (program, words) => `<86>Nov 25 22:00:00 ${numbered(program)}: ${words}`],
  ['a relay', (program, words) => `<86>Nov 25 22:00:00 relay gw ${program}: ${words}`],
  ['a relay and a number', (program, words) => `<86>Nov 25 22:00:00 relay gw ${numbered(program)}: ${words}`],
  ['two relays', (program, words) => `<86>Nov 25 22:00:00 relay other gw ${numbered(program)}: ${words}`],
  [
    'a relay’s header',
    (program, words) => `<86>Nov 25 22:00:00 relay Nov 25 21:59:59 gw ${program}: ${words}`,
  ],
  ['a time of RFC 3339', (program, words) => `2026-11-25T22:00:00.1+01:00 gw ${program}: ${words}`],
  ['RFC 5424', (program, words) => `<86>1 2026-11-25T22:00:00Z gw ${program} - - - ${words}`],
  ['RFC 5424 with a number', (program, words) => `<86>1 2026-11-25T22:00:00Z gw ${program} 12 - - ${words}`],
  [
    'RFC 5424 with data',
    (program, words) =>
      `<86>1 2026-11-25T22:00:00Z gw ${program} - id [x y="${words.replaceAll(/["\]]/g, '')}"] ${words}`,
  ],
  ['a journal', (program, words) => `${program}: ${words}`],
  ['a journal with a number', (program, words) => `${numbered(program)}: ${words}`],
]

function numbered(program: string): string {
  return program === 'kernel' ? program : `${program}[12]`
}

describe('A firewall’s line within what another program says', () => {
  for (const [header, line] of headers)
    it(`is none behind the header of ${header}`, () => {
      for (const [program, words] of programs)
        for (const [format, packet] of Object.entries(said))
          for (const usual of [undefined, firewallParsers.find((parser) => parser.format === format)]) {
            const reader = new LineReader(firewallParsers)
            const text = line(program, words(packet))
            const bytes = Buffer.from(text)
            assert.notEqual(reader.read(bytes, 0, bytes.length, now, usual), 'told', `${format}: ${text}`)
          }
    })

  it('is one where the line is the firewall’s own', () => {
    const formats = new Set(firewallParsers.map(({ format }) => format))
    for (const [format, packet] of Object.entries(said)) {
      // One of another's, and one that is cut.
      if (!formats.has(format) || format === 'paloalto') continue
      for (const header of ['', '<86>Nov 25 22:00:00 gw ', '<86>1 - gw - - - - ']) {
        const reader = new LineReader(firewallParsers)
        const bytes = Buffer.from(header + packet)
        assert.equal(reader.read(bytes, 0, bytes.length, now, undefined), 'told', `${format}: ${header}`)
      }
    }
  })
})
