import type { MachinePersona } from '../persona.ts'
import { busyboxTrees as trees } from './busybox-trees.ts'
import { debianBase } from './debian.ts'
import type { Base } from './base.ts'
import type { LiteralTree } from './literal.ts'
import type { TreeMachine } from './tree-machine.ts'
import { Tree, type NewMount, type TreeOptions } from './tree.ts'
import { volatileTrees } from './volatile-trees.ts'

const routerBuiltMs = Date.UTC(2021, 1, 15, 15, 22, 37)
const cameraBuiltMs = Date.UTC(2016, 6, 12, 7, 4, 21)

/** The files of a new machine: all mounted but /proc and /sys, which are the kernel's to mount. The machine is asked for at the first use. */
export function personaTree(
  persona: MachinePersona,
  machine: () => TreeMachine,
  options: Omit<TreeOptions, 'root'> = {},
): Tree {
  const { root, mounts } = mountsOf(persona, machine)
  const tree = new Tree({ ...options, root })
  for (const mount of mounts) tree.mount(mount)
  return tree
}

function mountsOf(
  persona: MachinePersona,
  machine: () => TreeMachine,
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
  const holds = (tree: LiteralTree, timeMs?: number) => ({ base: tree.base(machine, timeMs) })
  const tmpfs = (path: string, options: string, kb: number, base: Base): NewMount => ({
    device: 'tmpfs',
    path,
    type: 'tmpfs',
    options,
    disk: memory(kb),
    holds: { base },
  })
  const devpts = (options: string): NewMount => ({
    device: 'devpts',
    path: '/dev/pts',
    type: 'devpts',
    options,
    disk: memory(0),
    holds: holds(volatileTrees.devpts()),
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
          holds: holds(volatileTrees.debianDev()),
        },
        devpts('rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000'),
        {
          ...tmpfs(
            '/run',
            `rw,nosuid,nodev,noexec,relatime,size=${kb}k,mode=755,inode64`,
            kb,
            volatileTrees.debianRun().base(machine),
          ),
        },
        tmpfs('/dev/shm', 'rw,nosuid,nodev,inode64', half, volatileTrees.shared().base(machine)),
        tmpfs(
          '/run/lock',
          'rw,nosuid,nodev,noexec,relatime,size=5120k,inode64',
          5120,
          volatileTrees.shared().base(machine),
        ),
      ],
    }
  }
  if (persona.name === 'router-mips') {
    return {
      root: {
        device: 'overlayfs:/overlay',
        type: 'overlay',
        options: 'rw,noatime,lowerdir=/,upperdir=/overlay/upper,workdir=/overlay/work',
        disk: { totalBytes: 4_259_840, freeBytes: 3_407_872, totalFiles: 0, freeFiles: 100_000 },
        holds: holds(trees.router(), routerBuiltMs),
      },
      mounts: [
        {
          device: '/dev/root',
          path: '/rom',
          type: 'squashfs',
          options: 'ro,relatime',
          holds: holds(trees.router(), routerBuiltMs),
          disk: { totalBytes: 2_621_440, freeBytes: 0, totalFiles: 1200, freeFiles: 0 },
        },
        tmpfs('/tmp', 'rw,nosuid,nodev,noatime', half, volatileTrees.routerTmp().base(machine)),
        tmpfs('/dev', 'rw,nosuid,relatime,size=512k,mode=755', 512, volatileTrees.routerDev().base(machine)),
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
      holds: holds(trees.camera(), cameraBuiltMs),
    },
    mounts: [
      tmpfs('/dev', 'rw,relatime', half, volatileTrees.busyboxDev().base(machine)),
      {
        ...tmpfs('/var', 'rw,relatime', half, volatileTrees.cameraVar().base(machine)),
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
        holds: holds(trees.cameraSettings(), cameraBuiltMs),
      },
    ],
  }
}
