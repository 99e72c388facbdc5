import type { Call } from '../../program.ts'
import type { Measures } from '../../machine.ts'
import { cpuShare, cutName, look, printable } from './ps-columns.ts'
import { uptimeLine } from './logins.ts'
import { two } from './times.ts'
import { complain, tool, usage } from './tool.ts'

const units: Readonly<Record<string, number>> = {
  bytes: 1,
  kibi: 2 ** 10,
  mebi: 2 ** 20,
  gibi: 2 ** 30,
  tebi: 2 ** 40,
  pebi: 2 ** 50,
  kilo: 1e3,
  mega: 1e6,
  giga: 1e9,
  tera: 1e12,
  peta: 1e15,
}
/** Rounds that `free -s` and `vmstat` take at most. */
const maxRounds = 100_000

/** kB as procps words them for people: `3.8Gi`, `0B`. */
function human(kb: number, si: boolean): string {
  const base = si ? 1000 : 1024
  const value = kb * 1024
  if (value < base) return `${value}B`
  let size = value
  let unit = -1
  while (size >= base && unit < 4) {
    size /= base
    unit++
  }
  const suffix = si ? 'KMGTP'[unit]! : `${'KMGTP'[unit]!}i`
  return `${size < 9.95 ? size.toFixed(1) : Math.floor(size)}${suffix}`
}

export const free = tool('free', async (call, given) => {
  if (given.operands.length > 0) return usage(call)
  const seconds = given.value('seconds')
  if (seconds !== undefined && !(Number(seconds) > 0)) {
    await complain(call, `seconds argument \`${seconds}' is not positive number`)
    return 1
  }
  const count = given.value('count')
  if (count !== undefined && !/^[1-9]\d*$/.test(count)) {
    await complain(
      call,
      `failed to parse count argument: '${count}'${/^0+$/.test(count) ? ': Numerical result out of range' : ''}`,
    )
    return 1
  }
  const si = given.has('si')
  const unit = given.options.findLast((one) => units[one.name] !== undefined)?.name
  const by =
    si && unit !== undefined
      ? { kibi: 1e3, mebi: 1e6, gibi: 1e9, tebi: 1e12, pebi: 1e15, bytes: 1 }[unit]
      : units[unit ?? (si ? 'kilo' : 'kibi')]
  const shown = (kb: number): string =>
    given.has('human') ? human(kb, si) : String(Math.floor((kb * 1024) / (by ?? 1024)))
  const rounds = Math.min(Number(count ?? (seconds === undefined ? 1 : maxRounds)), maxRounds)
  for (let round = 0; round < rounds; round++) {
    const { memory } = call.machine.measure()
    await call.stdout.write(
      table(memory, shown, given.has('wide'), given.has('lohi'), given.has('total'), given.has('committed')),
    )
    if (round < rounds - 1) {
      await call.stdout.write('\n')
      await call.sleep(Number(seconds ?? 1) * 1000)
    }
    await call.spend()
  }
  return 0
})

function table(
  memory: Measures['memory'],
  shown: (kb: number) => string,
  wide: boolean,
  lohi: boolean,
  total: boolean,
  committed: boolean,
): string {
  const cache = memory.cached + memory.reclaimable
  const row = (name: string, ...values: readonly number[]): string =>
    `${name.padEnd(8)} ${values.map((kb) => shown(kb).padStart(11)).join(' ')}\n`
  const swapUsed = memory.swapTotal - memory.swapFree
  let text = wide
    ? '               total        used        free      shared     buffers       cache   available\n'
    : '               total        used        free      shared  buff/cache   available\n'
  const used = memory.total - memory.available
  text += wide
    ? row('Mem:', memory.total, used, memory.free, memory.shared, memory.buffers, cache, memory.available)
    : row('Mem:', memory.total, used, memory.free, memory.shared, memory.buffers + cache, memory.available)
  if (lohi) text += row('Low:', memory.total, memory.total - memory.free, memory.free) + row('High:', 0, 0, 0)
  text += row('Swap:', memory.swapTotal, swapUsed, memory.swapFree)
  if (total)
    text += row('Total:', memory.total + memory.swapTotal, used + swapUsed, memory.free + memory.swapFree)
  if (committed) {
    const limit = memory.swapTotal + Math.floor(memory.total / 8) * 4
    const promised = Math.floor((used * 0.8) / 4) * 4
    text += row('Comm:', limit, promised, limit - promised)
  }
  return text
}

