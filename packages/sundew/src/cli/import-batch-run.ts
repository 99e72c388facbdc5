import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { listBatchFiles } from '../core/batch-spool.ts'
import { JournalError } from '../core/journal/writer.ts'
import type { Layout } from '../core/layout.ts'
import type { BatchStagingOptions } from '../importers/batch-staging.ts'
import { Intake } from '../importers/intake.ts'
import { KnownImports } from '../importers/known.ts'
import { claimedBy } from './claim.ts'
import { exitCode, Failure } from './failure.ts'
import { claimImport, ownDirectory, stopSignal } from './import-claim.ts'
import { ImportRoom } from './import-room.ts'
import { notWritten } from './import-run.ts'
import type { ImportTally } from './import-tally.ts'
import { waitingInJournal } from './import-wait.ts'
import { note } from './output.ts'
import { Finding } from './run.ts'
import { countText } from './text.ts'

/** Whose rows are imported: they go to the store as batches, and what is found in them through the journal. */
export interface BatchImportRun {
  /** As `imports.jsonl` and the events of matches name it. */
  readonly format: string
  /** What rows are, for sentences: `flows`. */
  readonly things: string
  /** Where batches wait for the store. */
  readonly folder: string
  /** What may wait there in all, MB. */
  readonly waitingMb: number
  readonly again: boolean
  readonly wait: boolean
  readonly config: Config
  readonly layout: Layout
  readonly tally: ImportTally
}

export interface BatchImportDesk {
  readonly known: KnownImports
  readonly staging: BatchStagingOptions
  /** For events of matches. */
  readonly intake: Intake
  readonly stop: AbortSignal
}

const dayMs = 86_400_000
/** Batches of imports that may wait for the store beside those of the collectors, of what may wait in all. */
const waitingShare = 0.5
const lookEveryMs = 200

/** Imports rows as the only process that imports. @throws Finding where something could not be taken */
export async function runBatchImport(
  run: BatchImportRun,
  work: (desk: BatchImportDesk) => Promise<void>,
): Promise<void> {
  await ownDirectory(run.layout)
  await claimImport(run.layout, () => claimed(run, stopSignal(), work))
}

async function claimed(
  run: BatchImportRun,
  stop: AbortSignal,
  work: (desk: BatchImportDesk) => Promise<void>,
): Promise<void> {
  const { config, layout, format, tally } = run
  const room = await ImportRoom.open(config, layout, stop)
  const known = await KnownImports.open(layout.imports)
  const intake = await Intake.open({
    format,
    sensor: config.sensor,
    directory: layout.importJournal,
    known,
    segmentBytes: room.segmentBytes,
    oldestMs: Date.now() - config.keep.events_days * dayMs,
    again: run.again,
    room: () => room.wait(),
  })
  const staging = {
    folder: run.folder,
    format,
    known,
    room: () => room.wait(),
    storeRoom: () => storeRoom(run, stop),
  }
  try {
    await work({ known, staging, intake, stop })
  } catch (error) {
    throw error instanceof JournalError ? notWritten(error) : error
  } finally {
    await intake.close()
    await known.close()
  }
  if (stop.aborted) note('Stopped. Run the same command again for the rest.')
  else if (run.wait) await waitUntilStored(run, stop)
  if (stop.aborted || tally.troubled) throw new Finding()
}

/** Waits until another batch may wait for the store, whose room the collectors' rows need too. */
async function storeRoom(
  { folder, waitingMb, layout, things }: BatchImportRun,
  stop: AbortSignal,
): Promise<void> {
  const most = waitingMb * 1_000_000 * waitingShare
  while ((await waitingBytes(folder)) > most) {
    if (stop.aborted || (await claimedBy(layout.pidFile)) === undefined)
      throw new Failure(
        'SUNDEW_IMPORT_ROOM',
        exitCode.unavailable,
        `the import ended early: as many ${things} wait for the store as may. Start Sundew, which takes them, and run the same command again: what was read is not read again.`,
      )
    await sleep(lookEveryMs)
  }
}

/** Waits until the hub has taken the rows that were imported; where Sundew does not run, says when it will. */
async function waitUntilStored({ folder, layout, things }: BatchImportRun, stop: AbortSignal): Promise<void> {
  const ours = new Set((await listBatchFiles(folder)).map(({ id }) => id))
  for (;;) {
    const left = (await listBatchFiles(folder)).filter(({ id }) => ours.has(id))
    if (left.length === 0 && (await waitingInJournal(layout)) === 0)
      return note('Everything imported is in the store.')
    const rows = `${countText(left.reduce((sum, one) => sum + one.rows, 0))} ${things}`
    if ((await claimedBy(layout.pidFile)) === undefined)
      return note(`${rows} wait on disk for the next start of "sundew up".`)
    if (stop.aborted) return note(`${rows} wait for the store; Sundew goes on with them.`)
    await sleep(lookEveryMs)
  }
}

async function waitingBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const { path } of await listBatchFiles(folder))
    bytes += await stat(path).then(
      ({ size }) => size,
      () => 0, // The hub took it meanwhile.
    )
  return bytes
}
