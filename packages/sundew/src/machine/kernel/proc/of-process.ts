import { FileError } from '../../files/file-system.ts'
import type { Machine, Process } from '../../machine.ts'
import { socketsOf } from '../sockets.ts'
import type { Context } from './context.ts'

/** A file in /proc/PID. */
interface OfProcess {
  readonly mode: number
  readonly text: (process: Process, context: Context) => string | Uint8Array
  /** The process's user and root may read it, whatever the mode says to others. */
  readonly own?: boolean
}

export const processFiles: Readonly<Record<string, OfProcess>> = {
  stat: { mode: 0o444, text: (process, { machine }) => stat(process, machine) },
  statm: {
    mode: 0o444,
    text: (process) =>
      `${Math.floor(process.virtualKb / 4)} ${Math.floor(process.residentKb / 4)} ${Math.floor(process.residentKb / 5)} ${process.argv.length === 0 ? 0 : 200} 0 ${Math.floor(process.virtualKb / 16)} 0\n`,
  },
  status: { mode: 0o444, text: (process, { machine }) => status(process, machine) },
  cmdline: { mode: 0o444, text: (process) => process.argv.map((word) => `${word}\0`).join('') },
  comm: { mode: 0o644, text: (process) => `${process.name}\n` },
  environ: {
    mode: 0o400,
    own: true,
    text: (process) => [...process.environment].map(([name, value]) => `${name}=${value}\0`).join(''),
  },
  maps: { mode: 0o444, own: true, text: (process, { machine }) => maps(process, machine) },
  limits: { mode: 0o444, text: () => limits },
  mounts: { mode: 0o444, text: (_process, { machine }) => mounts(machine) },
  mountinfo: { mode: 0o444, text: (_process, { machine }) => mountinfo(machine) },
  cgroup: { mode: 0o444, text: (process) => `0::${cgroupOf(process)}\n` },
  io: {
    mode: 0o400,
    own: true,
    text: (process) =>
      `rchar: ${3_000 + process.cpuMs * 31}\nwchar: ${process.cpuMs * 7}\nsyscr: ${10 + process.cpuMs}\nsyscw: ${Math.floor(process.cpuMs / 3)}\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n`,
  },
  oom_score: {
    mode: 0o444,
    text: (process) =>
      `${process.argv.length === 0 || process.pid === 1 ? 0 : 666 + (Math.floor(process.residentKb / 6000) % 30)}\n`,
  },
  oom_score_adj: {
    mode: 0o644,
    text: (process) => `${process.name === 'sshd' && process.parent === 1 ? -1000 : 0}\n`,
  },
  oom_adj: {
    mode: 0o644,
    text: (process) => `${process.name === 'sshd' && process.parent === 1 ? -17 : 0}\n`,
  },
  wchan: { mode: 0o444, text: (process) => (process.state === 'R' ? '0' : 'do_select') },
  loginuid: {
    mode: 0o644,
    text: (process) => String(process.tty === undefined ? 4_294_967_295 : process.credentials.uid),
  },
  sessionid: {
    mode: 0o444,
    text: (process) => String(process.tty === undefined ? 4_294_967_295 : (process.session % 900) + 3),
  },
  uid_map: { mode: 0o644, text: () => '         0          0 4294967295\n' },
  gid_map: { mode: 0o644, text: () => '         0          0 4294967295\n' },
  setgroups: { mode: 0o644, text: () => 'allow\n' },
  personality: { mode: 0o400, own: true, text: () => '00000000\n' },
  schedstat: {
    mode: 0o444,
    text: (process) => `${process.cpuMs * 1_000_000} ${process.cpuMs * 1_370} ${process.cpuMs + 12}\n`,
  },
  coredump_filter: { mode: 0o644, text: () => '00000033\n' },
  timerslack_ns: { mode: 0o666, text: () => '50000\n' },
  syscall: { mode: 0o400, own: true, text: () => 'running\n' },
  auxv: { mode: 0o400, own: true, text: () => '' },
  smaps_rollup: { mode: 0o444, own: true, text: () => '' },
}

/** Links of /proc/PID: rights are those of a look into the process. */
export function processLink(process: Process, name: string, machine: Machine): string | undefined {
  switch (name) {
    case 'cwd':
      return process.argv.length === 0 ? '/' : process.directory
    case 'root':
      return '/'
    case 'exe':
      if (process.executable === '') return undefined
      return machine.files.exists(process.executable) ? process.executable : `${process.executable} (deleted)`
    default:
      return undefined
  }
}

