import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { ToCollectors } from '../../core/collector-messages.ts'
import type { Log } from '../../core/log.ts'
import type { ListSpec } from '../../intel/files/read.ts'
import type { ListReport } from '../../intel/files/tally.ts'
import { AddressSet } from '../../match/address-set.ts'
import { pause } from '../connection.ts'
import { buildApart } from './build-apart.ts'
import { type Built, setFile } from './build.ts'
import { type IntelState, noState, StateFile } from './state.ts'

/** A section of `intel.files`. */
export interface ListSection {
  readonly path: string
  readonly name?: string | undefined
  readonly format: ListSpec['format']
  readonly column?: number | string | undefined
  readonly link?: string | undefined
}

export interface IntelListsOptions {
  readonly files: readonly ListSection[]
  readonly folder: string
  /** Tells the collectors. */
  readonly tell: (message: ToCollectors) => void
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  readonly log: Log
  readonly pollMs?: number
}

/** A list and how it stands. */
export interface ListStatus {
  readonly name: string
  readonly path: string
  readonly report: ListReport | undefined
  readonly trouble: string | undefined
}

/** How often the files are looked at, milliseconds. */
const usualPollMs = 5_000
/** One that was not taken is looked at again after so long though it has not changed, milliseconds. */
const againMs = 3_600_000

/**
 * Watches the lists of the configuration and keeps the set of them in force: built apart, told to the collectors, and
 * there again at once after a restart. A list that turns bad stays as it last was.
 */
export class IntelLists {
  readonly #options: IntelListsOptions
  readonly #lists: readonly { readonly spec: ListSpec; readonly key: string; readonly copy: string }[]
  readonly #file: StateFile
  #state: IntelState = noState
  #set: AddressSet | undefined
  /** Files as they were at the last look: one that is still being written changes until the next. */
  #before: string[] = []
  #status: readonly ListStatus[] = []
  #waiting: (() => void)[] = []
  #troubledAt = -Infinity

