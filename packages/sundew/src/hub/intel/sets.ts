import { existsSync, linkSync, readFileSync, rmSync } from 'node:fs'
import type { ToCollectors } from '../../core/collector-messages.ts'
import { AddressSet } from '../../match/address-set.ts'
import { NameSet } from '../../match/name-set.ts'
import { NameSetBuilder } from '../../match/name-set-builder.ts'
import { namesFile, setFile, sweepSets, writeWhole } from './set-files.ts'
import { type IntelState, StateFile } from './state.ts'

/** Sets to be put in force; `same` are those that are. */
export interface NewSets {
  readonly addresses: Uint8Array | 'same'
  /** Undefined where nothing of names, URLs and so on is listed. */
  readonly names: Uint8Array | 'same' | undefined
}

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
  put(made: NewSets, more: Omit<IntelState, 'version' | 'names'>): void {
    const version = this.#state.version + 1
    const names = made.names === 'same' ? this.#state.names : made.names !== undefined
    this.#write(setFile, version, made.addresses)
    if (names) this.#write(namesFile, version, made.names!)
    const before = this.#loaded?.version === version - 1 ? this.#loaded : undefined
    // Made of what is looked up in already, where little has changed.
    this.#loaded = before && {
      version,
      addresses: made.addresses === 'same' ? before.addresses : AddressSet.from(made.addresses),
      names: made.names === 'same' ? before.names : namesOf(made.names),
    }
    this.#state = { version, names, ...more }
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
      names: namesOf(names ? readFileSync(namesFile(this.#folder, version)) : undefined),
    }
    return this.#loaded
  }

  get there(): boolean {
    return this.#state.version > 0 && existsSync(setFile(this.#folder, this.#state.version))
  }

  #write(file: typeof setFile, version: number, made: Uint8Array | 'same'): void {
    const path = file(this.#folder, version)
    if (made !== 'same') return writeWhole(path, made)
    // What a hub left that was killed.
    rmSync(path, { force: true })
    linkSync(file(this.#folder, version - 1), path)
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

function namesOf(bytes: Uint8Array | undefined): NameSet {
  return bytes ? NameSet.from(bytes) : new NameSetBuilder().build()
}
