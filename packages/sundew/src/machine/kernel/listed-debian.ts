import type { FileSystem } from '../files/file-system.ts'
import type { Listed } from './process-table.ts'

/** What a small server lists once it has started: kernel threads, then what systemd started. */
export function debianProcesses(
  files: FileSystem,
  chance: (key: string) => number,
  processors: number,
  interfaceName: string,
): Listed[] {
  const all = kernelThreads(chance, processors)
  const user = users(files)
  let pid = 210 + Math.floor(chance('first pid') * 60)
  for (const daemon of daemons(interfaceName)) {
    if (daemon.optional && !files.exists(daemon.executable)) continue
    if (daemon.name === 'dhclient' && !asksForAddress(files)) continue
    pid += 1 + Math.floor(chance(`gap ${daemon.name}`) * (pid > 400 ? 14 : 45))
    const [uid, gid] = user(daemon.user, daemon.id)
    const spread = 0.96 + 0.08 * chance(`rss ${daemon.name}`)
    const parent = pid
    const listed: Listed = {
      pid: daemon.name === 'systemd' ? 1 : pid,
      parent: daemon.name === 'systemd' ? 0 : 1,
      uid,
      gid,
      name: daemon.name,
      argv: daemon.argv,
      executable: daemon.executable,
      ...(daemon.tty === undefined ? {} : { tty: daemon.tty }),
      state: 'S',
      startedAfter: daemon.name === 'systemd' ? 0 : daemon.after + chance(`after ${daemon.name}`),
      cpuPerHour: Math.round(daemon.cpuPerHour * (0.6 + chance(`cpu ${daemon.name}`))),
      residentKb: Math.round((daemon.residentKb * spread) / 4) * 4,
      virtualKb: daemon.virtualKb,
    }
    all.push(listed)
    for (let child = 0; child < (daemon.children?.count(processors) ?? 0); child++) {
      const [childUid, childGid] = user('www-data', 33)
      all.push({
        ...listed,
        pid: ++pid,
        parent,
        uid: childUid,
        gid: childGid,
        argv: daemon.children!.argv,
        residentKb: Math.round((listed.residentKb * (0.6 + 0.05 * child)) / 4) * 4,
        cpuPerHour: 40,
      })
    }
  }
  return all
}

/** Kernel workers: those of the moment, youngest last. */
export function passingWorkers(
  nowMs: number,
  bootMs: number,
  pidAt: (ms: number) => number,
  processors: number,
): Listed[] {
  const workers: Listed[] = []
  for (const [index, [name, minutes]] of workerKinds.entries()) {
    const length = minutes * 60_000
    const began = Math.max(bootMs + 20_000 + index * 1000, Math.floor(nowMs / length) * length + index * 7919)
    if (began > nowMs) continue
    const pid = pidAt(began)
    if (workers.some((one) => one.pid === pid)) continue
    const cpu = index % processors
    workers.push(
      thread(
        pid,
        name.replace('%', String(cpu)).replace('^', String(processors * 2)),
        'I',
        (began - bootMs) / 1000,
      ),
    )
  }
  return workers
}

const workerKinds = [
  ['kworker/%:0-events', 97],
  ['kworker/u^:2-events_unbound', 61],
  ['kworker/%:1-mm_percpu_wq', 43],
  ['kworker/u^:0-flush-254:0', 29],
  ['kworker/%:2-cgroup_destroy', 17],
  ['kworker/u^:1-ext4-rsv-conversion', 11],
] as const

function thread(pid: number, name: string, state: string, startedAfter = 0, cpuPerHour = 0): Listed {
  return {
    pid,
    parent: pid === 2 ? 0 : 2,
    uid: 0,
    gid: 0,
    name,
    argv: [],
    executable: '',
    state,
    startedAfter,
    cpuPerHour,
    residentKb: 0,
    virtualKb: 0,
  }
}

function kernelThreads(chance: (key: string) => number, processors: number): Listed[] {
  const threads: Listed[] = []
  const add = (pid: number, name: string, state = 'S', cpuPerHour = 0): void => {
    threads.push(thread(pid, name, state, 0, cpuPerHour))
  }
  for (const [pid, name, state, cpu] of early) add(pid, name, state, cpu)
  let pid = 18
  for (let cpu = 0; cpu < processors; cpu++) {
    if (cpu === 0) {
      add(pid++, 'cpuhp/0')
      continue
    }
    add(pid++, `cpuhp/${cpu}`)
    add(pid++, `migration/${cpu}`, 'S', 90)
    add(pid++, `ksoftirqd/${cpu}`, 'S', 40)
    pid++
    add(pid++, `kworker/${cpu}:0H-events_highpri`, 'I')
  }
  pid += 2
  for (const [step, name, state, cpu] of later) {
    pid += step
    add(pid, name.replace('^', String(processors * 2 + 1)), state, cpu)
  }
  pid = 140 + Math.floor(chance('disk threads') * 20)
  for (const name of ['ata_sff', 'scsi_eh_0', 'scsi_tmf_0', 'scsi_eh_1', 'scsi_tmf_1']) {
    add(pid++, name, name.startsWith('scsi_eh') ? 'S' : 'I')
  }
  pid += 9 + Math.floor(chance('journal thread') * 20)
  add(pid++, 'kworker/0:2H-kblockd', 'I', 40)
  add(pid++, 'jbd2/vda1-8', 'S', 900)
  add(pid, 'ext4-rsv-conver', 'I')
  return threads
}