export const vmstat = tool('vmstat', async (call, given) => {
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

export const top = tool(
  'top',
  async (call, given) => {
    const batch = given.has('batch-mode')
    const rounds = given.value('iterations')
    if (rounds !== undefined && !/^[1-9]\d*$/.test(rounds)) {
      await complain(call, `bad iterations argument '${rounds}'`)
      return 1
    }
    const delay = Number(given.value('delay') ?? 3)
    if (!(delay >= 0)) {
      await complain(call, `bad delay interval '${given.value('delay')!}'`)
      return 1
    }
    const terminal = call.stdout.terminal
    if (!batch && terminal === undefined) {
      await call.stderr.write('top: failed tty get\n')
      return 1
    }
    const width = batch ? (terminal === undefined ? 512 : terminal.columns) : (terminal?.columns ?? 80)
    const height = batch ? Infinity : (terminal?.rows ?? 24)
    let before: Measures | undefined
    let left = false
    let typed: Promise<Uint8Array | undefined> | undefined
    const settings = terminal?.settings
    if (!batch && terminal !== undefined)
      terminal.settings = { ...terminal.settings, lines: false, echo: false }
    try {
      for (let round = 0; !left && round < Math.min(Number(rounds ?? maxRounds), maxRounds); round++) {
        const text = topScreen(call, before, width, height)
        before = call.machine.measure()
        await call.stdout.write(
          batch
            ? `${round === 0 ? '' : '\n'}${text}`
            : `\x1b[H\x1b[2J${text.trimEnd().replaceAll('\n', '\x1b[K\n')}`,
        )
        await call.spend()
        if (rounds !== undefined && round + 1 >= Number(rounds)) break
        const waited = call.sleep(Math.max(0.1, Math.min(delay, 3600)) * 1000)
        if (batch || terminal === undefined) await waited
        else {
          // One read is under way at a time: a second would take a key from the next program.
          typed ??= terminal.read(1).then((bytes) => bytes ?? new Uint8Array(0))
          const key = await Promise.race([waited, typed])
          if (key !== undefined) {
            typed = undefined
            left = key.length === 0 || key[0] === 0x71 || key[0] === 3
          }
        }
      }
    } finally {
      if (!batch && terminal !== undefined && settings !== undefined) terminal.settings = settings
    }
    if (!batch) await call.stdout.write('\x1b[?25h\n')
    return 0
  },
  { version: 'top from procps-ng 4.0.2\n', failure: 0 },
)

function topScreen(call: Call, before: Measures | undefined, width: number, height: number): string {
  const { machine } = call
  const measures = machine.measure()
  const processes = machine.processes.list()
  const seen = look(call, processes)
  const sum = (one: Measures, at: number): number => one.ticks.reduce((total, cpu) => total + cpu[at]!, 0)
  const since = Array.from(
    { length: 8 },
    (_, at) => sum(measures, at) - (before === undefined ? 0 : sum(before, at)),
  )
  const all = Math.max(
    1,
    since.reduce((total, one) => total + one, 0),
  )
  const percent = (at: number): string => ((since[at]! * 100) / all).toFixed(1).padStart(5)
  const state = (...letters: string[]): string =>
    String(processes.filter((one) => letters.includes(one.state)).length).padStart(3)
  const running = Math.max(1, processes.filter((one) => one.state === 'R').length)
  const mib = (kb: number): string => (kb / 1024).toFixed(1).padStart(8)
  const { memory } = measures
  let text =
    `top -${uptimeLine(machine)}\n` +
    `Tasks: ${String(processes.length).padStart(3)} total, ${String(running).padStart(3)} running, ${String(processes.length - running - Number(state('T')) - Number(state('Z'))).padStart(3)} sleeping, ${state('T')} stopped, ${state('Z')} zombie\n` +
    `%Cpu(s):${percent(0)} us,${percent(2)} sy,${percent(1)} ni,${percent(3)} id,${percent(4)} wa,${percent(5)} hi,${percent(6)} si,${percent(7)} st \n` +
    `MiB Mem :${mib(memory.total)} total,${mib(memory.free)} free,${mib(memory.total - memory.available)} used,${mib(memory.buffers + memory.cached + memory.reclaimable)} buff/cache     \n` +
    `MiB Swap:${mib(memory.swapTotal)} total,${mib(memory.swapFree)} free,${mib(memory.swapTotal - memory.swapFree)} used.${mib(memory.available)} avail Mem \n\n` +
    '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n'
  const sorted = processes.toSorted(
    (a, b) => cpuNow(b, machine.now()) - cpuNow(a, machine.now()) || a.pid - b.pid,
  )
  for (const one of sorted.slice(0, height === Infinity ? undefined : Math.max(0, height - 8))) {
    const high =
      one.argv.length === 0 &&
      /H|^rcu_(par_)?gp$|wq$|^k?blkc?|kintegrityd|writeback|kthrotld|mld|ipv6|kstrp|zswap|edac|tpm|acpi|ata|scsi_tmf|ext4/.test(
        one.name,
      )
    const memoryShare = ((one.residentKb * 100) / memory.total).toFixed(1)
    const line = `${String(one.pid).padStart(7)} ${cutName(seen.userOf(one.credentials.uid)).padEnd(8)} ${(one.name.startsWith('migration') ? 'rt' : high ? '0' : '20').padStart(3)} ${(high ? '-20' : '0').padStart(3)} ${String(one.virtualKb).padStart(7)} ${String(one.residentKb).padStart(6)} ${String(Math.floor((one.residentKb * 0.72) / 4) * 4).padStart(6)} ${one.state} ${cpuNow(one, machine.now()).toFixed(1).padStart(5)} ${memoryShare.padStart(5)} ${timePlus(one.cpuMs).padStart(9)} ${printable(one.name)}`
    text += `${line.slice(0, width)}\n`
  }
  return text
  function cpuNow(one: (typeof processes)[number], now: number): number {
    if (one.state !== 'R' && now - one.startedMs > 5000) return 0
    return cpuShare(one, seen)
  }
}

function timePlus(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  return `${minutes}:${two(Math.floor(ms / 1000) % 60)}.${two(Math.floor(ms / 10) % 100)}`
}
