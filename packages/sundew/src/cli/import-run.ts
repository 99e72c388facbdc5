import { stat } from 'node:fs/promises'
import type { Config } from '../config.ts'
import { JournalError } from '../core/journal/writer.ts'
import type { Layout } from '../core/layout.ts'
import type { Importer } from '../importers/importer.ts'
import { Intake } from '../importers/intake.ts'
import { KnownImports } from '../importers/known.ts'
import { exitCode, Failure } from './failure.ts'
import { claimImport, ownDirectory, stopSignal } from './import-claim.ts'
import { ImportRoom } from './import-room.ts'
import { ImportTally } from './import-tally.ts'
import { waitUntilStored } from './import-wait.ts'
import { note } from './output.ts'
import { Progress } from './progress.ts'
import { Finding } from './run.ts'

export interface ImportRun {
  readonly importer: Importer
  readonly paths: readonly string[]
  readonly choice: Readonly<Record<string, string>>
  readonly again: boolean
  readonly wait: boolean
  readonly config: Config
  readonly layout: Layout
}

const dayMs = 86_400_000

/** Imports, tells what came of it, and waits for the store. @throws Finding where something could not be taken */
export async function runImport(run: ImportRun): Promise<void> {
  const { layout } = run
  for (const path of run.paths) await stat(path) // before anything is made
  await ownDirectory(layout)
  await claimImport(layout, () => claimed(run, stopSignal()))
}

async function claimed(run: ImportRun, stop: AbortSignal): Promise<void> {
  const { importer, config, layout } = run
  const room = await ImportRoom.open(config, layout, stop)
  const known = await KnownImports.open(layout.imports)
  const days = importer.lifetime === 'mails' ? config.keep.mails_days : config.keep.events_days
  const tally = new ImportTally(importer, days)
  try {
    const intake = await Intake.open({
      format: importer.name,
      sensor: config.sensor,
      directory: layout.importJournal,
      known,
      segmentBytes: room.segmentBytes,
      oldestMs: Date.now() - days * dayMs,
      again: run.again,
      room: () => room.wait(),
    })
    try {
      await take(run, intake, tally, stop)
      await intake.flush()
    } catch (error) {
      throw error instanceof JournalError ? notWritten(error) : error
    } finally {
      await intake.close()
      tally.tell(intake.durable)
    }
  } finally {
    await known.close()
  }
  if (stop.aborted) note('Stopped. Run the same command again for the rest.')
  else if (run.wait) await waitUntilStored(layout, stop)
  if (stop.aborted || tally.troubled) throw new Finding()
}

async function take(run: ImportRun, intake: Intake, tally: ImportTally, stop: AbortSignal): Promise<void> {
  using progress = new Progress(`${run.importer.things} read`)
  const desk = { choice: run.choice, capture: () => intake.captures.begin() }
  for (const path of run.paths) {
    intake.begin()
    for await (const found of run.importer.find(path, desk)) {
      if (found.found === 'trouble') tally.trouble(found)
      else tally.count(await intake.take(found))
      progress.step()
      if (stop.aborted) return
    }
  }
}

/** What to tell where the journal could not be written. */
export function notWritten(cause: JournalError): Failure {
  return new Failure(
    'SUNDEW_JOURNAL_WRITE',
    exitCode.unavailable,
    `${cause.message}: the disk is full or broken. Make room and run the same command again: what is imported is not imported twice.`,
    { cause },
  )
}
