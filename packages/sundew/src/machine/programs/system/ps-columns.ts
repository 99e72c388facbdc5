import type { Process } from '../../machine.ts'
import { cgroupOf, threadsOf } from '../../kernel/proc/of-process.ts'
import type { Call } from '../../program.ts'
import { groups, nameOfUser } from '../../files/accounts.ts'
import { clock, ctime, isoDate, monthOf, two } from './times.ts'

/** What a column is made from. */
export interface Look {
  readonly call: Call
  readonly now: number
  readonly totalKb: number
  readonly userOf: (uid: number) => string
  readonly groupOf: (gid: number) => string
  /** The group in front on each terminal. */
  readonly front: ReadonlyMap<string, number>
}

export interface Column {
  readonly head: string
  readonly width: number
  readonly side: 'left' | 'right'
  readonly show: (process: Process, look: Look) => string
}

export function look(call: Call, processes: readonly Process[]): Look {
  const users = new Map<number, string>()
  const allGroups = groups(call.files)
  const front = new Map<string, number>()
  for (const one of processes) if (one.tty !== undefined) front.set(one.tty, one.group)
  if (call.process.tty !== undefined) front.set(call.process.tty, call.process.group)
  return {
    call,
    now: call.machine.now(),
    totalKb: call.machine.persona.memoryKb,
    userOf: (uid) => {
      let name = users.get(uid)
      if (name === undefined) users.set(uid, (name = nameOfUser(call.machine.files, uid)))
      return name
    },
    groupOf: (gid) => allGroups.find((one) => one.gid === gid)?.name ?? (gid === 0 ? 'root' : String(gid)),
    front,
  }
}

const right = (head: string, width: number, show: Column['show']): Column => ({
  head,
  width,
  side: 'right',
  show,
})
const left = (head: string, width: number, show: Column['show']): Column => ({
  head,
  width,
  side: 'left',
  show,
})

/** As procps cuts a name that is too long for its column. */
export function cutName(name: string, width = 8): string {
  return name.length > width ? `${name.slice(0, width - 1)}+` : name
}

const user = (process: Process, { userOf }: Look): string => cutName(userOf(process.credentials.uid))
const group = (process: Process, { groupOf }: Look): string => cutName(groupOf(process.credentials.gid))
const seconds = (process: Process, { now }: Look): number =>
  Math.max(0, Math.floor((now - process.startedMs) / 1000))

export function cpuShare(process: Process, look_: Look): number {
  const elapsed = look_.now - process.startedMs
  return elapsed <= 0 ? 0 : Math.min(999, (process.cpuMs * 100) / elapsed)
}

export function commandOf(process: Process): string {
  return process.argv.length === 0 ? `[${process.name}]` : printable(process.argv.join(' '))
}

