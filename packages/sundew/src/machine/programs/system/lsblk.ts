import { rootUuid } from '../../kernel/proc/uuid.ts'
import { disks } from '../../kernel/proc/whole.ts'
import { bytes, documented } from './documented.ts'
import { size } from './lscpu.ts'

export const lsblk = documented('lsblk', async (call, given) => {
  const { machine } = call
  const all = disks(machine)
  const wanted = given.operands.map((one) => one.replace(/^\/dev\//, ''))
  for (const [index, name] of wanted.entries()) {
    if (!all.some((disk) => disk[3] === name)) {
      const path = given.operands[index]!
      await call.stderr.write(`lsblk: ${path}: not a block device\n`)
      return 32
    }
  }
  const root = machine.files.mounts().find((one) => one.path === '/')
  const mountOf = (name: string): string => {
    if (name === 'vda1' && root !== undefined) return '/'
    return ''
  }
  const exact = given.has('bytes')
  const shown = (blocks: number): string => (exact ? String(blocks * 1024) : size(blocks * 1024))
  const fileSystems = given.has('fs')
  const heads = fileSystems
    ? ['NAME', 'FSTYPE', 'FSVER', 'LABEL', 'UUID', 'FSAVAIL', 'FSUSE%', 'MOUNTPOINTS']
    : ['NAME', 'MAJ:MIN', 'RM', 'SIZE', 'RO', 'TYPE', 'MOUNTPOINTS']
  const rows: string[][] = []
  const list = given.has('list') || given.has('raw') || given.has('pairs')
  const flatNames = list || given.has('inverse')
  for (const [major, minor, blocks, name] of all) {
    const part = /^vda\d/.test(name)
    if (wanted.length > 0 && !wanted.includes(name) && !(part && wanted.includes('vda'))) continue
    if (given.has('nodeps') && part) continue
    const branch = part && !flatNames ? '└─' : ''
    const label = branch + (given.has('paths') ? '/dev/' : '') + name
    if (fileSystems) {
      const used = root === undefined || root.totalBytes === 0 ? 0 : 1 - root.freeBytes / root.totalBytes
      if (name === 'vda1')
        rows.push([
          label,
          'ext4',
          '1.0',
          '',
          rootUuid(machine),
          root === undefined ? '' : size(root.freeBytes * 0.95),
          `${Math.round(used * 100)}%`,
          '/',
        ])
      else rows.push([label, '', '', '', '', '', '', ''])
    } else {
      rows.push([
        label,
        `${String(major).padStart(3)}:${String(minor).padEnd(3)}`,
        name.startsWith('sr') ? '1' : '0',
        shown(blocks),
        '0',
        part ? 'part' : name.startsWith('sr') ? 'rom' : 'disk',
        mountOf(name),
      ])
    }
  }
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]!.length)))
  const right = new Set(['RM', 'SIZE', 'RO', 'FSAVAIL', 'FSUSE%'])
  const line = (row: readonly string[]): string =>
    row
      .map((text, at) =>
        right.has(heads[at]!)
          ? text.padStart(widths[at]!)
          : at === row.length - 1
            ? text
            : text.padEnd(widths[at]!),
      )
      .join(' ')
  if (!given.has('noheadings')) await call.stdout.write(`${line(heads)}\n`)
  await call.stdout.write(bytes(call, rows.map((row) => `${line(row)}\n`).join('')))
  return 0
})
