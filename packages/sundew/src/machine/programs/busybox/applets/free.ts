import type { Program } from '../../../program.ts'
import { tool } from '../../common/tool.ts'
import { options } from '../../common/options.ts'

const units: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** BusyBox's `free`; before 1.24 it had the columns that procps has given up since. */
export const free: Program = tool('free', async (t) => {
  // It says nothing of what is wrong.
  if (t.args.some((arg) => !/^-[bkmgh]+$/.test(arg))) t.usage()
  const o = options(t, 'bkmgh')
  const { memory } = t.call.machine.measure()
  const by = units[['b', 'm', 'g', 'k'].find((letter) => o.has(letter)) ?? 'k']!
  const cells = (start: string, widths: number, ...values: readonly number[]): void =>
    t.put(`${start}${values.map((kb) => String(Math.floor((kb * 1024) / by)).padStart(widths)).join(' ')}\n`)
  const { total, buffers, cached } = memory
  const free_ = memory.free
  if (t.call.machine.persona.name === 'camera-arm') {
    t.put('             total         used         free       shared      buffers\n')
    cells('Mem:  ', 12, total, total - free_, free_, 0, buffers)
    cells('-/+ buffers:      ', 12, total - free_ - buffers, free_ + buffers)
    cells('Swap: ', 12, memory.swapTotal, memory.swapTotal - memory.swapFree, memory.swapFree)
    return
  }
  const cache = buffers + cached + memory.reclaimable
  t.put('              total        used        free      shared  buff/cache   available\n')
  cells('Mem:    ', 11, total, total - free_ - cache, free_, memory.shared, cache, memory.available)
  cells('Swap:   ', 11, memory.swapTotal, memory.swapTotal - memory.swapFree, memory.swapFree)
})