/** Control characters as procps shows them. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]/g, '?')
}

const elapsed = (total: number, withHours: boolean): string => {
  const dayCount = Math.floor(total / 86_400)
  const hours = Math.floor(total / 3600) % 24
  const rest = `${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`
  return `${dayCount > 0 ? `${dayCount}-` : ''}${withHours || dayCount > 0 || hours > 0 ? `${two(hours)}:` : ''}${rest}`
}

const statOf = (process: Process, { front }: Look): string => {
  const kernel = process.argv.length === 0
  const high =
    kernel &&
    /^(?:rcu_(?:par_)?gp|slub_flushwq|netns|kworker\/.*H|mm_percpu_wq|inet_frag_wq|writeback|kintegrityd|kblockd|blkcg|tpm_dev|edac|devfreq|kthrotld|acpi_th|mld|ipv6_addr|kstrp|zswap|ata_sff|scsi_tmf|ext4-rsv)/.test(
      process.name,
    )
  return (
    process.state +
    (high ? '<' : '') +
    (kernel && process.name === 'ksmd' ? 'N' : kernel && process.name === 'khugepaged' ? 'N' : '') +
    (process.session === process.pid && !kernel ? 's' : '') +
    (threadsOf(process) > 1 ? 'l' : '') +
    (process.tty !== undefined && front.get(process.tty) === process.group ? '+' : '')
  )
}

const bsdStart = (process: Process, { now }: Look): string => {
  const age = now - process.startedMs
  if (age < 86_400_000) return clock(process.startedMs)
  if (age < 31_536_000_000)
    return `${monthOf(process.startedMs)}${two(new Date(process.startedMs).getUTCDate())}`
  return String(new Date(process.startedMs).getUTCFullYear())
}
const sysStart = (process: Process, { now }: Look): string => {
  if (isoDate(process.startedMs) === isoDate(now)) return clock(process.startedMs)
  if (isoDate(process.startedMs).slice(0, 4) !== isoDate(now).slice(0, 4))
    return isoDate(process.startedMs).slice(0, 4)
  return `${monthOf(process.startedMs)}${two(new Date(process.startedMs).getUTCDate())}`
}

const terminal = (process: Process): string => process.tty ?? '?'

const named: Record<string, Column> = {
  pid: right('PID', 7, (one) => String(one.pid)),
  ppid: right('PPID', 7, (one) => String(one.parent)),
  pgid: right('PGID', 7, (one) => String(one.group)),
  sid: right('SID', 7, (one) => String(one.session)),
  tpgid: right('TPGID', 7, (one, { front }) =>
    String(one.tty === undefined ? -1 : (front.get(one.tty) ?? -1)),
  ),
  user: left('USER', 8, user),
  group: left('GROUP', 8, group),
  uid: right('UID', 5, (one) => String(one.credentials.uid)),
  gid: right('GID', 5, (one) => String(one.credentials.gid)),
  pcpu: right('%CPU', 4, (one, l) =>
    cpuShare(one, l) > 99 ? String(Math.floor(cpuShare(one, l))) : cpuShare(one, l).toFixed(1),
  ),
  c: right('C', 2, (one, l) => String(Math.min(99, Math.floor(cpuShare(one, l))))),
  pmem: right('%MEM', 4, (one, { totalKb }) => ((one.residentKb * 100) / totalKb).toFixed(1)),
  vsz: right('VSZ', 6, (one) => String(one.virtualKb)),
  rss: right('RSS', 5, (one) => String(one.residentKb)),
  sz: right('SZ', 5, (one) => String(Math.floor(one.virtualKb / 4))),
  tty: left('TT', 8, terminal),
  tname: left('TTY', 8, terminal),
  stat: left('STAT', 4, statOf),
  s: left('S', 1, (one) => one.state),
  start: right('STARTED', 8, (one, { now }) =>
    now - one.startedMs < 86_400_000
      ? new Date(one.startedMs).toISOString().slice(11, 19)
      : `  ${monthOf(one.startedMs)} ${two(new Date(one.startedMs).getUTCDate())}`,
  ),
  bsdstart: right('START', 6, bsdStart),
  start_time: right('START', 5, bsdStart),
  stime: right('STIME', 5, sysStart),
  lstart: right('STARTED', 24, (one) => ctime(one.startedMs)),
  time: right('TIME', 8, (one) => elapsed(Math.floor(one.cpuMs / 1000), true)),
  bsdtime: right(
    'TIME',
    6,
    (one) =>
      `${String(Math.floor(one.cpuMs / 60_000)).padStart(3)}:${two(Math.floor(one.cpuMs / 1000) % 60)}`,
  ),
  etime: right('ELAPSED', 11, (one, l) => elapsed(seconds(one, l), false)),
  etimes: right('ELAPSED', 7, (one, l) => String(seconds(one, l))),
  times: right('TIME', 8, (one) => String(Math.floor(one.cpuMs / 1000))),
  comm: left('COMMAND', 15, (one) => printable(one.name)),
  args: left('COMMAND', 27, commandOf),
  cmd: left('CMD', 27, commandOf),
  ucmd: left('CMD', 15, (one) => printable(one.name)),
  exe: left('EXE', 27, (one) => one.executable || '-'),
  ni: right('NI', 3, (one) =>
    one.name === 'ksmd' ? '5' : one.name === 'khugepaged' ? '19' : statOfHigh(one) ? '-20' : '0',
  ),
  pri: right('PRI', 3, (one) => (statOfHigh(one) ? '39' : '19')),
  opri: right('PRI', 3, (one) => (statOfHigh(one) ? '60' : '80')),
  nlwp: right('NLWP', 4, (one) => String(threadsOf(one))),
  lwp: right('LWP', 7, (one) => String(one.pid)),
  psr: right('PSR', 3, (one, { call }) => String(one.pid % call.machine.persona.processor.count)),
  cls: left('CLS', 3, () => ' TS'),
  rtprio: right('RTPRIO', 6, () => '-'),
  flags: right('F', 1, (one) => (one.argv.length === 0 ? '1' : one.credentials.uid === 0 ? '4' : '0')),
  wchan: left('WCHAN', 6, (one) => (one.state === 'R' ? '-' : 'do_sel')),
  addr: right('ADDR SZ', 7, (one) => `- ${String(Math.floor(one.virtualKb / 4)).padStart(5)}`),
  label: left('LABEL', 31, () => 'unconfined'),
  cgroup: left('CGROUP', 27, (one) => `0::${cgroupOf(one)}`),
  unit: left('UNIT', 31, (one) => cgroupOf(one).split('/').at(-1) || '-'),
}

function statOfHigh(process: Process): boolean {
  return (
    process.argv.length === 0 &&
    /^(?:rcu_(?:par_)?gp|slub|netns|kworker\/.*H|mm_per|inet_frag|writeback|kinteg|kblockd|blkcg|tpm|edac|devfreq|kthrotld|acpi|mld|ipv6|kstrp|zswap|ata|scsi_tmf|ext4)/.test(
      process.name,
    )
  )
}

const sameAs: Readonly<Record<string, string | readonly [string, string]>> = {
  '%cpu': 'pcpu',
  cp: 'c',
  '%mem': 'pmem',
  vsize: 'vsz',
  rssize: 'rss',
  rsz: 'rss',
  tt: 'tty',
  state: 's',
  euser: ['user', 'EUSER'],
  ruser: ['user', 'RUSER'],
  uname: 'user',
  suser: ['user', 'SUSER'],
  fuser: ['user', 'FUSER'],
  egroup: ['group', 'EGROUP'],
  rgroup: ['group', 'RGROUP'],
  euid: ['uid', 'EUID'],
  ruid: ['uid', 'RUID'],
  egid: ['gid', 'EGID'],
  rgid: ['gid', 'RGID'],
  command: 'args',
  ucomm: 'comm',
  fname: 'comm',
  cputime: 'time',
  cputimes: 'times',
  pgrp: ['pgid', 'PGRP'],
  sess: ['sid', 'SESS'],
  session: ['sid', 'SESS'],
  nice: 'ni',
  thcount: ['nlwp', 'THCNT'],
  spid: ['lwp', 'SPID'],
  tid: ['lwp', 'TID'],
  class: 'cls',
  policy: ['cls', 'POL'],
  flag: 'flags',
  f: 'flags',
  nwchan: 'wchan',
  priority: ['pri', 'PRI'],
  stackp: 'sz',
  pcid: 'pid',
}

/** A column by the name that `-o` gives it. */
export function columnOf(name: string): Column | undefined {
  if (Object.hasOwn(named, name)) return named[name]
  const other = Object.hasOwn(sameAs, name) ? sameAs[name] : undefined
  if (other === undefined) return undefined
  return typeof other === 'string' ? named[other] : { ...named[other[0]]!, head: other[1] }
}
