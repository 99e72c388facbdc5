import { pick, type Chance } from './made-up.ts'

/** What the logs are of. */
export interface Logged {
  readonly hostname: string
  readonly user: string
  readonly installedMs: number
  readonly bootMs: number
  readonly nowMs: number
  readonly address: string
  readonly chance: Chance
}

type Line = readonly [ms: number, text: string]

const hour = 3_600_000
const day = 24 * hour

/** The contents of a file in /var/log: from its last rotation, or the start, until now. */
export function debianLog(path: string, of: Logged): string {
  const start = Math.max(of.bootMs, lastSunday(of.nowMs))
  const isBootIn = start === of.bootMs
  switch (path) {
    case '/var/log/cron.log':
      return lines(of, cron(of, start))
    case '/var/log/auth.log':
      return lines(of, [...(isBootIn ? sshdStart(of) : []), ...cronSessions(of, start), ...knocks(of, start)])
    case '/var/log/kern.log':
      return isBootIn ? lines(of, kernelStart(of)) : ''
    case '/var/log/syslog':
      return lines(of, [
        ...(isBootIn ? [...kernelStart(of), ...systemdStart(of)] : []),
        ...cron(of, start),
        ...timers(of, start),
      ])
    case '/var/log/dpkg.log':
      return dpkg(of)
    case '/var/log/apache2/error.log':
      return apacheStart(of, Math.max(of.bootMs + 21_000, midnight(of.nowMs)))
    default:
      return ''
  }
}

function lines(of: Logged, all: readonly Line[]): string {
  return all
    .filter(([ms]) => ms <= of.nowMs)
    .toSorted((a, b) => a[0] - b[0])
    .map(([ms, text]) => `${stamp(of, ms)} ${of.hostname} ${text}\n`)
    .join('')
}

/** As rsyslog writes since Debian 12: with microseconds and the zone. */
function stamp(of: Logged, ms: number): string {
  const micros = String(Math.floor(of.chance(`micros ${ms}`) * 1e6)).padStart(6, '0')
  return `${new Date(ms).toISOString().slice(0, 19)}.${micros}+00:00`
}

function hourly(start: number, end: number): number[] {
  const first = Math.ceil((start - 17 * 60_000) / hour) * hour + 17 * 60_000
  const at: number[] = []
  for (let ms = first; ms <= end && at.length < 200; ms += hour) at.push(ms + 1000)
  return at
}

const pidAt = (of: Logged, ms: number) => 700 + (Math.floor((ms - of.bootMs) / 41_000) % 30_000)

function cron(of: Logged, start: number): Line[] {
  return hourly(start, of.nowMs).map((ms) => [
    ms,
    `CRON[${pidAt(of, ms) + 1}]: (root) CMD (cd / && run-parts --report /etc/cron.hourly)`,
  ])
}

function cronSessions(of: Logged, start: number): Line[] {
  return hourly(start, of.nowMs).flatMap((ms): Line[] => {
    const who = `CRON[${pidAt(of, ms)}]: pam_unix(cron:session): session`
    return [
      [ms, `${who} opened for user root(uid=0) by (uid=0)`],
      [ms + 20, `${who} closed for user root`],
    ]
  })
}

function sshdStart(of: Logged): Line[] {
  const ms = of.bootMs + 17_000
  return [
    [ms - 3000, 'systemd-logind[512]: New seat seat0.'],
    [ms, `sshd[${pidAt(of, ms)}]: Server listening on 0.0.0.0 port 22.`],
    [ms + 1, `sshd[${pidAt(of, ms)}]: Server listening on :: port 22.`],
  ]
}

/** Others who tried a password: every server on the Internet has them. From the ranges of RFC 5737, so that nobody is blamed. */
function knocks(of: Logged, start: number): Line[] {
  const all: Line[] = []
  for (let i = 0; i < 60; i++) {
    const ms = start + Math.floor(of.chance(`knock ${i}`) * (of.nowMs - start))
    const from = `${pick(of.chance, `net ${i}`, ['192.0.2', '198.51.100', '203.0.113'])}.${1 + Math.floor(of.chance(`host ${i}`) * 250)}`
    const user = pick(of.chance, `name ${i}`, ['root', 'root', 'root', 'admin', 'ubuntu', 'test', 'oracle'])
    const port = 32_768 + Math.floor(of.chance(`port ${i}`) * 28_000)
    const who = `sshd[${pidAt(of, ms)}]:`
    const invalid = user === 'root' ? '' : 'invalid user '
    if (invalid !== '') all.push([ms - 2000, `${who} Invalid user ${user} from ${from} port ${port}`])
    all.push([ms, `${who} Failed password for ${invalid}${user} from ${from} port ${port} ssh2`])
    all.push([
      ms + 900,
      `${who} Connection closed by ${user === 'root' ? 'authenticating' : 'invalid'} user ${user} ${from} port ${port} [preauth]`,
    ])
  }
  return all
}