/** What a process has open, as the names of its descriptors lead. */
export function descriptors(process: Process, machine: Machine): Map<number, string> {
  const open = new Map<number, string>()
  if (process.argv.length === 0) return open
  const standard = process.tty === undefined ? '/dev/null' : `/dev/${process.tty}`
  const piped = process.tty === undefined && process.environment.size > 0
  for (const number of [0, 1, 2]) {
    open.set(number, piped ? `pipe:[${380_000 + process.session * 11 + number}]` : standard)
  }
  if (process.tty !== undefined && process.name === 'bash') open.set(255, standard)
  if (daemons.has(process.name)) {
    for (const number of [1, 2]) open.set(number, `socket:[${14_000 + process.pid * 3}]`)
  }
  for (const socket of socketsOf(machine)) {
    if (socket.process?.pid === process.pid) open.set(socket.descriptor, `socket:[${socket.inode}]`)
  }
  return open
}

const daemons = new Set([
  'sshd',
  'cron',
  'rsyslogd',
  'dbus-daemon',
  'systemd-logind',
  'systemd-timesyn',
  'apache2',
  'nginx',
])

/** @throws FileError EACCES for somebody else's, as ptrace's rights have it */
export function mayLook(process: Process, context: Context, path: string): void {
  if (context.caller.uid !== 0 && context.caller.uid !== process.credentials.uid) {
    throw new FileError('EACCES', path)
  }
}

export function cgroupOf(process: Process): string {
  if (process.pid === 1) return '/init.scope'
  if (process.argv.length === 0) return '/'
  if (process.environment.size > 0 || process.tty?.startsWith('pts/')) {
    return `/user.slice/user-${process.credentials.uid}.slice/session-${(process.session % 900) + 3}.scope`
  }
  return `/system.slice/${units.get(process.name) ?? `${process.name}.service`}`
}

const units = new Map([
  ['systemd-journal', 'systemd-journald.service'],
  ['systemd-udevd', 'systemd-udevd.service/udev'],
  ['systemd-timesyn', 'systemd-timesyncd.service'],
  ['dbus-daemon', 'dbus.service'],
  ['rsyslogd', 'rsyslog.service'],
  ['agetty', 'system-getty.slice/getty@tty1.service'],
  ['sshd', 'ssh.service'],
  ['unattended-upgr', 'unattended-upgrades.service'],
  ['dhclient', 'networking.service'],
  ['mariadbd', 'mariadb.service'],
])

export function mounts(machine: Machine): string {
  return machine.files
    .mounts()
    .map((one) => `${one.device} ${one.path} ${one.type} ${one.options} 0 0\n`)
    .join('')
}

function mountinfo(machine: Machine): string {
  return machine.files
    .mounts()
    .map((one, at) => {
      const [access] = one.options.split(',')
      return `${22 + at} ${one.path === '/' ? 1 : 28} ${one.device.startsWith('/dev/') ? '254:1' : `0:${20 + at}`} / ${one.path} ${one.options.includes('relatime') ? `${access},relatime` : access} shared:${at + 1} - ${one.type} ${one.device} ${one.options.replace(/,?(nosuid|nodev|noexec|relatime)/g, '')}\n`
    })
    .join('')
}

function stat(process: Process, machine: Machine): string {
  const start = Math.floor(Math.max(0, process.startedMs - machine.bootMs) / 10)
  const kernel = process.argv.length === 0
  const ticks = Math.floor(process.cpuMs / 10)
  const user = kernel ? 0 : Math.floor(ticks * 0.6)
  const numbers = [
    process.parent,
    process.group,
    process.session,
    terminalNumber(process.tty),
    process.tty === undefined ? -1 : process.group,
    kernel ? 2_129_984 : 4_194_560,
    kernel ? 0 : 1_200 + ticks * 9,
    0,
    kernel ? 0 : 3,
    0,
    user,
    ticks - user,
    0,
    0,
    20,
    0,
    threadsOf(process),
    0,
    start,
    process.virtualKb * 1024,
    Math.floor(process.residentKb / 4),
    '18446744073709551615',
  ]
  const tail = kernel
    ? '0 0 0 0 0 0 0 2147483647 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0'
    : '1 1 0 0 0 0 65536 4 65538 1 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0'
  return `${process.pid} (${process.name}) ${process.state} ${numbers.join(' ')} ${tail}\n`
}

