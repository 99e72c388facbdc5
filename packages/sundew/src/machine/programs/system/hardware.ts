import { bogomips, x86Details, x86Flags } from '../../kernel/proc/cpuinfo.ts'
import { modules } from '../../kernel/proc/modules.ts'
import { rootUuid } from '../../kernel/proc/uuid.ts'
import { disks } from '../../kernel/proc/whole.ts'
import { vulnerabilities } from '../../kernel/sys-files.ts'
import type { Call, Program } from '../../program.ts'
import { kernelLog } from './kernel-log.ts'
import { bytes, misused, tool } from './tool.ts'

export const lscpu = tool('lscpu', async (call, given) => {
  if (given.operands.length > 0) return misused(call, 'bad usage')
  const { persona } = call.machine
  const { model, count, mhz } = persona.processor
  const cpus = Array.from({ length: count }, (_, cpu) => cpu)
  if (given.has('parse')) {
    await call.stdout.write(
      `# The following is the parsable format, which can be fed to other\n# programs. Each different item in every column has an unique ID\n# starting usually from zero.\n# CPU,Core,Socket,Node,,L1d,L1i,L2,L3\n${cpus.map((cpu) => `${cpu},${cpu},${cpu},0,,${cpu},${cpu},${cpu},${cpu}\n`).join('')}`,
    )
    return 0
  }
  if (given.has('extended')) {
    await call.stdout.write(
      `CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE\n${cpus.map((cpu) => `${String(cpu).padStart(3)}    0 ${String(cpu).padStart(6)} ${String(cpu).padStart(4)} ${`${cpu}:${cpu}:${cpu}:${cpu}`.padEnd(13)} ${'yes'.padStart(6)}\n`).join('')}`,
    )
    return 0
  }
  const details = x86Details(model)
  const instances = `(${count} instance${count === 1 ? '' : 's'})`
  const list = cpus.length === 1 ? '0' : `0${count === 2 ? ',1' : `-${count - 1}`}`
  const fields: (readonly [string, string])[] = [
    ['Architecture', persona.kernel.machine],
    ['  CPU op-mode(s)', '32-bit, 64-bit'],
    ['  Address sizes', '40 bits physical, 48 bits virtual'],
    ['  Byte Order', 'Little Endian'],
    ['CPU(s)', String(count)],
    ['  On-line CPU(s) list', list],
    ['Vendor ID', 'GenuineIntel'],
    ['  BIOS Vendor ID', 'QEMU'],
    ['  Model name', model],
    ['    BIOS Model name', `pc-i440fx-7.2  CPU @ 2.0GHz`],
    ['    BIOS CPU family', '1'],
    ['    CPU family', '6'],
    ['    Model', String(details.model)],
    ['    Thread(s) per core', '1'],
    ['    Core(s) per socket', '1'],
    ['    Socket(s)', String(count)],
    ['    Stepping', String(details.stepping)],
    ['    BogoMIPS', bogomips(mhz)],
    ['    Flags', x86Flags],
    ['Virtualization features', ''],
    ['  Virtualization', 'VT-x'],
    ['  Hypervisor vendor', 'KVM'],
    ['  Virtualization type', 'full'],
    ['Caches (sum of all)', ''],
    ['  L1d', `${32 * count} KiB ${instances}`],
    ['  L1i', `${32 * count} KiB ${instances}`],
    ['  L2', `${4 * count} MiB ${instances}`],
    ['  L3', `${16 * count} MiB ${instances}`],
    ['NUMA', ''],
    ['  NUMA node(s)', '1'],
    ['  NUMA node0 CPU(s)', list],
    ['Vulnerabilities', ''],
    ...vulnerabilities.map(
      ([name, value]) =>
        [
          `  ${name[0]!.toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`,
          value.replace(/^(Mitigation|Vulnerable|KVM): /, '$1; '),
        ] as const,
    ),
  ]
  if (given.has('json')) {
    await call.stdout.write(
      `{\n   "lscpu": [\n${fields
        .filter(([, value]) => value !== '')
        .map(
          ([name, value]) =>
            `      {\n         "field": "${name.trim()}:",\n         "data": "${value}"\n      }`,
        )
        .join(',')}\n   ]\n}\n`.replaceAll('},      {', '},{'),
    )
    return 0
  }
  // Without a terminal the groups' headings and their indents are left out.
  const tree = call.stdout.terminal !== undefined
  const rows = tree
    ? fields.map(([name, value]) => [`${name}:`, value] as const)
    : fields.filter(([, value]) => value !== '').map(([name, value]) => [flat(name), value] as const)
  const width = tree
    ? Math.max(...rows.map(([name]) => name.length)) + 1
    : Math.max(40, ...rows.map(([name]) => name.length)) + 1
  const columns = call.stdout.terminal?.columns ?? Infinity
  let text = ''
  for (const [name, value] of rows)
    text += `${wrapped(name.padEnd(width), value, width, columns).trimEnd()}\n`
  await call.stdout.write(text)
  return 0
})

function flat(name: string): string {
  const plain = name.trim()
  const cache = /^L\d[di]?$/.test(plain)
  const vulnerable = vulnerabilities.some(
    ([one]) => `${one[0]!.toUpperCase()}${one.slice(1).replaceAll('_', ' ')}` === plain,
  )
  return `${vulnerable ? 'Vulnerability ' : ''}${plain}${cache ? ' cache' : ''}:`
}

