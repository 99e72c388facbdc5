import type { Call, Program } from '../../../program.ts'
import type { Measures } from '../../../machine.ts'
import { appletUsage } from '../../common/applet.ts'
import { cpuShare, look } from '../../system/ps-columns.ts'
import { commandText } from './ps.ts'

/** Screens of one run at most. */
const maxRounds = 100_000

/** BusyBox's `top`: three lines, and processes by what they use. */
export const top: Program = {
  names: ['top'],
  async run(call) {
    const asked = read(call.args)
    if (asked === undefined) {
      await call.stderr.write(appletUsage(call))
      return 1
    }
    const terminal = asked.batch ? undefined : call.stdin.terminal
    const settings = terminal?.settings
    if (terminal !== undefined) terminal.settings = { ...terminal.settings, lines: false, echo: false }
    let typed: Promise<Uint8Array | undefined> | undefined
    try {
      let before: Measures | undefined
      for (let round = 0; round < asked.rounds; round++) {
        const shown = call.stdout.terminal
        const lines = screen(call, before, shown?.columns ?? 79)
        before = call.machine.measure()
        if (asked.batch || shown === undefined) await call.stdout.write(`${lines.join('\n')}\n`)
        else await call.stdout.write(drawn(lines, shown.rows))
        await call.spend()
        if (round + 1 >= asked.rounds) break
        const waited = call.sleep(asked.seconds * 1000)
        if (terminal === undefined) await waited
        else {
          // One read at a time: a second would take a key from the next program.
          typed ??= terminal.read(1).then((bytes) => bytes ?? new Uint8Array(0))
          const key = await Promise.race([waited, typed])
          if (key === undefined) continue
          typed = undefined
          if (key.length === 0 || key[0] === 0x71 || key[0] === 3) break
        }
      }
    } finally {
      if (terminal !== undefined && settings !== undefined) terminal.settings = settings
    }
    if (!asked.batch && call.stdout.terminal !== undefined) await call.stdout.write('\n')
    return 0
  },
}

function read(args: readonly string[]): { batch: boolean; rounds: number; seconds: number } | undefined {
  let batch = false
  let rounds = maxRounds
  let seconds = 5
  for (let at = 0; at < args.length; at++) {
    const [, letters, value] = /^-?([bmH]*)(?:([nd])(.*))?$/.exec(args[at]!)?.map((text) => text ?? '') ?? []
    if (letters === undefined) return undefined
    if (letters.includes('b')) batch = true
    const wish = /[nd]/.exec(args[at]!.slice(letters.length))?.[0]
    if (wish === undefined) continue
    const given = args[at]!.slice(args[at]!.indexOf(wish) + 1) || args[++at] || value || ''
    if (!/^\d{1,6}$/.test(given)) return undefined
    if (wish === 'n') rounds = Math.max(1, Math.min(Number(given), maxRounds))
    else seconds = Math.max(1, Math.min(Number(given), 3600))
  }
  return { batch, rounds, seconds }
}

function screen(call: Call, before: Measures | undefined, width: number): string[] {
  const { machine } = call
  const now = machine.measure()
  const processes = machine.processes.list()
  const seen = look(call, processes)
  const { memory } = now
  const sum = (one: Measures, at: number): number => one.ticks.reduce((all, cpu) => all + cpu[at]!, 0)
  const since = Array.from(
    { length: 7 },
    (_, at) => sum(now, at) - (before === undefined ? 0 : sum(before, at)),
  )
  const all = Math.max(
    1,
    since.reduce((total, one) => total + one, 0),
  )
  const percent = (at: number): string => String(Math.floor((since[at]! * 100) / all)).padStart(3)
  const running = Math.max(1, processes.filter(({ state }) => state === 'R').length)
  const cut = (line: string): string => line.slice(0, width)
  const lines = [
    `Mem: ${memory.total - memory.free}K used, ${memory.free}K free, ${memory.shared}K shrd, ${memory.buffers}K buff, ${memory.cached}K cached`,
    `CPU: ${percent(0)}% usr ${percent(2)}% sys ${percent(1)}% nic ${percent(3)}% idle ${percent(4)}% io ${percent(5)}% irq ${percent(6)}% sirq`,
    `Load average: ${now.loadAverages.map((load) => load.toFixed(2)).join(' ')} ${running}/${processes.length} ${call.process.pid}`,
    '  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND',
  ]
  const rows = processes
    .map((one) => ({ one, share: one.argv.length === 0 ? 0 : Math.min(99, Math.floor(cpuShare(one, seen))) }))
    .toSorted((a, b) => b.share - a.share || b.one.virtualKb - a.one.virtualKb || a.one.pid - b.one.pid)
  for (const { one, share } of rows) {
    const size = one.virtualKb >= 100_000 ? `${Math.floor(one.virtualKb / 1024)}m` : String(one.virtualKb)
    const part = Math.floor((one.virtualKb * 100) / memory.total)
    const [state, command] = commandText(one)
    lines.push(
      `${String(one.pid).padStart(5)} ${String(one.parent).padStart(5)} ${seen.userOf(one.credentials.uid).slice(0, 8).padEnd(8)} ${state}${size.padStart(6)}${String(part).padStart(4)}%${String(share).padStart(4)}% ${command}`,
    )
  }
  return lines.map((line) => cut(line.trimEnd()))
}

/** On a terminal: from the top, the heads reversed, as many as there is room for. */
function drawn(lines: readonly string[], rows: number): string {
  const shown = lines
    .slice(0, Math.max(5, rows - 1))
    .map((line, at) => (at === 3 ? `\x1b[7m${line}\x1b[m` : line))
  return `\x1b[H\x1b[J${shown.join('\n')}\n`
}
