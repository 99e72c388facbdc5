import type { Mount } from '../../files/file-system.ts'
import { FileError } from '../../files/file-system.ts'
import type { Call, Program } from '../../program.ts'
import { complain, misused, documented } from './documented.ts'

/** Sizes as `df -h` rounds them: up. */
function human(bytes: number, base: number): string {
  if (bytes < base) return bytes === 0 ? '0' : String(Math.ceil(bytes))
  let value = bytes
  let unit = -1
  while (value >= base && unit < 5) {
    value /= base
    unit++
  }
  const letter = (base === 1000 ? 'kMGTPE' : 'KMGTPE')[unit]!
  const up = value < 10 ? Math.ceil(value * 10 - 1e-9) / 10 : Math.ceil(value - 1e-9)
  return `${value < 10 && up < 10 ? up.toFixed(1) : up}${letter}`
}

/** Blocks that are root's alone: five in a hundred of ext4. */
function available(mount: Mount): number {
  return mount.type === 'ext4' ? Math.max(0, mount.freeBytes - mount.totalBytes * 0.05) : mount.freeBytes
}

export const df = documented(
  'df',
  async (call, given) => {
    const inodes = given.has('inodes')
    const posix = given.has('portability')
    const typed = given.has('print-type')
    const people = given.has('human-readable') ? 1024 : given.has('si') ? 1000 : undefined
    const sized = given.value('block-size')
    const block = given.has('k')
      ? 1024
      : sized === undefined
        ? given.options.some((one) => one.name === 'm')
          ? 2 ** 20
          : 1024
        : blockSize(sized)
    if (block === undefined) {
      await complain(call, `invalid -B argument '${sized!}'`)
      return 1
    }
    let status = 0
    let chosen: readonly Mount[] = []
    const { files } = call
    if (given.operands.length > 0) {
      const found: Mount[] = []
      for (const operand of given.operands.slice(0, 200)) {
        try {
          files.stat(call.path(operand))
          const device = files.mounts().find((one) => one.device === operand)
          found.push(device ?? files.mountOf(call.path(operand)))
        } catch (error) {
          if (!(error instanceof FileError)) throw error
          await complain(call, `${operand}: No such file or directory`)
          status = 1
        }
      }
      if (found.length === 0) return 1
      chosen = found
    } else {
      const seen = new Set<string>()
      const all = given.has('all')
      chosen = files.mounts().filter((one) => {
        if (all) return true
        const key = one.device.startsWith('/') ? one.device : one.path
        if (one.totalBytes === 0 || one.type === 'cgroup2' || seen.has(key)) return false
        seen.add(key)
        return true
      })
    }
    const only = given.options.filter((one) => one.name === 'type').map((one) => one.value)
    const without = given.options.filter((one) => one.name === 'exclude-type').map((one) => one.value)
    if (only.length > 0) chosen = chosen.filter((one) => only.includes(one.type))
    chosen = chosen.filter(
      (one) => !without.includes(one.type) && !(given.has('local') && one.type === 'nfs'),
    )
    if (chosen.length === 0) {
      await complain(call, 'no file systems processed')
      return 1
    }
    const unit =
      people !== undefined
        ? 'Size'
        : posix
          ? `${block}-blocks`
          : block === 1024
            ? '1K-blocks'
            : block === 2 ** 20
              ? '1M-blocks'
              : block === 2 ** 30
                ? '1G-blocks'
                : block === 1
                  ? '1B-blocks'
                  : `${block}-blocks`
    const heads = [
      'Filesystem',
      ...(typed ? ['Type'] : []),
      ...(inodes
        ? ['Inodes', 'IUsed', 'IFree', 'IUse%']
        : [unit, 'Used', people !== undefined ? 'Avail' : 'Available', posix ? 'Capacity' : 'Use%']),
      'Mounted on',
    ]
    const shown = (bytes: number): string =>
      inodes ? String(bytes) : people === undefined ? String(Math.ceil(bytes / block)) : human(bytes, people)
    const line = (
      name: string,
      type: string,
      total: number,
      used: number,
      left: number,
      path: string,
    ): string[] => [
      name,
      ...(typed ? [type] : []),
      shown(total),
      shown(used),
      shown(left),
      total === 0 ? '-' : `${Math.ceil((used * 100) / Math.max(1, used + left) - 1e-9)}%`,
      path,
    ]
    const rows = chosen.map((one) =>
      inodes
        ? line(one.device, one.type, one.totalFiles, one.totalFiles - one.freeFiles, one.freeFiles, one.path)
        : line(
            one.device,
            one.type,
            one.totalBytes,
            one.totalBytes - one.freeBytes,
            available(one),
            one.path,
          ),
    )
    if (given.has('total')) {
      const sum = (of: (mount: Mount) => number): number => chosen.reduce((total, one) => total + of(one), 0)
      rows.push(
        line(
          'total',
          '-',
          sum((one) => one.totalBytes),
          sum((one) => one.totalBytes - one.freeBytes),
          sum(available),
          '-',
        ),
      )
    }
    const least = heads.map((head, at) =>
      at === 0
        ? 14
        : head === 'Type'
          ? 4
          : head === 'Mounted on'
            ? 0
            : people !== undefined && /Size|Used|Avail/.test(head)
              ? 5
              : head === 'Size'
                ? 5
                : /Use%/.test(head)
                  ? 4
                  : 5,
    )
    const widths = heads.map((head, at) =>
      Math.max(least[at]!, head.length, ...rows.map((row) => row[at]!.length)),
    )
    const text = [heads, ...rows]
      .map((row) =>
        row
          .map((cell, at) =>
            at === 0 || heads[at] === 'Type'
              ? cell.padEnd(widths[at]!)
              : at === row.length - 1
                ? cell
                : cell.padStart(widths[at]!),
          )
          .join(' '),
      )
      .join('\n')
    await call.stdout.write(`${text}\n`)
    return status
  },
  {
    before: (args) =>
      args.map((arg) => (arg === '-m' ? '-BM' : /^-[hTila]+m$/.test(arg) ? arg.slice(0, -1) : arg)),
  },
)