const early: readonly (readonly [number, string, string, number])[] = [
  [2, 'kthreadd', 'S', 1],
  [3, 'rcu_gp', 'I', 0],
  [4, 'rcu_par_gp', 'I', 0],
  [5, 'slub_flushwq', 'I', 0],
  [6, 'netns', 'I', 0],
  [8, 'kworker/0:0H-events_highpri', 'I', 0],
  [10, 'mm_percpu_wq', 'I', 0],
  [11, 'rcu_tasks_kthread', 'I', 0],
  [12, 'rcu_tasks_rude_kthread', 'I', 0],
  [13, 'rcu_tasks_trace_kthread', 'I', 0],
  [14, 'ksoftirqd/0', 'S', 60],
  [15, 'rcu_preempt', 'I', 800],
  [16, 'migration/0', 'S', 90],
]

/** Steps in process number from the one before. */
const later: readonly (readonly [number, string, string, number])[] = [
  [1, 'kdevtmpfs', 'S', 0],
  [1, 'inet_frag_wq', 'I', 0],
  [1, 'kauditd', 'S', 1],
  [1, 'khungtaskd', 'S', 20],
  [2, 'oom_reaper', 'S', 0],
  [3, 'writeback', 'I', 0],
  [1, 'kcompactd0', 'S', 60],
  [1, 'ksmd', 'S', 0],
  [1, 'khugepaged', 'S', 70],
  [1, 'kintegrityd', 'I', 0],
  [1, 'kblockd', 'I', 0],
  [1, 'blkcg_punt_bio', 'I', 0],
  [1, 'tpm_dev_wq', 'I', 0],
  [1, 'edac-poller', 'I', 0],
  [1, 'devfreq_wq', 'I', 0],
  [1, 'kworker/0:1H-kblockd', 'I', 45],
  [1, 'kswapd0', 'S', 4],
  [6, 'kthrotld', 'I', 0],
  [2, 'acpi_thermal_pm', 'I', 0],
  [2, 'mld', 'I', 0],
  [1, 'ipv6_addrconf', 'I', 0],
  [5, 'kstrp', 'I', 0],
  [5, 'zswap-shrink', 'I', 0],
  [1, 'kworker/u^:0', 'I', 0],
]

interface Daemon {
  readonly name: string
  readonly user: string
  /** Its number where /etc/passwd does not say. */
  readonly id: number
  readonly argv: readonly string[]
  readonly executable: string
  readonly tty?: string
  readonly after: number
  readonly cpuPerHour: number
  readonly residentKb: number
  readonly virtualKb: number
  /** There only where the tree has the file. */
  readonly optional?: boolean
  readonly children?: { readonly argv: readonly string[]; readonly count: (processors: number) => number }
}