function kernelStart(of: Logged): Line[] {
  const said = [
    'Linux version 6.1.0-37-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)',
    'x86/fpu: x87 FPU will use FXSAVE',
    'NX (Execute Disable) protection: active',
    'Hypervisor detected: KVM',
    'Freeing SMP alternatives memory: 36K',
    'audit: initializing netlink subsys (disabled)',
    'EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.',
  ]
  return said.map((text, i) => [
    of.bootMs + 6000 + i,
    `kernel: [${(i * 0.213).toFixed(6).padStart(12)}] ${text}`,
  ])
}

function systemdStart(of: Logged): Line[] {
  const said = [
    'Started cron.service - Regular background program processing daemon.',
    'Started dbus.service - D-Bus System Message Bus.',
    'Started rsyslog.service - System Logging Service.',
    'Started ssh.service - OpenBSD Secure Shell server.',
    'Started apache2.service - The Apache HTTP Server.',
    'Reached target multi-user.target - Multi-User System.',
    'Startup finished in 2.514s (kernel) + 9.882s (userspace) = 12.397s.',
  ]
  return said.map((text, i) => [of.bootMs + 12_000 + i * 900, `systemd[1]: ${text}`])
}

function timers(of: Logged, start: number): Line[] {
  const all: Line[] = []
  for (let ms = midnight(start) + day; ms < of.nowMs; ms += day) {
    all.push(
      [ms + 1000, 'systemd[1]: Starting dpkg-db-backup.service - Daily dpkg database backup service...'],
      [ms + 1100, 'systemd[1]: Starting logrotate.service - Rotate log files...'],
      [ms + 1900, 'systemd[1]: logrotate.service: Deactivated successfully.'],
      [ms + 2000, 'systemd[1]: Finished logrotate.service - Rotate log files.'],
    )
  }
  return all
}

function dpkg(of: Logged): string {
  const packages = [
    'linux-image-6.1.0-37-amd64:amd64 6.1.140-1',
    'openssh-server:amd64 1:9.2p1-2+deb12u10',
    'apache2:amd64 2.4.65-1~deb12u1',
    'rsyslog:amd64 8.2302.0-1+deb12u2',
    'curl:amd64 7.88.1-10+deb12u14',
  ]
  return packages
    .flatMap((name, i) => {
      const at = new Date(of.installedMs + 600_000 + i * 7000).toISOString()
      const time = `${at.slice(0, 10)} ${at.slice(11, 19)}`
      const [full, version] = name.split(' ')
      return [
        `${time} install ${full} <none> ${version}`,
        ...['half-installed', 'unpacked', 'half-configured', 'installed'].map(
          (state) => `${time} status ${state} ${name}`,
        ),
      ]
    })
    .map((line) => `${line}\n`)
    .join('')
}

function apacheStart(of: Logged, ms: number): string {
  const at = new Date(ms)
  const date = `${at.toUTCString().slice(0, 3)} ${at.toUTCString().slice(8, 11)} ${at.toUTCString().slice(5, 7)} ${at.toISOString().slice(11, 19)}.${String(Math.floor(of.chance('apache') * 1e6)).padStart(6, '0')} ${at.getUTCFullYear()}`
  const who = `[pid ${pidAt(of, ms)}:tid ${139_000_000_000_000 + Math.floor(of.chance('tid') * 9e11)}]`
  return [
    `[${date}] [mpm_event:notice] ${who} AH00489: Apache/2.4.65 (Debian) configured -- resuming normal operations`,
    `[${date}] [core:notice] ${who} AH00094: Command line: '/usr/sbin/apache2'`,
    '',
  ].join('\n')
}

function midnight(ms: number): number {
  return Math.floor(ms / day) * day
}

/** 1970 began on a Thursday. */
function lastSunday(ms: number): number {
  return midnight(ms) - ((Math.floor(ms / day) + 4) % 7) * day
}
