import { literalTree, once, type LiteralFile } from './literal.ts'
import type { TreeMachine } from './tree-machine.ts'

const chars: readonly (readonly [name: string, major: number, minor: number, mode: number, gid: number])[] = [
  ['mem', 1, 1, 0o640, 15],
  ['null', 1, 3, 0o666, 0],
  ['port', 1, 4, 0o640, 15],
  ['zero', 1, 5, 0o666, 0],
  ['full', 1, 7, 0o666, 0],
  ['random', 1, 8, 0o666, 0],
  ['urandom', 1, 9, 0o666, 0],
  ['kmsg', 1, 11, 0o644, 0],
  ['tty', 5, 0, 0o666, 5],
  ['console', 5, 1, 0o600, 0],
  ['ptmx', 5, 2, 0o666, 5],
]

function devices(
  blocks: readonly (readonly [name: string, major: number, minor: number])[],
  udev: boolean,
): Record<string, LiteralFile> {
  return {
    '/pts': { directory: true },
    ...(udev ? { '/shm': { directory: true, mode: 0o1777 } } : {}),
    ...Object.fromEntries(
      chars.map(([name, major, minor, mode, gid]) => [
        `/${name}`,
        { device: ['c', major, minor], mode, gid },
      ]),
    ),
    ...Object.fromEntries(
      Array.from({ length: udev ? 7 : 2 }, (_, i) => [
        `/tty${i}`,
        { device: ['c', 4, i], mode: 0o620, gid: 5 },
      ]),
    ),
    '/ttyS0': { device: ['c', 4, 64], mode: 0o660, gid: 20 },
    ...Object.fromEntries(
      blocks.map(([name, major, minor]) => [
        `/${name}`,
        { device: ['b', major, minor], mode: 0o660, gid: 6 },
      ]),
    ),
    '/fd': { link: '/proc/self/fd' },
    '/stdin': { link: '/proc/self/fd/0' },
    '/stdout': { link: '/proc/self/fd/1' },
    '/stderr': { link: '/proc/self/fd/2' },
    ...(udev ? { '/core': { link: '/proc/kcore' }, '/log': { link: '/run/systemd/journal/dev-log' } } : {}),
  }
}

function runFiles(): Record<string, LiteralFile> {
  const folders =
    'apache2 dbus network sshd sudo systemd systemd/journal systemd/sessions systemd/users udev user mount screen log'
  return {
    ...Object.fromEntries(folders.split(' ').map((name) => [`/${name}`, { directory: true as const }])),
    '/lock': { directory: true, mode: 0o1777 },
    '/crond.pid': { content: pidOf('cron') },
    '/sshd.pid': { content: pidOf('sshd') },
    '/utmp': { content: '', mode: 0o664, gid: 43 },
    '/motd.dynamic': '',
    '/initctl': { link: 'systemd/initctl/fifo' },
    '/shm': { link: '/dev/shm' },
  }
}

/** As the daemon itself wrote it down. */
function pidOf(name: string): (machine: TreeMachine) => string {
  return (machine) => `${machine.pidOf?.(name) ?? 583}\n`
}

const vda = [
  ['vda', 254, 0],
  ['vda1', 254, 1],
] as const
const flash = Array.from({ length: 6 }, (_, i) => [`mtdblock${i}`, 31, i] as const)

/** What lies in memory on each persona when it has started: /dev, /run, /tmp and the like. */
export const volatileTrees = {
  debianDev: once(() => literalTree(devices(vda, true))),
  debianRun: once(() => literalTree(runFiles())),
  busyboxDev: once(() => literalTree(devices(flash, false))),
  /** For everybody, as /dev/shm is. */
  shared: once(() => literalTree({ '/': { directory: true, mode: 0o1777 } })),
  routerDev: once(() => literalTree({ ...devices(flash, false), '/shm': { link: '/tmp/shm' } })),
  devpts: once(() => literalTree({ '/ptmx': { device: ['c', 5, 2], mode: 0 } })),
  routerTmp: once(() =>
    literalTree({
      '/': { directory: true, mode: 0o1777 },
      '/resolv.conf': 'search lan\nnameserver 127.0.0.1\n',
      '/run': { directory: true },
      '/log': { directory: true },
      '/lock': { directory: true },
      '/shm': { directory: true, mode: 0o1777 },
      '/etc': { directory: true },
      '/lib': { directory: true },
      '/dhcp.leases': '',
      '/TZ': 'UTC\n',
    }),
  ),
  cameraVar: once(() =>
    literalTree({
      '/tmp': { directory: true, mode: 0o777 },
      '/run': { directory: true },
      '/log': { directory: true },
    }),
  ),
}