/** Threads of daemons that have more than one. */
export function threadsOf(process: Process): number {
  if (process.name === 'rsyslogd') return 4
  if (process.name === 'systemd-timesyn') return 2
  if (process.name === 'apache2' && process.parent !== 1) return 27
  return process.name === 'mariadbd' ? 8 : 1
}

function terminalNumber(tty: string | undefined): number {
  if (tty?.startsWith('pts/')) return 34_816 + Number(tty.slice(4))
  if (tty?.startsWith('tty')) return 1024 + Number(tty.slice(3))
  return 0
}

const states: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'disk sleep',
  Z: 'zombie',
  T: 'stopped',
  I: 'idle',
}

function status(process: Process, machine: Machine): string {
  const { uid, gid, groups } = process.credentials
  const kernel = process.argv.length === 0
  const four = (id: number): string => `${id}\t${id}\t${id}\t${id}`
  const kb = (name: string, value: number): string =>
    `${name}:\t${String(Math.floor(value)).padStart(8)} kB\n`
  const all = uid === 0 ? '000001ffffffffff' : '0000000000000000'
  const count = machine.persona.processor.count
  return (
    `Name:\t${process.name}\nUmask:\t${kernel || process.pid === 1 ? '0000' : '0022'}\nState:\t${process.state} (${states[process.state] ?? 'sleeping'})\n` +
    `Tgid:\t${process.pid}\nNgid:\t0\nPid:\t${process.pid}\nPPid:\t${process.parent}\nTracerPid:\t0\nUid:\t${four(uid)}\nGid:\t${four(gid)}\n` +
    `FDSize:\t${kernel ? 64 : 256}\nGroups:\t${groups.join(' ')} \nNStgid:\t${process.pid}\nNSpid:\t${process.pid}\nNSpgid:\t${process.group}\nNSsid:\t${process.session}\n` +
    (kernel
      ? ''
      : kb('VmPeak', process.virtualKb + 64) +
        kb('VmSize', process.virtualKb) +
        kb('VmLck', 0) +
        kb('VmPin', 0) +
        kb('VmHWM', process.residentKb) +
        kb('VmRSS', process.residentKb) +
        kb('RssAnon', process.residentKb * 0.3) +
        kb('RssFile', process.residentKb - Math.floor(process.residentKb * 0.3)) +
        kb('RssShmem', 0) +
        kb('VmData', process.virtualKb * 0.1) +
        kb('VmStk', 132) +
        kb('VmExe', 720) +
        kb('VmLib', 1_700) +
        kb('VmPTE', 56) +
        kb('VmSwap', 0) +
        kb('HugetlbPages', 0) +
        'CoreDumping:\t0\nTHP_enabled:\t1\n') +
    `Threads:\t${threadsOf(process)}\nSigQ:\t0/${Math.floor(machine.persona.memoryKb / 262)}\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n` +
    `SigBlk:\t0000000000000000\nSigIgn:\t${kernel ? 'ffffffffffffffff' : '0000000000000000'}\nSigCgt:\t0000000000000000\n` +
    `CapInh:\t0000000000000000\nCapPrm:\t${all}\nCapEff:\t${all}\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\n` +
    'NoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\nSpeculation_Store_Bypass:\tthread vulnerable\nSpeculationIndirectBranch:\tconditional enabled\n' +
    `Cpus_allowed:\t${(2 ** count - 1).toString(16)}\nCpus_allowed_list:\t${count === 1 ? '0' : `0-${count - 1}`}\n` +
    `Mems_allowed:\t${'00000000,'.repeat(31)}00000001\nMems_allowed_list:\t0\n` +
    `voluntary_ctxt_switches:\t${Math.floor(process.cpuMs / 3) + 11}\nnonvoluntary_ctxt_switches:\t${Math.floor(process.cpuMs / 40)}\n`
  )
}

