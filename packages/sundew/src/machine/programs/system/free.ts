import type { Measures } from '../../machine.ts'
import { complain, documented, usage } from './documented.ts'

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
export const maxRounds = 100_000

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

export const free = documented('free', async (call, given) => {
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