  constructor(options: IntelListsOptions) {
    this.#options = options
    this.#file = new StateFile(options.folder)
    this.#lists = options.files.map((section) => {
      const { spec, key } = listOf(section)
      return { spec, key, copy: join(options.folder, `list-${key}`) }
    })
  }

  /** The set in force; undefined before the first. */
  get set(): AddressSet | undefined {
    return this.#set
  }

  get version(): number {
    return this.#set ? this.#state.version : 0
  }

  get lists(): readonly ListStatus[] {
    return this.#status
  }

  /** Tells the collectors of the set in force, as when they have just come. */
  tellAgain(): void {
    if (!this.#set) return
    const { version, entries } = this.#state
    this.#options.tell({ type: 'set', path: setFile(this.#options.folder, version), version, entries })
  }

  /** Settles when a set newer than this version is in force, or the signal aborts. */
  async newerThan(version: number, signal: AbortSignal): Promise<void> {
    while (this.version <= version && !signal.aborted) {
      await new Promise<void>((wake) => {
        const done = () => {
          signal.removeEventListener('abort', done)
          wake()
        }
        signal.addEventListener('abort', done)
        this.#waiting.push(done)
      })
    }
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { folder, trouble, pollMs = usualPollMs } = this.#options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    this.#state = await this.#file.read()
    await this.#takeUp()
    for (let first = true; !signal.aborted; first = false) {
      try {
        await this.#look(first, signal)
      } catch (error) {
        if (signal.aborted) return
        trouble(
          'SUNDEW_INTEL_SET',
          'the set of listed addresses could not be made; the former stays in force',
          error,
        )
      }
      await pause(pollMs, signal)
    }
  }

  /** The set that was in force when the hub last ended. */
  async #takeUp(): Promise<void> {
    const { folder, log } = this.#options
    if (this.#state.version === 0) return
    try {
      this.#set = AddressSet.from(await readFile(setFile(folder, this.#state.version)))
      this.#inForce()
    } catch (error) {
      log.warn(`the set of listed addresses is made anew: ${String(error)}`)
      this.#state = { ...this.#state, lists: [] }
    }
  }

  async #look(first: boolean, signal: AbortSignal): Promise<void> {
    const seen = await Promise.all(this.#lists.map(({ spec }) => seenAs(spec.path)))
    const known = this.#lists.map(({ key }) => this.#state.lists.find((list) => list.key === key))
    // A file that was never read is read at once; one that changed when it has stopped changing.
    const again = performance.now() - this.#troubledAt > againMs
    const changed = seen.map((as, index) => {
      if (as === known[index]?.seen) return again && known[index].troubled
      return first || as === this.#before[index]
    })
    this.#before = seen
    const gone = this.#state.lists.length !== this.#lists.length || known.includes(undefined)
    const needed = this.#set === undefined ? this.#lists.length > 0 || this.#state.version > 0 : gone
    if (!changed.includes(true) && !needed) return
    await this.#build(seen, changed, signal)
  }

  async #build(seen: readonly string[], changed: readonly boolean[], signal: AbortSignal): Promise<void> {
    const { folder } = this.#options
    const version = this.#state.version + 1
    const entries = (index: number) =>
      this.#state.lists.find(({ key }) => key === this.#lists[index]!.key)?.entries ?? 0
    const built = await buildApart(
      {
        folder,
        version,
        now: Date.now(),
        lists: this.#lists.map(({ spec, copy }, index) => ({
          spec,
          copy,
          changed: changed[index]! || entries(index) === 0,
          entries: entries(index),
        })),
      },
      signal,
    )
    this.#set = AddressSet.from(await readFile(built.path))
    this.#state = {
      ...this.#state,
      version,
      entries: built.entries,
      lists: this.#lists.map(({ key }, index) => {
        const before = this.#state.lists.find((list) => list.key === key)?.seen
        return {
          key,
          // One that is not looked at yet is looked at the next time.
          seen: changed[index] || before === undefined ? seen[index]! : before,
          entries: built.lists[index]?.report?.entries ?? 0,
          bad: built.lists[index]?.report?.bad ?? 0,
          troubled: built.lists[index]?.trouble !== undefined,
        }
      }),
    }
    this.#troubledAt = performance.now()
    await this.#file.write(this.#state)
    this.#say(built)
    this.#inForce()
    await this.#sweep()
  }

  #inForce(): void {
    this.tellAgain()
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #say(built: Built): void {
    const { log, trouble } = this.#options
    this.#status = this.#lists.map(({ spec: { name, path } }, index) => ({
      name,
      path,
      report: built.lists[index]?.report,
      trouble: built.lists[index]?.trouble,
    }))
    log.info(`${built.entries} listed addresses, prefixes and ranges are in force`)
    const bad: string[] = []
    for (const { name, path, report, trouble: why } of this.#status) {
      if (report) log.info(`list ${name}: ${told(report)}`)
      if (why !== undefined)
        bad.push(`${name} (${path}): ${why}${report ? '; its last good copy stays in force' : ''}`)
      else if (report?.cut)
        bad.push(`${name} (${path}): it has more than is read; ${report.entries} entries are in force`)
    }
    if (bad.length > 0) trouble('SUNDEW_INTEL_LIST', `not every list was taken: ${bad.join('. ')}`)
  }

  /** Sets but the one in force and the one before, which a collector may still be reading, and copies of lists that are gone. */
  async #sweep(): Promise<void> {
    const { folder } = this.#options
    const kept = new Set(this.#lists.map(({ copy }) => basename(copy)))
    for (const name of await readdir(folder)) {
      const version = /^set-(\d+)\.bin(?:\.part)?$/.exec(name)?.[1]
      const old =
        version === undefined
          ? name.startsWith('list-') && !kept.has(name)
          : Number(version) < this.#state.version - 1
      if (old) await rm(join(folder, name), { force: true })
    }
  }
}

/** A section as it is read, and the key that its state is remembered by: another file or format is another list. */
export function listOf(section: ListSection): { readonly spec: ListSpec; readonly key: string } {
  const spec: ListSpec = {
    ...section,
    path: resolve(section.path),
    name: section.name ?? basename(section.path),
  }
  const key = createHash('sha256')
    .update(JSON.stringify([spec.name, spec.path, spec.format, spec.column ?? '', spec.link ?? '']))
    .digest('hex')
    .slice(0, 16)
  return { spec, key }
}

/** What tells one state of a file from another. */
async function seenAs(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(path)
    return `${size} ${mtimeMs} ${ino}`
  } catch (error) {
    return `none ${(error as NodeJS.ErrnoException).code ?? ''}`
  }
}

function told({ entries, format, masked, bad, examples, leftOut }: ListReport): string {
  const others = Object.entries(leftOut).map(([kind, count]) => `${count} ${kind}`)
  return [
    `${entries} entries (${format})`,
    ...(masked > 0 ? [`${masked} prefixes had bits after them`] : []),
    ...(others.length > 0 ? [`left out: ${others.join(', ')}`] : []),
    ...(bad > 0 ? [`${bad} could not be read (${examples.join('; ')})`] : []),
  ].join('; ')
}
