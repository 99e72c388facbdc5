import { stat, type FileHandle } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { listBatchFiles } from '../core/batch-spool.ts'
import { JournalError } from '../core/journal/writer.ts'
import type { Layout } from '../core/layout.ts'
import { bytesOf, type ByteString } from '../event/bytes.ts'
import { filesUnder, openRegular, type FoundFile } from '../importers/files.ts'
import { FlowStaging } from '../importers/flows/staging.ts'
import { identityOf } from '../importers/flows/unwrapped.ts'
import { leftOut, trouble } from '../importers/importer.ts'
import { Intake } from '../importers/intake.ts'
import { KnownImports } from '../importers/known.ts'
import { claimedBy } from './claim.ts'
import { exitCode, Failure } from './failure.ts'
import { claimImport, ownDirectory, stopSignal } from './import-claim.ts'
import { FlowLook } from './import-flow-matches.ts'
import { ImportRoom } from './import-room.ts'
import { notWritten } from './import-run.ts'
import { ImportTally } from './import-tally.ts'
import { waitingInJournal } from './import-wait.ts'
import { note } from './output.ts'
import { Progress } from './progress.ts'
import { Finding } from './run.ts'
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
/** Batches of imports that may wait for the store beside those of the collectors, of what may wait in all. */
const waitingShare = 0.5
const lookEveryMs = 200

/** Imports files with flows in them. @throws Finding where something could not be taken */
export async function runFlowImport(run: FlowImportRun): Promise<void> {
  await ownDirectory(run.layout)
  await claimImport(run.layout, () => claimed(run, stopSignal()))
}

async function claimed(run: FlowImportRun, stop: AbortSignal): Promise<void> {
  const { config, layout, format } = run
  const room = await ImportRoom.open(config, layout, stop)
  const known = await KnownImports.open(layout.imports)
  const { flows_days, flows_1m_days, flows_5m_days, flows_1h_days } = config.keep
  const days = Math.max(flows_days, flows_1m_days, flows_5m_days, flows_1h_days)
  const tally = new ImportTally({ things: 'flows', lifetime: 'flows_1h' }, days)
  const look = await FlowLook.open(config, layout)
  const intake = await openIntake(run, known, room)
  try {
    const staging = await FlowStaging.open({
      folder: layout.flows,
      format: format.name,
      known,
      oldestMs: Date.now() - days * dayMs,
      latestMs: Date.now() + dayMs,
      room: () => room.wait(),
      storeRoom: () => storeRoom(run, stop),
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
  } catch (error) {
    throw error instanceof JournalError ? notWritten(error) : error
  } finally {
    await intake.close()
    await known.close()
  }
  if (stop.aborted) note('Stopped. Run the same command again for the rest.')
  else if (run.wait) await waitUntilStored(layout, stop)
  if (stop.aborted || tally.troubled) throw new Finding()
}

/** For the events of matches. */
function openIntake(run: FlowImportRun, known: KnownImports, room: ImportRoom): Promise<Intake> {
  const { format, config, layout, again } = run
  return Intake.open({
    format: format.name,
    sensor: config.sensor,
    directory: layout.importJournal,
    known,
    segmentBytes: room.segmentBytes,
    oldestMs: Date.now() - config.keep.events_days * dayMs,
    again,
    room: () => room.wait(),
  })
}

interface Parts {
  readonly staging: FlowStaging
  readonly known: KnownImports
  readonly look: FlowLook
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
      if (error instanceof Failure || !isBrokenArchive(error)) throw error
      return tally.trouble(trouble(`compressed files that are broken (${error.code})`, file))
    }
    await staging.finish()
    await tellMatches(file, identity, parts)
    await staging.end(identity)
  } finally {
    await handle.close()
  }
}

/** Before the file is known: what a kill interrupts is told by the next import, and once, since each match is known too. */
async function tellMatches(file: ByteString, identity: string, parts: Parts): Promise<void> {
  const { look, intake, tally } = parts
  const { untold } = look
  intake.begin()
  for (const match of look.end(file, identity)) await intake.take(match)
  await intake.flush()
  if (untold > 0) tally.trouble(leftOut('matches of a file that has more than are told', file, 0), untold)
}

function isBrokenArchive(error: unknown): error is Error & { code: string } {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && /^(Z_|ZSTD_)/.test(code)
}

/** Waits until another batch may wait for the store, whose room the collectors' flows need too. */
async function storeRoom({ config, layout }: FlowImportRun, stop: AbortSignal): Promise<void> {
  const most = config.collectors.flow.waiting_mb * 1_000_000 * waitingShare
  while ((await waitingBytes(layout)) > most) {
    if (stop.aborted || (await claimedBy(layout.pidFile)) === undefined)
      throw new Failure(
        'SUNDEW_IMPORT_ROOM',
        exitCode.unavailable,
        'the import ended early: as many flows wait for the store as may. Start Sundew, which takes them, and run the same command again: what was read is not read again.',
      )
    await sleep(lookEveryMs)
  }
}

/** Waits until the hub has taken the flows that were imported; where Sundew does not run, says when it will. */
async function waitUntilStored(layout: Layout, stop: AbortSignal): Promise<void> {
  const ours = new Set((await listBatchFiles(layout.flows)).map(({ id }) => id))
  for (;;) {
    const left = (await listBatchFiles(layout.flows)).filter(({ id }) => ours.has(id))
    if (left.length === 0 && (await waitingInJournal(layout)) === 0)
      return note('Everything imported is in the store.')
    const flows = countText(left.reduce((sum, { rows }) => sum + rows, 0))
    if ((await claimedBy(layout.pidFile)) === undefined)
      return note(`${flows} flows wait on disk for the next start of "sundew up".`)
    if (stop.aborted) return note(`${flows} flows wait for the store; Sundew goes on with them.`)
    await sleep(lookEveryMs)
  }
}

async function waitingBytes(layout: Layout): Promise<number> {
  let bytes = 0
  for (const { path } of await listBatchFiles(layout.flows))
    bytes += await stat(path).then(
      ({ size }) => size,
      () => 0, // The hub took it meanwhile.
    )
  return bytes
}