function daemons(interfaceName: string): Daemon[] {
  const root = { user: 'root', id: 0 }
  return [
    {
      ...root,
      name: 'systemd',
      argv: ['/sbin/init'],
      executable: '/usr/lib/systemd/systemd',
      after: 0,
      cpuPerHour: 900,
      residentKb: 12_316,
      virtualKb: 102_020,
    },
    {
      ...root,
      name: 'systemd-journal',
      argv: ['/lib/systemd/systemd-journald'],
      executable: '/usr/lib/systemd/systemd-journald',
      after: 2,
      cpuPerHour: 700,
      residentKb: 19_800,
      virtualKb: 49_872,
    },
    {
      ...root,
      name: 'systemd-udevd',
      argv: ['/lib/systemd/systemd-udevd'],
      executable: '/usr/bin/udevadm',
      after: 3,
      cpuPerHour: 40,
      residentKb: 6_140,
      virtualKb: 26_432,
    },
    {
      user: 'systemd-timesync',
      id: 997,
      name: 'systemd-timesyn',
      argv: ['/lib/systemd/systemd-timesyncd'],
      executable: '/usr/lib/systemd/systemd-timesyncd',
      after: 4,
      cpuPerHour: 60,
      residentKb: 6_660,
      virtualKb: 90_084,
      optional: true,
    },
    {
      ...root,
      name: 'dhclient',
      argv: [
        'dhclient',
        '-4',
        '-v',
        '-i',
        '-pf',
        `/run/dhclient.${interfaceName}.pid`,
        '-lf',
        `/var/lib/dhcp/dhclient.${interfaceName}.leases`,
        '-I',
        '-df',
        `/var/lib/dhcp/dhclient6.${interfaceName}.leases`,
        interfaceName,
      ],
      executable: '/usr/sbin/dhclient',
      after: 4,
      cpuPerHour: 10,
      residentKb: 3_900,
      virtualKb: 5_872,
      optional: true,
    },
    {
      ...root,
      name: 'cron',
      argv: ['/usr/sbin/cron', '-f'],
      executable: '/usr/sbin/cron',
      after: 5,
      cpuPerHour: 60,
      residentKb: 2_700,
      virtualKb: 6_608,
    },
    {
      user: 'messagebus',
      id: 100,
      name: 'dbus-daemon',
      argv: [
        '/usr/bin/dbus-daemon',
        '--system',
        '--address=systemd:',
        '--nofork',
        '--nopidfile',
        '--systemd-activation',
        '--syslog-only',
      ],
      executable: '/usr/bin/dbus-daemon',
      after: 5,
      cpuPerHour: 90,
      residentKb: 4_700,
      virtualKb: 9_128,
    },
    {
      ...root,
      name: 'rsyslogd',
      argv: ['/usr/sbin/rsyslogd', '-n', '-iNONE'],
      executable: '/usr/sbin/rsyslogd',
      after: 5,
      cpuPerHour: 130,
      residentKb: 5_640,
      virtualKb: 222_004,
      optional: true,
    },
    {
      ...root,
      name: 'systemd-logind',
      argv: ['/lib/systemd/systemd-logind'],
      executable: '/usr/lib/systemd/systemd-logind',
      after: 5,
      cpuPerHour: 110,
      residentKb: 8_240,
      virtualKb: 49_972,
    },
    {
      ...root,
      name: 'agetty',
      tty: 'tty1',
      argv: ['/sbin/agetty', '-o', '-p -- \\u', '--noclear', '-', 'linux'],
      executable: '/usr/sbin/agetty',
      after: 6,
      cpuPerHour: 0,
      residentKb: 1_020,
      virtualKb: 5_872,
    },
    {
      ...root,
      name: 'unattended-upgr',
      argv: [
        '/usr/bin/python3',
        '/usr/share/unattended-upgrades/unattended-upgrade-shutdown',
        '--wait-for-signal',
      ],
      executable: '/usr/share/unattended-upgrades/unattended-upgrade-shutdown',
      after: 6,
      cpuPerHour: 5,
      residentKb: 22_900,
      virtualKb: 107_212,
      optional: true,
    },
    {
      ...root,
      name: 'sshd',
      argv: ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'],
      executable: '/usr/sbin/sshd',
      after: 6,
      cpuPerHour: 300,
      residentKb: 9_160,
      virtualKb: 15_436,
    },
    {
      ...root,
      name: 'apache2',
      argv: ['/usr/sbin/apache2', '-k', 'start'],
      executable: '/usr/sbin/apache2',
      after: 7,
      cpuPerHour: 180,
      residentKb: 5_580,
      virtualKb: 6_692,
      optional: true,
      children: { argv: ['/usr/sbin/apache2', '-k', 'start'], count: () => 2 },
    },
    {
      ...root,
      name: 'nginx',
      argv: ['nginx: master process /usr/sbin/nginx -g daemon on; master_process on;'],
      executable: '/usr/sbin/nginx',
      after: 7,
      cpuPerHour: 1,
      residentKb: 1_680,
      virtualKb: 10_356,
      optional: true,
      children: { argv: ['nginx: worker process'], count: (processors) => processors },
    },
    {
      user: 'mysql',
      id: 107,
      name: 'mariadbd',
      argv: ['/usr/sbin/mariadbd'],
      executable: '/usr/sbin/mariadbd',
      after: 9,
      cpuPerHour: 9_000,
      residentKb: 96_000,
      virtualKb: 1_347_120,
      optional: true,
    },
  ]
}

/** Looks up user and group by name in the tree. */
function users(files: FileSystem): (name: string, fallback: number) => readonly [number, number] {
  let lines: string[] = []
  try {
    lines = Buffer.from(files.read('/etc/passwd')).toString('latin1').split('\n')
  } catch {
    // A tree without users: a test's.
  }
  return (name, fallback) => {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':')
    return fields === undefined ? [fallback, fallback] : [Number(fields[2]), Number(fields[3])]
  }
}

/** Whether the network is set up by DHCP. */
function asksForAddress(files: FileSystem): boolean {
  try {
    return /\binet dhcp\b/.test(Buffer.from(files.read('/etc/network/interfaces')).toString('latin1'))
  } catch {
    return false
  }
}
