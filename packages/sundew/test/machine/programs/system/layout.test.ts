import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { onMachine } from './on-machine.ts'

const debian12 =
  existsSync('/etc/debian_version') && readFileSync('/etc/debian_version', 'utf8').startsWith('12.')

/** What every line of an output is one of. */
const forms: readonly (readonly [string, readonly RegExp[]])[] = [
  [
    'free',
    [
      /^ {15}total {8}used {8}free {6}shared {2}buff\/cache {3}available$/,
      /^Mem:( +\d+){6}$/,
      /^Swap:( +\d+){3}$/,
    ],
  ],
  [
    'free -h',
    [
      /^ {15}total {8}used {8}free {6}shared {2}buff\/cache {3}available$/,
      /^Mem:( +[\d.]+[KMG]i?){6}$/,
      /^Swap:( +[\d.]+([KMG]i|B)){3}$/,
    ],
  ],
  ['free -m -t', [/^ {15}total/, /^(Mem|Swap|Total): +\d+ +\d+ +\d+/]],
  [
    'uptime',
    [
      /^ \d\d:\d\d:\d\d up (\d+ days?, )?( ?\d?\d:\d\d|\d+ min), +\d+ users?, {2}load average: (\d+\.\d\d, ){2}\d+\.\d\d$/,
    ],
  ],
  ['uptime -p', [/^up (\d+ (year|week|day|hour|minute)s?(, )?)+$/]],
  ['uptime -s', [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/]],
  [
    'w',
    [
      /^ \d\d:\d\d:\d\d up/,
      /^USER {5}TTY {6}FROM {13}LOGIN@ {3}IDLE {3}JCPU {3}PCPU WHAT$/,
      /^\S+ +\S+ +\S+ +\S+ +\S+ +\S+ +\S+ \S/,
    ],
  ],
  [
    'vmstat',
    [
      /^procs -+memory-+ -+swap-- -+io-+ -+system-- -+cpu-+$/,
      /^ r {2}b {3}swpd {3}free {3}buff {2}cache {3}si {3}so {4}bi {4}bo {3}in {3}cs us sy id wa st$/,
      /^( *\d+){17}$/,
    ],
  ],
  ['vmstat -s', [/^ {0,12}\d+ [KICBbA-Za-z-][\w -]+$/]],
  [
    'df',
    [/^Filesystem +1K-blocks +Used +Available Use% Mounted on$/, /^\S+ +\d+ +\d+ +\d+ +(\d+%|-) \/\S*$/],
  ],
  [
    'df -h',
    [
      /^Filesystem +Size {2}Used Avail Use% Mounted on$/,
      /^\S+ +[\d.]+[KMGT]? +[\d.]+[KMGT]? +[\d.]+[KMGT]? +(\d+%|-) \/\S*$/,
    ],
  ],
  ['df -i', [/^Filesystem +Inodes +IUsed +IFree IUse% Mounted on$/, /^\S+ +\d+ +\d+ +\d+ +(\d+%|-) \/\S*$/]],
  [
    'ps aux',
    [
      /^USER +PID %CPU %MEM {4}VSZ {3}RSS TTY {6}STAT START {3}TIME COMMAND$/,
      /^\S+ +\d+ +\d+(\.\d)? +\d+\.\d +\d+ +\d+ \S+ +\S+ +\S+ +\d+:\d\d .+$/,
    ],
  ],
  [
    'ps -ef',
    [
      /^UID +PID +PPID {2}C STIME TTY {10}TIME CMD$/,
      /^\S+ +\d+ +\d+ +\d+ \S{5} \S+ +(\d+-)?\d\d:\d\d:\d\d .+$/,
    ],
  ],
  [
    'ps -eo pid,ppid,user,stat,comm',
    [/^ +PID +PPID USER {5}STAT COMMAND$/, /^ *\d+ +\d+ \S+ +[RSDZTI][<NLsl+]* +\S.*$/],
  ],
  [
    'ps axl',
    [
      /^F {3}UID +PID +PPID PRI {2}NI +VSZ +RSS WCHAN {2}STAT TTY {8}TIME COMMAND$/,
      /^\d +\d+ +\d+ +\d+ +-?\d+ +(-?\d+|-) +\d+ +\d+ \S+ +\S+ +\S+ +\d+:\d\d .+$/,
    ],
  ],
  [
    'top -bn1',
    [
      /^top - \d\d:\d\d:\d\d up/,
      /^Tasks: +\d+ total, +\d+ running, +\d+ sleeping, +\d+ stopped, +\d+ zombie$/,
      /^%Cpu\(s\): *[\d.]+ us, *[\d.]+ sy, *[\d.]+ ni, *[\d.]+ id, *[\d.]+ wa, *[\d.]+ hi, *[\d.]+ si, *[\d.]+ st $/,
      /^MiB Mem : +[\d.]+ total, +[\d.]+ free, +[\d.]+ used, +[\d.]+ buff\/cache {5}$/,
      /^MiB Swap: +[\d.]+ total, +[\d.]+ free, +[\d.]+ used\. +[\d.]+ avail Mem $/,
      /^$/,
      /^ +PID USER {6}PR {2}NI {4}VIRT {4}RES {4}SHR S {2}%CPU {2}%MEM {5}TIME\+ COMMAND$/,
      /^ *\d+ \S+ +(rt|-?\d+) +-?\d+ +[\d.]+[mgt]? +[\d.]+[mgt]? +\d+ [RSDZTI] +[\d.]+ +[\d.]+ +\d+:\d\d\.\d\d .+$/,
    ],
  ],
  ['lscpu', [/^[A-Z][\w ()/-]+: +\S.*$/]],
  [
    'lsblk',
    [
      /^NAME +MAJ:MIN RM +SIZE RO TYPE MOUNTPOINTS$/,
      /^\S+ +\d+:\d+ +[01] +[\d.]+[BKMGT] +[01] (disk|part|rom|loop) *\S*$/,
    ],
  ],
  ['mount', [/^\S+ on \/\S* type \S+ \(\S+\)$/]],
  [
    'ip addr',
    [
      /^\d+: \S+: <[A-Z_,-]+> mtu \d+ qdisc \S+ state [A-Z]+ group default qlen \d+$/,
      /^ {4}link\/(loopback|ether) [\da-f:]{17} brd [\da-f:]{17}$/,
      /^ {4}altname \S+$/,
      /^ {4}inet [\d./]+ (brd [\d.]+ )?scope (host|global) \S+$/,
      /^ {4}inet6 [\da-f:/]+ scope (host|link|global) (noprefixroute |nodad )?$/,
      /^ {7}valid_lft \S+ preferred_lft \S+$/,
    ],
  ],
  ['ip -br addr', [/^\S+ +(UNKNOWN|UP|DOWN) +([\da-f.:]+\/\d+ )*$/]],
  ['ip neigh', [/^\S+ dev \S+ (lladdr [\da-f:]{17} )?[A-Z]+ $/]],
  [
    'ifconfig',
    [
      /^\S+: flags=\d+<[A-Z,]+> {2}mtu \d+$/,
      /^ {8}inet [\d.]+ {2}netmask [\d.]+( {2}broadcast [\d.]+)?$/,
      /^ {8}inet6 \S+ {2}prefixlen \d+ {2}scopeid 0x[\da-f]+<\w+>$/,
      /^ {8}(ether \S+|loop) {2}txqueuelen \d+ {2}\([\w ]+\)$/,
      /^ {8}[RT]X packets \d+ {2}bytes \d+ \([\d.]+ [KMGT]?i?B\)$/,
      /^ {8}[RT]X errors \d+ {2}dropped \d+ {1,2}overruns \d+ {2}(frame|carrier) \d+( {2}collisions \d+)?$/,
      /^$/,
    ],
  ],
  [
    'route -n',
    [
      /^Kernel IP routing table$/,
      /^Destination {5}Gateway {9}Genmask {9}Flags Metric Ref {4}Use Iface$/,
      /^[\d.]+ +[\d.]+ +[\d.]+ +[UGH]+ +\d+ +\d+ +\d+ \S+$/,
    ],
  ],
  [
    'netstat -rn',
    [
      /^Kernel IP routing table$/,
      /^Destination {5}Gateway {9}Genmask {9}Flags {3}MSS Window {2}irtt Iface$/,
      /^[\d.]+ +[\d.]+ +[\d.]+ +[UGH]+ +\d+ \d+ {10}\d+ \S+$/,
    ],
  ],
  [
    'netstat -i',
    [
      /^Kernel Interface table$/,
      /^Iface {13}MTU {4}RX-OK RX-ERR RX-DRP RX-OVR {4}TX-OK TX-ERR TX-DRP TX-OVR Flg$/,
      /^\S+ +\d+ +\d+ +\d+ +\d+ \d+ +\d+ +\d+ +\d+ +\d+ [A-Z]+$/,
    ],
  ],
  [
    'netstat -tln',
    [
      /^Active Internet connections \(only servers\)$/,
      /^Proto Recv-Q Send-Q Local Address {11}Foreign Address {9}State {6}$/,
      /^tcp6? +\d+ +\d+ \S+ +\S+ +LISTEN {5}$/,
    ],
  ],
  [
    'arp -n',
    [
      /^Address {18}HWtype {2}HWaddress {11}Flags Mask {12}Iface$/,
      /^[\d.]+ +ether {3}[\da-f:]{17} {3}C {21}\S+$/,
    ],
  ],
  [
    'ss -s',
    [
      /^Total: \d+$/,
      /^TCP: {3}\d+ \(estab \d+, closed \d+, orphaned \d+, timewait \d+\)$/,
      /^$/,
      /^Transport Total {5}IP {8}IPv6$/,
      /^(RAW|UDP|TCP|INET|FRAG)\t {2}\d+ +\d+ +\d+ +$/,
    ],
  ],
  ['passwd -S root', [/^root (P|L|NP) \d{4}-\d\d-\d\d 0 99999 7 -1$/]],
  ['chage -l root', [/^[A-Z][\w ]+\t+: .+$/]],
  ['date', [/^(Sun|Mon|Tue|Wed|Thu|Fri|Sat) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \w+ \d{4}$/]],
]

/** The real ones have to fit as well, so that the forms are no invention: those that look the same on any Debian 12, and only look. */
const live = /^(?:free|uptime|vmstat|date)\b/

describe('what a program prints has the form of the real one', () => {
  const on = onMachine()
  for (const [command, lines] of forms) {
    const [name, ...args] = command.split(' ')
    const fits = (text: string, whose: string): void => {
      for (const line of text.replace(/\n$/, '').split('\n')) {
        assert.ok(
          lines.some((form) => form.test(line)),
          `${whose}: ${JSON.stringify(line)}`,
        )
      }
    }
    it(command, async () => {
      const ran = await on.run([name!, ...args])
      assert.equal(ran.status, 0)
      assert.notEqual(ran.out, '')
      fits(ran.out, 'ours')
      if (!debian12 || !live.test(command)) return
      const real = spawnSync(name!, args, {
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
        encoding: 'latin1',
        timeout: 10_000,
      })
      if (real.error === undefined && real.status === 0 && real.stdout !== '') fits(real.stdout, 'real')
    })
  }
})
