import type { Call, Program } from '../../program.ts'
import { documented, misused } from './documented.ts'

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