function wrapped(head: string, value: string, width: number, columns: number): string {
  if (head.length + value.length <= columns) return head + value
  const room = Math.max(10, columns - width)
  const lines: string[] = []
  let line = ''
  for (const word of value.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return head + lines.join(`\n${' '.repeat(width)}`)
}

/** `40G`, `976M`, `1K` as util-linux has sizes. */
function size(bytes: number): string {
  const letters = 'BKMGTP'
  let unit = 0
  let value = bytes
  while (value >= 1024 && unit < 5) {
    value /= 1024
    unit++
  }
  const rounded = Math.round(value * 10) / 10
  return `${Number.isInteger(rounded) ? rounded : rounded.toFixed(1)}${letters[unit]!}`
}

export const lsblk = tool('lsblk', async (call, given) => {
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

export const lsmod: Program = {
  names: ['lsmod'],
  async run(call) {
    if (call.args.length > 0) {
      await call.stderr.write('Usage: lsmod\n')
      return 1
    }
    await call.stdout.write(
      `Module                  Size  Used by\n${modules.map(([name, bytes, users, by]) => `${name.padEnd(19)} ${String(bytes).padStart(8)}  ${users}${by === '' ? '' : ` ${by.replace(/,$/, '')}`}\n`).join('')}`,
    )
    return 0
  },
}

export const modprobe: Program = {
  names: ['modprobe', 'insmod', 'rmmod', 'depmod', 'modinfo'],
  async run(call) {
    const { name, args } = call
    const word = args.find((arg) => !arg.startsWith('-'))
    const root = call.files.credentials.uid === 0
    if (name === 'depmod') return 0
    if (word === undefined) {
      await call.stderr.write(
        `${name}: ERROR: missing ${name === 'insmod' ? 'filename' : 'module name'}.\n`
          .replace('modprobe: ERROR: missing module name.', 'modprobe: ERROR: missing parameters. See -h.')
          .replace('insmod: ERROR: missing filename.', 'insmod: ERROR: missing filename.'),
      )
      return 1
    }
    const key = word.replaceAll('-', '_').replace(/\.ko$/, '')
    const loaded = modules.some(([one]) => one === key)
    if (name === 'modinfo') {
      await call.stderr.write(`modinfo: ERROR: Module ${word} not found.\n`)
      return 1
    }
    if (name === 'insmod') {
      const there = call.files.exists(call.path(word))
      await call.stderr.write(
        there
          ? `insmod: ERROR: could not insert module ${word}: ${root ? 'Invalid module format' : 'Operation not permitted'}\n`
          : `insmod: ERROR: could not load module ${word}: No such file or directory\n`,
      )
      return 1
    }
    if (name === 'rmmod' || args.includes('-r')) {
      if (!loaded) {
        await call.stderr.write(
          name === 'rmmod'
            ? `rmmod: ERROR: Module ${word} is not currently loaded\n`
            : `modprobe: FATAL: Module ${word} not found in directory /lib/modules/${call.machine.persona.kernel.release}\n`,
        )
        return 1
      }
      const users = modules.find(([one]) => one === key)!
      await call.stderr.write(
        !root
          ? `rmmod: ERROR: ../libkmod/libkmod-module.c:799 kmod_module_remove_module() could not remove '${key}': Operation not permitted\nrmmod: ERROR: could not remove module ${word}: Operation not permitted\n`
          : users[2] > 0
            ? `rmmod: ERROR: Module ${word} is in use${users[3] === '' ? '' : ` by: ${users[3].replace(/,$/, '').replaceAll(',', ' ')}`}\n`
            : '',
      )
      return root && users[2] === 0 ? 0 : 1
    }
    if (loaded) return 0
    await call.stderr.write(
      `modprobe: FATAL: Module ${word} not found in directory /lib/modules/${call.machine.persona.kernel.release}\n`,
    )
    return 1
  },
}

export const dmesg = tool('dmesg', async (call, given) => {
  if (given.operands.length > 0) return misused(call, 'bad usage')
  if (call.files.credentials.uid !== 0) {
    await call.stderr.write('dmesg: read kernel buffer failed: Operation not permitted\n')
    return 1
  }
  if (given.has('clear') && !given.has('read-clear')) {
    cleared.set(call.machine, call.machine.now())
    return 0
  }
  const from = cleared.get(call.machine) ?? 0
  const human = given.has('ctime') || given.has('human')
  let text = ''
  for (const [seconds, message] of kernelLog(call.machine)) {
    const at = call.machine.bootMs + seconds * 1000
    if (at < from) continue
    const stamp = human
      ? `[${new Date(at).toUTCString().replace(/^(...), (\d\d) (...) (\d{4}) (\S+) GMT$/, (_all, day: string, date: string, month: string, year: string, time: string) => `${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`)}]`
      : `[${seconds.toFixed(6).padStart(12)}]`
    text += given.has('notime') ? `${message}\n` : `${stamp} ${message}\n`
  }
  if (given.has('read-clear')) cleared.set(call.machine, call.machine.now())
  await call.stdout.write(text)
  return 0
})

/** Up to when somebody has cleared the log. */
const cleared = new WeakMap<Call['machine'], number>()
