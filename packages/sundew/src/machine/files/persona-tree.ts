import type { MachinePersona } from '../persona.ts'
import { cameraBase, cameraSettings, routerBase } from './busybox-trees.ts'
import { debianBase, type TreeMachine } from './debian.ts'
import { emptyBase, type Base } from './base.ts'
import { literalBase, type LiteralFile } from './literal.ts'
import { Tree, type NewMount, type TreeOptions } from './tree.ts'

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

/** The files of a new machine: all mounted but /proc and /sys, which are the kernel's to mount. The machine is asked for at the first use. */
export function personaTree(
  persona: MachinePersona,
  machine: () => TreeMachine,
  options: Omit<TreeOptions, 'root'> = {},
): Tree {
  const { root, mounts } = mountsOf(persona, machine, (options.now ?? Date.now)())
  const tree = new Tree({ ...options, root })
  for (const mount of mounts) tree.mount(mount)
  return tree
}

function mountsOf(
  persona: MachinePersona,
  machine: () => TreeMachine,
  nowMs: number,
): { root: Omit<NewMount, 'path'>; mounts: NewMount[] } {
  const disk = (used: number) => ({
    totalBytes: persona.diskBytes * 0.97,
    freeBytes: persona.diskBytes * 0.97 - used,
    totalFiles: Math.floor(persona.diskBytes / 16_384),
    freeFiles: Math.floor(persona.diskBytes / 16_384) - 41_000,
  })
  const memory = (kb: number) => ({
    totalBytes: kb * 1024,
    freeBytes: kb * 1024,
    totalFiles: 500_000,
    freeFiles: 499_000,
  })
  const { memoryKb } = persona
  const half = Math.floor(memoryKb / 2)
  const holds = (files: Readonly<Record<string, LiteralFile>>) => ({ base: literalBase(files, nowMs) })
  const tmpfs = (path: string, options: string, kb: number, base: Base, mode = 0o1777): NewMount => ({
    device: 'tmpfs',
    path,
    type: 'tmpfs',
    options,
    disk: memory(kb),
    mode,
    holds: { base },
  })
  const empty = (mode: number) => emptyBase({ mode, uid: 0, gid: 0, timeMs: nowMs })
  const devpts = (options: string): NewMount => ({
    device: 'devpts',
    path: '/dev/pts',
    type: 'devpts',
    options,
    disk: memory(0),
    holds: holds({ '/ptmx': { device: ['c', 5, 2], mode: 0 } }),
  })

  if (persona.name === 'debian-12') {
    const kb = Math.floor(memoryKb / 10)
    return {
      root: {
        device: '/dev/vda1',
        type: 'ext4',
        options: 'rw,relatime,errors=remount-ro',
        dev: 0xfe01,
        disk: disk(1_893_400_576),
        holds: { base: debianBase(machine) },
      },
      mounts: [
        {
          device: 'udev',
          path: '/dev',
          type: 'devtmpfs',
          options: `rw,nosuid,relatime,size=${half - 4096}k,nr_inodes=${Math.floor(half / 4)},mode=755,inode64`,
          dev: 5,
          disk: memory(half),
          holds: holds(
            devices(
              [
                ['vda', 254, 0],
                ['vda1', 254, 1],
              ],
              true,
            ),
          ),
        },
        devpts('rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000'),
        {
          ...tmpfs('/run', `rw,nosuid,nodev,noexec,relatime,size=${kb}k,mode=755,inode64`, kb, empty(0o755)),
          holds: holds(runFiles()),
        },
        tmpfs('/dev/shm', 'rw,nosuid,nodev,inode64', half, empty(0o1777)),
        tmpfs('/run/lock', 'rw,nosuid,nodev,noexec,relatime,size=5120k,inode64', 5120, empty(0o1777)),
      ],
    }
  }
  const flash = (major: number, count: number) =>
    Array.from({ length: count }, (_, i): [string, number, number] => [`mtdblock${i}`, major, i])
  if (persona.name === 'router-mips') {
    return {
      root: {
        device: 'overlayfs:/overlay',
        type: 'overlay',
        options: 'rw,noatime,lowerdir=/,upperdir=/overlay/upper,workdir=/overlay/work',
        disk: { totalBytes: 4_259_840, freeBytes: 3_407_872, totalFiles: 0, freeFiles: 100_000 },
        holds: { base: routerBase(machine) },
      },
      mounts: [
        {
          device: '/dev/root',
          path: '/rom',
          type: 'squashfs',
          options: 'ro,relatime',
          holds: { base: routerBase(machine) },
          disk: { totalBytes: 2_621_440, freeBytes: 0, totalFiles: 1200, freeFiles: 0 },
        },
        tmpfs(
          '/tmp',
          'rw,nosuid,nodev,noatime',
          half,
          literalBase(
            {
              '/': { directory: true, mode: 0o1777 },
              '/resolv.conf': 'search lan\nnameserver 127.0.0.1\n',
              '/run': { directory: true },
              '/log': { directory: true },
              '/lock': { directory: true },
              '/dhcp.leases': '',
              '/TZ': 'UTC\n',
            },
            nowMs,
          ),
        ),
        tmpfs(
          '/dev',
          'rw,nosuid,relatime,size=512k,mode=755',
          512,
          literalBase(devices(flash(31, 6), false), nowMs),
          0o755,
        ),
        devpts('rw,nosuid,noexec,relatime,mode=600,ptmxmode=000'),
      ],
    }
  }
  return {
    root: {
      device: '/dev/root',
      type: 'cramfs',
      options: 'ro,relatime',
      dev: 0x1f01,
      disk: { totalBytes: 3_604_480, freeBytes: 0, totalFiles: 400, freeFiles: 0 },
      holds: { base: cameraBase(machine) },
    },
    mounts: [
      tmpfs('/dev', 'rw,relatime', half, literalBase(devices(flash(31, 6), false), nowMs), 0o755),
      {
        ...tmpfs(
          '/var',
          'rw,relatime',
          half,
          literalBase(
            {
              '/tmp': { directory: true, mode: 0o777 },
              '/run': { directory: true },
              '/log': { directory: true },
            },
            nowMs,
          ),
        ),
        device: 'none',
        type: 'ramfs',
      },
      devpts('rw,relatime,mode=600'),
      {
        device: '/dev/mtdblock5',
        path: '/mnt/mtd',
        type: 'jffs2',
        options: 'rw,relatime',
        disk: { totalBytes: 458_752, freeBytes: 196_608, totalFiles: 0, freeFiles: 1000 },
        holds: { base: cameraSettings(machine) },
      },
    ],
  }
}

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
    '/crond.pid': '583\n',
    '/sshd.pid': '617\n',
    '/utmp': { content: '', mode: 0o664, gid: 43 },
    '/motd.dynamic': '',
    '/initctl': { link: 'systemd/initctl/fifo' },
    '/shm': { link: '/dev/shm' },
  }
}
