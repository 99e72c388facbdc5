// Threat intelligence at two million indicators: how soon they are in force, what matching them takes, how fast names and log lines are matched, zones written, sets joined beside iprange.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Need } from '../e2e/check.ts'
import { AddressSet } from '../packages/sundew/src/match/address-set.ts'
import { NameSet } from '../packages/sundew/src/match/name-set.ts'
import { measureEngine } from './lib/intel-engine.ts'
import { measureSetOperations } from './lib/intel-iprange.ts'
import { cleanName, listedName, writeLists } from './lib/intel-lists.ts'
import { measureNames } from './lib/intel-names.ts'
import { measureRpz } from './lib/intel-rpz.ts'
import { measureLogLines } from './lib/log-lines.ts'
import { round } from './lib/measure.ts'
import { run as runProgram } from './lib/processes.ts'

export const needs: readonly Need[] = [
  { command: 'iprange', package: 'iprange' },
  { command: 'named-checkzone', package: 'bind9-utils' },
]

/** SUNDEW_BENCH_INDICATORS=10 for as many millions; half of them are names. */
const indicators = Math.round(Number(process.env['SUNDEW_BENCH_INDICATORS'] ?? 2) * 1_000_000)
/** Names of each kind that the log is made of. */
const logNames = 50_000

export async function run(say: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-bench-intel-'))
  try {
    const operations = await measureSetOperations(folder)
    say(`sets joined at ${operations.worst} of iprange's speed or better`)
    const { sections, counts } = await writeLists(folder, indicators)
    say(`lists of ${indicators} indicators are written`)
    const engine = await measureEngine(folder, sections, indicators, say)
    const matcher = await matcherMegabytes(engine.files)
    const rpz = measureRpz(folder, engine.files)
    say(`a zone of ${rpz.names} names is written in ${rpz.rpzSeconds} s`)
    const names = NameSet.from(await readFile(engine.files.names))
    const addresses = AddressSet.from(await readFile(engine.files.addresses))
    const lookUps = measureNames(names, counts.names)
    say(`${lookUps.namesM} M names are looked up a second`)
    const log = await measureLogLines(
      names,
      addresses,
      Array.from({ length: logNames }, (_, n) => listedName((n * 7_919) % counts.names)),
      Array.from({ length: logNames }, (_, n) => cleanName(n)),
    )
    return {
      loadSeconds: engine.loadSeconds,
      matcherMb: matcher.megabytes,
      namesM: lookUps.namesM,
      linesK: log.linesK,
      rpzSeconds: rpz.rpzSeconds,
      republishSeconds: engine.republishSeconds,
      ratios: { iprange: operations.worst },
      indicators,
      counts,
      /** From the start of the hub to the first zone in its place, looked at by BIND's tool. */
      publishSeconds: engine.publishSeconds,
      entries: matcher.entries,
      setOperations: operations.operations,
      rpz,
      lookUps,
      log,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a process needs more for both sets, told by one that has nothing else. */
async function matcherMegabytes(files: { readonly addresses: string; readonly names: string }) {
  const said = await runProgram(process.execPath, [
    join(import.meta.dirname, 'lib', 'intel-matcher.ts'),
    files.addresses,
    files.names,
  ])
  const { megabytes, entries } = JSON.parse(said.slice(said.indexOf('{'))) as {
    megabytes: number
    entries: number
  }
  return { megabytes: round(megabytes), entries }
}