function maps(process: Process, machine: Machine): string {
  if (process.argv.length === 0) return ''
  const hex = (base: number, key: string): bigint =>
    (BigInt(base) << 40n) + (BigInt(Math.floor(machine.chance(`${key} ${process.pid}`) * 2 ** 27)) << 12n)
  const line = (
    from: bigint,
    pages: number,
    rights: string,
    offset: number,
    file: string,
    inode: number,
  ): string => {
    const range = `${from.toString(16).padStart(12, '0')}-${(from + BigInt(pages * 4096)).toString(16).padStart(12, '0')}`
    const place = `${range} ${rights} ${offset.toString(16).padStart(8, '0')} ${inode === 0 ? '00:00' : 'fe:01'} ${inode}`
    return `${place.padEnd(file === '' ? 0 : 73)}${file === '' ? ' ' : file}\n`
  }
  const inode = (path: string): number => {
    try {
      return machine.files.stat(path).ino
    } catch {
      return 131_422
    }
  }
  const own = hex(0x55, 'program')
  const libraries = hex(0x7f, 'libraries')
  const stack = hex(0x7f, 'stack') | (0xffn << 32n)
  const libc = '/usr/lib/x86_64-linux-gnu/libc.so.6'
  const loader = '/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'
  const at = (base: bigint, pages: number): bigint => base + BigInt(pages * 4096)
  const main = inode(process.executable)
  return (
    line(own, 11, 'r--p', 0, process.executable, main) +
    line(at(own, 11), 60, 'r-xp', 11 * 4096, process.executable, main) +
    line(at(own, 71), 20, 'r--p', 71 * 4096, process.executable, main) +
    line(at(own, 91), 2, 'r--p', 90 * 4096, process.executable, main) +
    line(at(own, 93), 3, 'rw-p', 92 * 4096, process.executable, main) +
    line(at(own, 5000), 33, 'rw-p', 0, '[heap]', 0) +
    line(libraries, 38, 'r--p', 0, libc, inode(libc)) +
    line(at(libraries, 38), 341, 'r-xp', 38 * 4096, libc, inode(libc)) +
    line(at(libraries, 379), 83, 'r--p', 379 * 4096, libc, inode(libc)) +
    line(at(libraries, 462), 4, 'r--p', 461 * 4096, libc, inode(libc)) +
    line(at(libraries, 466), 2, 'rw-p', 465 * 4096, libc, inode(libc)) +
    line(at(libraries, 468), 13, 'rw-p', 0, '', 0) +
    line(at(libraries, 500), 1, 'r--p', 0, loader, inode(loader)) +
    line(at(libraries, 501), 37, 'r-xp', 4096, loader, inode(loader)) +
    line(at(libraries, 538), 10, 'r--p', 38 * 4096, loader, inode(loader)) +
    line(at(libraries, 548), 2, 'r--p', 48 * 4096, loader, inode(loader)) +
    line(at(libraries, 550), 2, 'rw-p', 50 * 4096, loader, inode(loader)) +
    line(stack, 33, 'rw-p', 0, '[stack]', 0) +
    line(at(stack, 130), 4, 'r--p', 0, '[vvar]', 0) +
    line(at(stack, 134), 2, 'r-xp', 0, '[vdso]', 0)
  )
}

const limits = [
  ['Limit', 'Soft Limit', 'Hard Limit', 'Units'],
  ['Max cpu time', 'unlimited', 'unlimited', 'seconds'],
  ['Max file size', 'unlimited', 'unlimited', 'bytes'],
  ['Max data size', 'unlimited', 'unlimited', 'bytes'],
  ['Max stack size', '8388608', 'unlimited', 'bytes'],
  ['Max core file size', '0', 'unlimited', 'bytes'],
  ['Max resident set', 'unlimited', 'unlimited', 'bytes'],
  ['Max processes', '15445', '15445', 'processes'],
  ['Max open files', '1024', '1048576', 'files'],
  ['Max locked memory', '514457600', '514457600', 'bytes'],
  ['Max address space', 'unlimited', 'unlimited', 'bytes'],
  ['Max file locks', 'unlimited', 'unlimited', 'locks'],
  ['Max pending signals', '15445', '15445', 'signals'],
  ['Max msgqueue size', '819200', '819200', 'bytes'],
  ['Max nice priority', '0', '0', ''],
  ['Max realtime priority', '0', '0', ''],
  ['Max realtime timeout', 'unlimited', 'unlimited', 'us'],
]
  .map(
    ([name, soft, hard, units]) =>
      `${name!.padEnd(26)}${soft!.padEnd(21)}${hard!.padEnd(21)}${units!.padEnd(10)}\n`,
  )
  .join('')
