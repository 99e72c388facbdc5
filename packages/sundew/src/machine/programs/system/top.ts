import type { Measures } from '../../machine.ts'
import type { Call } from '../../program.ts'
import { complain, documented } from './documented.ts'
import { maxRounds } from './free.ts'
import { uptimeLine } from './logins.ts'
import { cpuShare, cutName, look, printable } from './ps-columns.ts'
import { two } from './times.ts'

export const top = documented(
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
