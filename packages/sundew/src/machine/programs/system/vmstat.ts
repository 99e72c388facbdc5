import type { Measures } from '../../machine.ts'
import type { Call } from '../../program.ts'
import { complain, documented, usage } from './documented.ts'
import { maxRounds } from './free.ts'

export const vmstat = documented('vmstat', async (call, given) => {
  const [interval, count] = given.operands
  for (const operand of given.operands) {
    if (!/^\d+$/.test(operand)) {
      await complain(call, `failed to parse argument: '${operand}'`)
      return 1
    }
  }
  if (given.operands.length > 2) return usage(call)
  if (given.has('forks')) {
    await call.stdout.write(`${String(call.machine.measure().processesStarted).padStart(13)} forks\n`)
    return 0
  }
  if (given.has('stats')) {
    await call.stdout.write(vmstatList(call))
    return 0
  }
  const head = given.has('active') ? ' inact active' : '  buff  cache'
  await call.stdout.write(
    `procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n r  b   swpd   free ${head}   si   so    bi    bo   in   cs us sy id wa st\n`,
  )
  const rounds = Math.min(
    count === undefined ? (interval === undefined ? 1 : maxRounds) : Number(count),
    maxRounds,
  )
  let before: Measures | undefined
  for (let round = 0; round < rounds; round++) {
    const now = call.machine.measure()
    await call.stdout.write(vmstatLine(call, now, before))
    before = now
    await call.spend()
    if (round < rounds - 1) await call.sleep(Math.max(1, Number(interval)) * 1000)
  }
  return 0
})

function vmstatLine(call: Call, now: Measures, before: Measures | undefined): string {
  const sum = (measures: Measures, at: number): number =>
    measures.ticks.reduce((total, cpu) => total + cpu[at]!, 0)
  const since = (at: number): number => sum(now, at) - (before === undefined ? 0 : sum(before, at))
  const parts = {
    us: since(0) + since(1),
    sy: since(2) + since(5) + since(6),
    id: since(3),
    wa: since(4),
    st: since(7),
  }
  const all = Math.max(1, parts.us + parts.sy + parts.id + parts.wa + parts.st)
  const percent = (value: number): string => String(Math.round((value * 100) / all)).padStart(2)
  const seconds = Math.max(0.1, now.uptimeSeconds - (before?.uptimeSeconds ?? 0))
  const running = Math.max(1, call.machine.processes.list().filter((one) => one.state === 'R').length)
  const { memory } = now
  const rate = (value: number, earlier: number | undefined): number =>
    Math.round((value - (earlier ?? 0)) / seconds)
  const columns: (readonly [number | string, number])[] = [
    [running, 2],
    [0, 2],
    [memory.swapTotal - memory.swapFree, 6],
    [memory.free, 6],
    [memory.buffers, 6],
    [memory.cached + memory.reclaimable, 6],
    [0, 4],
    [0, 4],
    [before === undefined ? 2 : 0, 5],
    [
      before === undefined
        ? 9
        : Math.round(4 * call.machine.chance(`bo ${Math.floor(now.uptimeSeconds)}`)) * 4,
      5,
    ],
    [rate(now.interrupts, before?.interrupts), 4],
    [rate(now.contextSwitches, before?.contextSwitches), 4],
  ]
  return `${columns.map(([value, width]) => String(value).padStart(width)).join(' ')} ${percent(parts.us)} ${percent(parts.sy)} ${percent(parts.id)} ${percent(parts.wa)} ${percent(parts.st)}\n`
}

function vmstatList(call: Call): string {
  const { memory, ticks, interrupts, contextSwitches, processesStarted } = call.machine.measure()
  const sum = (at: number): number => ticks.reduce((total, cpu) => total + cpu[at]!, 0)
  const lines: (readonly [number, string])[] = [
    [memory.total, 'K total memory'],
    [memory.total - memory.available, 'K used memory'],
    [Math.floor(memory.cached * 0.4), 'K active memory'],
    [Math.floor(memory.cached * 0.6), 'K inactive memory'],
    [memory.free, 'K free memory'],
    [memory.buffers, 'K buffer memory'],
    [memory.cached + memory.reclaimable, 'K swap cache'],
    [memory.swapTotal, 'K total swap'],
    [memory.swapTotal - memory.swapFree, 'K used swap'],
    [memory.swapFree, 'K free swap'],
    [sum(0), 'non-nice user cpu ticks'],
    [sum(1), 'nice user cpu ticks'],
    [sum(2), 'system cpu ticks'],
    [sum(3), 'idle cpu ticks'],
    [sum(4), 'IO-wait cpu ticks'],
    [sum(5), 'IRQ cpu ticks'],
    [sum(6), 'softirq cpu ticks'],
    [sum(7), 'stolen cpu ticks'],
    [0, 'non-nice guest cpu ticks'],
    [0, 'nice guest cpu ticks'],
    [Math.floor(interrupts * 0.02), 'K paged in'],
    [Math.floor(interrupts * 0.06), 'K paged out'],
    [0, 'pages swapped in'],
    [0, 'pages swapped out'],
    [interrupts, 'interrupts'],
    [contextSwitches, 'CPU context switches'],
    [Math.floor(call.machine.bootMs / 1000), 'boot time'],
    [processesStarted, 'forks'],
  ]
  return lines.map(([value, name]) => `${String(value).padStart(13)} ${name}\n`).join('')
}
