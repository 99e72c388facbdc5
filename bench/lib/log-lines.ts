// How many lines a second of a BIND query log are read, parsed and matched, by the follower and the matcher of the collectors.
import { mkdtemp, rm } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bind } from '../../packages/sundew/src/collectors/tail/parsers/bind.ts'
import { Positions } from '../../packages/sundew/src/collectors/tail/positions.ts'
import { Tailer } from '../../packages/sundew/src/collectors/tail/tailer.ts'
import { LogMatcher } from '../../packages/sundew/src/collectors/watch/log-matcher.ts'
import { logFor } from '../../packages/sundew/src/core/log.ts'
import type { AddressSet } from '../../packages/sundew/src/match/address-set.ts'
import type { NameLookup } from '../../packages/sundew/src/match/named.ts'
import { median, round } from './measure.ts'

export interface LogLineFigures {
  /** Thousand lines a second, the median of the runs: where one line in a thousand names what is listed, and where all do. */
  readonly linesK: number
  readonly floodK: number
  /** Events made in the last run of each. */
  readonly events: number
  readonly floodEvents: number
  readonly lines: number
  readonly megabytes: number
}

/** Prime: every client meets every name. */
const clients = 499

/**
 * Follows logs of `lines` lines as they stand on disk, in the page's cache, from their beginning to their end.
 *
 * @param listed names that are listed, to be met
 * @param clean names that are not
 */
export async function measureLogLines(
  names: NameLookup,
  addresses: AddressSet | undefined,
  listed: readonly string[],
  clean: readonly string[],
  { lines = 500_000, runs = 3 } = {},
): Promise<LogLineFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-bench-log-'))
  try {
    const usual = join(folder, 'usual.log')
    const flood = join(folder, 'flood.log')
    const megabytes =
      (await writeLog(usual, lines, (line) =>
        line % 1_000 === 0 ? listed[line % listed.length]! : clean[line % clean.length]!,
      )) / 1e6
    await writeLog(flood, lines, (line) => listed[(line * 7_919) % listed.length]!)
    const [told, flooded] = [[] as number[], [] as number[]]
    let [events, floodEvents] = [0, 0]
    // The first run is for the compiler.
    for (let run = 0; run <= runs; run++) {
      const one = await follow(usual, lines, names, addresses)
      const other = await follow(flood, lines, names, addresses)
      events = one.events
      floodEvents = other.events
      if (run === 0) continue
      told.push(one.linesK)
      flooded.push(other.linesK)
    }
    return {
      linesK: round(median(told)),
      floodK: round(median(flooded)),
      events,
      floodEvents,
      lines,
      megabytes: round(megabytes),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function follow(
  path: string,
  lines: number,
  names: NameLookup,
  addresses: AddressSet | undefined,
): Promise<{ linesK: number; events: number }> {
  const matcher = new LogMatcher({ networks: ['10.0.0.0/8'], windowMs: 300_000, emit: () => {} })
  matcher.use(addresses, names)
  const log = logFor('bench')
  const tailer = new Tailer({
    sections: [{ path, format: 'auto', from: 'beginning' }],
    parsers: [bind],
    positions: new Positions(`${path}.positions`, log),
    log,
    hearer: (name) => ({
      sight: matcher.sight,
      line: (parsed, service) => matcher.line(parsed, { log: name, service }, Date.now()),
    }),
    unreadable: (name, why) => log.error(`${name}: ${why}`),
  })
  const ticking = setInterval(() => matcher.tick(Date.now()), 100)
  const began = performance.now()
  await tailer.start()
  tailer.read()
  // Closing reads on to the end.
  while (tailer.status[0]!.lines < lines) await new Promise((done) => setTimeout(done, 1))
  const linesK = lines / (performance.now() - began)
  clearInterval(ticking)
  await tailer.close()
  matcher.close()
  const told = tailer.status[0]?.told
  if (told !== lines) throw new Error(`${told} of ${lines} lines were understood`)
  return { linesK, events: matcher.events }
}

/** Lines as BIND 9.18 writes them with all prefixes; how many bytes they are. */
async function writeLog(path: string, lines: number, nameOf: (line: number) => string): Promise<number> {
  const file = createWriteStream(path, { highWaterMark: 1024 * 1024 })
  let text = ''
  let bytes = 0
  for (let line = 0; line < lines; line++) {
    const name = nameOf(line)
    const second = Math.floor(line / 50_000)
    const client = line % clients
    const ms = String(line % 1_000).padStart(3, '0')
    text += `25-Nov-2026 19:${String(10 + Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.${ms} queries: info: client @0x7f3986301098 10.0.${client >> 8}.${client & 255}#${1_024 + (line % 60_000)} (${name}): query: ${name} IN A +E(0) (10.0.0.1)\n`
    if (text.length < 1_000_000) continue
    bytes += text.length
    if (!file.write(text)) await once(file, 'drain')
    text = ''
  }
  bytes += text.length
  file.end(text)
  await once(file, 'close')
  return bytes
}
