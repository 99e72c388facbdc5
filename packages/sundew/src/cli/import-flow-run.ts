import type { FileHandle } from 'node:fs/promises'
import { FlowMatcher } from '../collectors/flow/matcher.ts'
import type { Config } from '../config.ts'
import type { Layout } from '../core/layout.ts'
import { bytesOf } from '../event/bytes.ts'
import { filesUnder, openRegular, type FoundFile } from '../importers/files.ts'
import { FlowStaging } from '../importers/flows/staging.ts'
import { identityOf } from '../importers/flows/unwrapped.ts'
import { leftOut, trouble } from '../importers/importer.ts'
import type { Intake } from '../importers/intake.ts'
import type { KnownImports } from '../importers/known.ts'
import type { FlowColumns } from '../wire/flow/columns.ts'
import { Failure } from './failure.ts'
import { type BatchImportDesk, runBatchImport } from './import-batch-run.ts'
import { brokenArchive, tellMatches } from './import-desk.ts'
import { ImportLook } from './import-matches.ts'
import { ImportTally } from './import-tally.ts'
import { note } from './output.ts'
import { Progress } from './progress.ts'
import { countText } from './text.ts'

/** One format of files with flows in them. */
export interface FlowFormat {
  readonly name: string
  /** What is counted while it reads: `packets read`. */
  readonly things: string
  /** Reads a file into the sink. False where it could not be read: nothing of it is kept. */
  read(desk: FlowDesk): Promise<false | void>
}

export interface FlowDesk {
  readonly path: string
  readonly handle: FileHandle
  readonly staging: FlowStaging
  readonly stop: AbortSignal
  /** So many things were read of this file. */
  readonly progress: (count: number) => void
  /** Something was left out, in words after a number. */
  readonly left: (reason: string, count: number, expected?: boolean) => void
}

export interface FlowImportRun {
  readonly format: FlowFormat
  readonly paths: readonly string[]
  readonly again: boolean
  readonly wait: boolean
  readonly config: Config
  readonly layout: Layout
}

const dayMs = 86_400_000

/** Imports files with flows in them. @throws Finding where something could not be taken */
export async function runFlowImport(run: FlowImportRun): Promise<void> {
  const { config, layout, format } = run
  const { flows_days, flows_1m_days, flows_5m_days, flows_1h_days } = config.keep
  const days = Math.max(flows_days, flows_1m_days, flows_5m_days, flows_1h_days)
  const tally = new ImportTally({ things: 'flows', lifetime: 'flows_1h' }, days)
  await runBatchImport(
    {
      ...run,
      format: format.name,
      things: 'flows',
      folder: layout.flows,
      waitingMb: config.collectors.flow.waiting_mb,
      tally,
    },
    (desk) => work(run, desk, tally, days),
  )
}

async function work(
  run: FlowImportRun,
  { known, staging: into, intake, stop }: BatchImportDesk,
  tally: ImportTally,
  days: number,
): Promise<void> {
  const { config, layout, format } = run
  const look = await ImportLook.open<FlowColumns>(config, layout, {
    things: 'flows',
    matcher: (parts) => new FlowMatcher({ ...parts, nextHop: config.collectors.flow.match_next_hop }),
    fill: (geo, columns) => geo.fill(columns, 0, columns.rows),
  })
  const staging = await FlowStaging.open({
    ...into,
    oldestMs: Date.now() - days * dayMs,
    latestMs: Date.now() + dayMs,
    look: look.look,
  })
  try {
    using progress = new Progress(format.things)
    for (const path of run.paths)
      await under(path, run, { staging, known, look, intake, tally, progress, stop })
  } finally {
    tally.count('expired', staging.expired)
    if (staging.future > 0)
      note(`${countText(staging.future)} left out: their time is yet to come, a clock was wrong`)
    tally.tell(staging.durable)
    if (intake.durable > 0) note(`${countText(intake.durable)} matches with listed addresses`)
  }
}

interface Parts {
  readonly staging: FlowStaging
  readonly known: KnownImports
  readonly look: ImportLook<FlowColumns>
  readonly intake: Intake
  readonly tally: ImportTally
  readonly progress: Progress
  readonly stop: AbortSignal
}

async function under(path: string, run: FlowImportRun, parts: Parts): Promise<void> {
  for await (const found of filesUnder(path)) {
    if (parts.stop.aborted) return
    if (found.found === 'trouble') parts.tally.trouble(found)
    else await one(found, run, parts)
  }
}

async function one({ file }: FoundFile, run: FlowImportRun, parts: Parts): Promise<void> {
  const { staging, known, look, tally, progress, stop } = parts
  const handle = await openRegular(file, true)
  if (!handle) return tally.trouble(trouble('not a regular file', file))
  try {
    const identity = await identityOf(handle)
    if (known.has(identity, 1) && !run.again)
      return tally.trouble(leftOut('files imported before (--again brings them in once more)', file, 0))
    await staging.begin(identity)
    look.begin()
    const before = progress.count
    try {
      const whole = await run.format.read({
        path: bytesOf(file).toString(),
        handle,
        staging,
        stop,
        progress: (count) => progress.reach(before + count),
        left: (reason, count, expected) =>
          tally.trouble((expected === true ? leftOut : trouble)(reason, file, 0), count),
      })
      if (whole === false || stop.aborted) return await staging.drop()
    } catch (error) {
      await staging.drop()
      const broken = error instanceof Failure ? undefined : brokenArchive(error, file)
      if (!broken) throw error
      return tally.trouble(broken)
    }
    await staging.finish()
    await tellMatches(file, identity, parts)
    await staging.end(identity)
  } finally {
    await handle.close()
  }
}
