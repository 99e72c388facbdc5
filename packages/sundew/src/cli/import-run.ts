import { mkdir, stat } from 'node:fs/promises'
import type { Config } from '../config.ts'
import { JournalError } from '../core/journal/writer.ts'
import type { Layout } from '../core/layout.ts'
import { readable } from '../event/bytes.ts'
import type { Importer, Trouble } from '../importers/importer.ts'
import { Intake } from '../importers/intake.ts'
import { KnownImports } from '../importers/known.ts'
import { claim } from './claim.ts'
import { exitCode, Failure } from './failure.ts'
import { ImportRoom } from './import-room.ts'
import { waitUntilStored } from './import-wait.ts'
import { note } from './output.ts'
import { plain } from './plain.ts'
import { Progress } from './progress.ts'
import { Finding } from './run.ts'
import { countText } from './text.ts'

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
  const { importer, config, layout } = run
  for (const path of run.paths) await stat(path) // before anything is made
  await ownDirectory(layout)
  await using _claimed = await claim(
    layout.importPidFile,
    (pid) =>
      new Failure(
        'SUNDEW_IMPORT_RUNS',
        exitCode.unavailable,
        `process ${pid} already imports into ${layout.data}. Wait until it is done, or stop it (kill ${pid}): what it has not brought in yet can be imported afterwards.`,
      ),
  )
  await mkdir(layout.importJournal, { recursive: true, mode: 0o700 })
  const stop = stopSignal()
  const room = await ImportRoom.open(config, layout, stop)
  const known = await KnownImports.open(layout.imports)
  const days = importer.lifetime === 'mails' ? config.keep.mails_days : config.keep.events_days
  const tally = new Tally(importer.name, days)
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

async function take(run: ImportRun, intake: Intake, tally: Tally, stop: AbortSignal): Promise<void> {
  using progress = new Progress(`${run.importer.name}s read`)
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

/** What came of it, in words. */
class Tally {
  readonly #things: string
  readonly #days: number
  #known = 0
  #expired = 0
  readonly #troubles = new Map<string, { count: number; first: Trouble }>()

  constructor(name: string, days: number) {
    this.#things = `${name}s`
    this.#days = days
  }

  get troubled(): boolean {
    return this.#troubles.size > 0
  }

  count(what: 'taken' | 'known' | 'expired'): void {
    if (what === 'known') this.#known++
    if (what === 'expired') this.#expired++
  }

  trouble(one: Trouble): void {
    const before = this.#troubles.get(one.reason)
    if (before) before.count++
    else this.#troubles.set(one.reason, { count: 1, first: one })
  }

  tell(durable: number): void {
    note(`${countText(durable)} ${this.#things} imported`)
    if (this.#known > 0) {
      note(`${countText(this.#known)} left out: imported before (--again brings them in once more)`)
    }
    if (this.#expired > 0) {
      note(
        `${countText(this.#expired)} left out: older than ${this.#days} days, the store would remove them at once. Raise keep.${this.#things}_days in sundew.yaml, start Sundew again, and import them then`,
      )
    }
    for (const [reason, { count, first }] of this.#troubles) {
      note(
        plain(
          `${countText(count)} left out: ${reason}; the first: ${readable(first.file)} at byte ${first.offset}`,
        ),
      )
    }
  }
}

function notWritten(cause: JournalError): Failure {
  return new Failure(
    'SUNDEW_JOURNAL_WRITE',
    exitCode.unavailable,
    `${cause.message}: the disk is full or broken. Make room and run the same command again: what is imported is not imported twice.`,
    { cause },
  )
}

/** The files must be its who runs Sundew, or the hub could not read them. */
async function ownDirectory({ data }: Layout): Promise<void> {
  const found = await stat(data).catch(() => undefined)
  const own = process.getuid?.()
  if (!found || own === undefined || found.uid === own) return
  throw new Failure(
    'SUNDEW_NOT_ALLOWED',
    exitCode.unavailable,
    `${data} belongs to user ${found.uid}, and this is user ${own}: what it brought in could not be read there. Run this command as the user that runs Sundew.`,
  )
}

/** Aborts at Ctrl-C: the batch at hand is kept. */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
  return stop.signal
}