function blockSize(text: string): number | undefined {
  const found = /^(\d*)([KMGTkmg]?)(i?B?)$/.exec(text)
  if (found === null || text === '') return undefined
  const base = found[3] === 'B' && found[2] !== '' ? 1000 : 1024
  const power = { '': 0, K: 1, M: 2, G: 3, T: 4 }[found[2]!.toUpperCase()] ?? 0
  return Math.max(1, Number(found[1] || 1)) * base ** power
}

export const mount = documented('mount', async (call, given) => {
  const { files } = call
  const [source, target] = given.operands
  if (source === undefined && !given.has('all')) {
    const type = given.value('types')
    await call.stdout.write(
      files
        .mounts()
        .filter((one) => type === undefined || type.split(',').includes(one.type))
        .map((one) => `${one.device} on ${one.path} type ${one.type} (${one.options})\n`)
        .join(''),
    )
    return 0
  }
  if (files.credentials.uid !== 0) {
    await call.stderr.write(
      `mount: ${target ?? source ?? ''}: must be superuser to use mount.\n       dmesg(1) may have more information after failed mount system call.\n`,
    )
    return 1
  }
  if (given.has('all')) return 0
  const options = given.value('options') ?? ''
  if (target === undefined) {
    const known = files.mounts().some((one) => one.path === source || one.device === source)
    if (known && options.includes('remount')) return 0
    await call.stderr.write(
      known
        ? `mount: ${source!}: already mounted on ${source!}.\n`
        : `mount: ${source!}: can't find in /etc/fstab.\n`,
    )
    return known ? 32 : 1
  }
  if (!files.exists(call.path(target))) {
    await call.stderr.write(
      `mount: ${target}: mount point does not exist.\n       dmesg(1) may have more information after failed mount system call.\n`,
    )
    return 32
  }
  const type = given.value('types')
  const more = '       dmesg(1) may have more information after failed mount system call.\n'
  const hidden = new Set(['tmpfs', 'proc', 'sysfs', 'devtmpfs', 'ramfs', 'cgroup2', 'debugfs'])
  if (
    options.includes('remount') ||
    options.includes('bind') ||
    given.has('bind') ||
    (type !== undefined && hidden.has(type))
  )
    return 0
  if (
    type !== undefined &&
    !['ext2', 'ext3', 'ext4', 'vfat', 'nfs', 'cifs', 'iso9660', 'xfs', 'btrfs', 'overlay'].includes(type)
  ) {
    await call.stderr.write(`mount: ${target}: unknown filesystem type '${type}'.\n${more}`)
    return 32
  }
  if (source!.startsWith('/') && !files.exists(call.path(source!))) {
    await call.stderr.write(`mount: ${target}: special device ${source!} does not exist.\n${more}`)
    return 32
  }
  await call.stderr.write(
    source!.startsWith('/dev/')
      ? `mount: ${target}: ${files.mounts().some((one) => one.device === source) ? `${source!} already mounted on /.` : 'wrong fs type, bad option, bad superblock on ' + source! + ', missing codepage or helper program, or other error.'}\n${more}`
      : `mount: ${target}: ${source!} is not a block device.\n${more}`,
  )
  return 32
})

