import type { Machine } from '../../machine.ts'

/** All lines of a 6.1 kernel's, or of an older one on a small board. */
export function meminfo(machine: Machine): string {
  const { memory } = machine.measure()
  const small = machine.persona.shell === 'ash'
  const part = (share: number, kb: number): number => Math.floor((kb * share) / 4) * 4
  const used = memory.total - memory.free - memory.buffers - memory.cached - memory.reclaimable
  const anon = part(0.45, used)
  const cached = memory.cached + memory.buffers - memory.shared
  const activeFile = part(0.38, cached)
  const inactiveFile = Math.max(0, cached - activeFile)
  const activeAnon = part(0.02, anon) + part(0.3, memory.shared)
  const inactiveAnon = anon + memory.shared - activeAnon
  const unreclaimable = part(0.14, used)
  const fields: [string, number][] = [
    ['MemTotal', memory.total],
    ['MemFree', memory.free],
    ['MemAvailable', memory.available],
    ['Buffers', memory.buffers],
    ['Cached', memory.cached],
    ['SwapCached', memory.swapTotal === memory.swapFree ? 0 : part(0.2, memory.swapTotal - memory.swapFree)],
    ['Active', activeAnon + activeFile],
    ['Inactive', inactiveAnon + inactiveFile],
    ['Active(anon)', activeAnon],
    ['Inactive(anon)', inactiveAnon],
    ['Active(file)', activeFile],
    ['Inactive(file)', inactiveFile],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['SwapTotal', memory.swapTotal],
    ['SwapFree', memory.swapFree],
    ['Zswap', 0],
    ['Zswapped', 0],
    ['Dirty', part(1, 40 + 180 * machine.chance(`dirty ${Math.floor(machine.now() / 2500)}`))],
    ['Writeback', 0],
    ['AnonPages', anon],
    ['Mapped', part(0.28, used)],
    ['Shmem', memory.shared],
    ['KReclaimable', memory.reclaimable],
    ['Slab', memory.reclaimable + unreclaimable],
    ['SReclaimable', memory.reclaimable],
    ['SUnreclaim', unreclaimable],
    ['KernelStack', small ? 480 : 2_000 + 16 * (machine.processes.list().length - 80)],
    ['PageTables', part(0.01, used)],
    ['SecPageTables', 0],
    ['NFS_Unstable', 0],
    ['Bounce', 0],
    ['WritebackTmp', 0],
    ['CommitLimit', memory.swapTotal + part(0.5, memory.total)],
    ['Committed_AS', part(1.9, anon)],
    ['VmallocTotal', small ? 1_048_372 : 34_359_738_367],
    ['VmallocUsed', small ? 0 : 12_000 + Math.floor(machine.chance('vmalloc') * 9_000)],
    ['VmallocChunk', 0],
    ['Percpu', small ? 0 : machine.persona.processor.count * 880],
    ['HardwareCorrupted', 0],
    ['AnonHugePages', part(1, Math.floor((anon * 0.2) / 2048) * 2048)],
    ['ShmemHugePages', 0],
    ['ShmemPmdMapped', 0],
    ['FileHugePages', 0],
    ['FilePmdMapped', 0],
  ]
  const older = new Set([
    'Zswap',
    'Zswapped',
    'SecPageTables',
    'HardwareCorrupted',
    'AnonHugePages',
    'ShmemHugePages',
    'ShmemPmdMapped',
    'FileHugePages',
    'FilePmdMapped',
    'KReclaimable',
    'Percpu',
  ])
  let text = ''
  for (const [name, kb] of fields) {
    if (
      small &&
      (older.has(name) || (name === 'MemAvailable' && machine.persona.kernel.release.startsWith('3.')))
    )
      continue
    text += `${`${name}:`.padEnd(16)}${String(Math.round(kb)).padStart(8)} kB\n`
  }
  if (small) return text
  const hugeDirect = Math.floor((memory.total + 172_000) / 1_048_576) * 1_048_576
  const direct4k = 120_000 + Math.floor(machine.chance('direct') * 60) * 2048
  text +=
    'HugePages_Total:       0\nHugePages_Free:        0\nHugePages_Rsvd:        0\nHugePages_Surp:        0\n'
  text += 'Hugepagesize:       2048 kB\nHugetlb:               0 kB\n'
  text += `DirectMap4k:    ${String(Math.floor(direct4k / 4) * 4).padStart(8)} kB\n`
  text += `DirectMap2M:    ${String(Math.floor((hugeDirect * 0.75 - direct4k) / 2048) * 2048).padStart(8)} kB\n`
  text += `DirectMap1G:    ${String(Math.max(1_048_576, Math.floor((hugeDirect * 0.5) / 1_048_576) * 1_048_576)).padStart(8)} kB\n`
  return text
}
