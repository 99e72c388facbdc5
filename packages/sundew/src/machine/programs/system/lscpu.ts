import { bogomips, x86Details, x86Flags } from '../../kernel/proc/cpuinfo.ts'
import { vulnerabilities } from '../../kernel/sys-files.ts'
import { documented, misused } from './documented.ts'

export const lscpu = documented('lscpu', async (call, given) => {
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
export function size(bytes: number): string {
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