export const umount = documented('umount', async (call, given) => {
  if (given.operands.length === 0) return misused(call, 'bad usage')
  let status = 0
  for (const target of given.operands.slice(0, 100)) {
    const path = call.path(target)
    const found = call.files.mounts().find((one) => one.path === path || one.device === target)
    if (!call.files.exists(path)) {
      await call.stderr.write(`umount: ${target}: no mount point specified.\n`)
      status = 32
    } else if (found === undefined) {
      await call.stderr.write(`umount: ${target}: not mounted.\n`)
      status = 32
    } else {
      await call.stderr.write(
        call.files.credentials.uid === 0
          ? `umount: ${target}: target is busy.\n`
          : `umount: ${target}: must be superuser to unmount.\n`,
      )
      status = 32
    }
  }
  return status
})

export const swap: Program = {
  names: ['swapon', 'swapoff', 'mkswap', 'losetup', 'findmnt'],
  async run(call: Call): Promise<number> {
    if (call.name === 'swapon' && (call.args.length === 0 || /^(-s|--show|--summary)/.test(call.args[0]!))) {
      const { swapTotal, swapFree } = call.machine.measure().memory
      if (swapTotal === 0) return 0
      if (call.args[0] === '-s' || call.args[0] === '--summary') {
        await call.stdout.write(Buffer.from(call.machine.files.read('/proc/swaps')).toString('latin1'))
      } else {
        const used = swapTotal - swapFree
        await call.stdout.write(
          `NAME      TYPE      SIZE USED PRIO\n/dev/vda5 partition ${Math.round(swapTotal / 1024)}M ${(used < 1024 ? `${used}K` : `${(used / 1024).toFixed(1)}M`).padStart(4)}   -2\n`,
        )
      }
      return 0
    }
    if (call.name === 'findmnt') {
      const mounts = call.files.mounts()
      await call.stdout.write(
        `TARGET SOURCE FSTYPE OPTIONS\n${mounts.map((one) => `${one.path} ${one.device} ${one.type} ${one.options}\n`).join('')}`,
      )
      return 0
    }
    if (call.name === 'losetup') return 0
    if (call.files.credentials.uid !== 0) {
      await call.stderr.write(
        `${call.name}: ${call.args[0] ?? ''}: ${call.name === 'mkswap' ? 'Permission denied' : `${call.name} failed: Operation not permitted`}\n`.replace(
          `${call.name}: : `,
          `${call.name}: `,
        ),
      )
      return call.name === 'mkswap' ? 1 : 255
    }
    return 0
  },
}
