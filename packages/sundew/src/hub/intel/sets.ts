import { existsSync, readFileSync } from 'node:fs'
import type { ToCollectors } from '../../core/collector-messages.ts'
import { AddressSet } from '../../match/address-set.ts'
import { NameSet } from '../../match/name-set.ts'
import { NameSetBuilder } from '../../match/name-set-builder.ts'
import type { Built } from './build.ts'
import { namesFile, setFile, sweepSets, writeWhole } from './set-files.ts'
import { type IntelState, StateFile } from './state.ts'

/** The sets in force: files of a version, and what they were made of. */
export class Sets {
  readonly #folder: string
  readonly #tell: (message: ToCollectors) => void
  readonly #file: StateFile
  #state: IntelState
  #loaded: { readonly version: number; readonly addresses: AddressSet; readonly names: NameSet } | undefined

  constructor(folder: string, tell: (message: ToCollectors) => void) {
    this.#folder = folder
    this.#tell = tell
    this.#file = new StateFile(folder)
    this.#state = this.#file.readSync()
  }

  get state(): IntelState {
    return this.#state
  }

  /** Those that were in force when the hub last ended; false where they can't be read: they are made anew. */
  takeUp(): boolean {
    const { version, entries } = this.#state
    if (version === 0) return false
    try {
      // Read whole: a file that was damaged is not told to anybody.
      this.load()
    } catch {
      this.#state = { ...this.#state, entries, basis: '', names: false }
      return false
    }
    this.#inForce()
    return true
  }

  /** Puts new ones in force. */
  put(built: Built, more: Pick<IntelState, 'made' | 'basis' | 'lists'>): void {
    const version = this.#state.version + 1
    writeWhole(setFile(this.#folder, version), built.addresses)
    if (built.names) writeWhole(namesFile(this.#folder, version), built.names)
    this.#state = {
      version,
      entries: built.entries,
      names: built.names !== undefined,
      until: Number.isFinite(built.until) ? built.until : null,
      ...more,
    }
    this.#loaded = undefined
    this.#file.write(this.#state)
    this.#inForce()
    sweepSets(this.#folder, version)
  }

  /** The sets as they are looked up in; read when they are first asked for. */
  load(): { readonly addresses: AddressSet; readonly names: NameSet } {
    const { version, names } = this.#state
    if (this.#loaded?.version === version) return this.#loaded
    this.#loaded = {
      version,
      addresses: AddressSet.from(readFileSync(setFile(this.#folder, version))),
      names: names
        ? NameSet.from(readFileSync(namesFile(this.#folder, version)))
        : new NameSetBuilder().build(),
    }
    return this.#loaded
  }

  get there(): boolean {
    return this.#state.version > 0 && existsSync(setFile(this.#folder, this.#state.version))
  }

  #inForce(): void {
    const { version, entries, names } = this.#state
    this.#tell({
      type: 'set',
      path: setFile(this.#folder, version),
      ...(names && { names: namesFile(this.#folder, version) }),
      version,
      entries,
    })
  }
}
