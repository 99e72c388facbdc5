import { FileError, type Mount } from '../../files/file-system.ts'
import { complain, documented } from './documented.ts'

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
