import {
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { listLimits } from '../../intel/files/limits.ts'
import { type ListSpec, readList } from '../../intel/files/read.ts'
import type { ListReport } from '../../intel/files/tally.ts'
import { AddressSetBuilder } from '../../match/address-set-builder.ts'

/** A list to be built in. */
export interface ListToBuild {
  readonly spec: ListSpec
  /** Where the last good copy of the file lies, if there is one; written here. */
  readonly copy: string
  /** The file changed since it was last read. */
  readonly changed: boolean
  /** Entries of the copy; 0 where there is none. */
  readonly entries: number
}

export interface BuildRequest {
  readonly lists: readonly ListToBuild[]
  readonly folder: string
  readonly version: number
  readonly now: number
}

export interface BuiltList {
  /** Of the copy that is in the set; undefined where the list has none. */
  readonly report: ListReport | undefined
  /** Why the file was not taken, and the former copy was; undefined where all is well. */
  readonly trouble: string | undefined
}

export interface Built {
  readonly path: string
  readonly entries: number
  readonly lists: readonly BuiltList[]
  readonly bytes: number
}

/** A list that has lost more than half is not believed: its maker's server may have broken off. Small ones come and go. */
const shrinkFrom = 100
/** A file that has stayed so long, milliseconds, is as its maker wants it. */
const believedAfterMs = 24 * 3_600_000

/** The name of a set's file by its version. */
export function setFile(folder: string, version: number): string {
  return join(folder, `set-${version}.bin`)
}

/**
 * Reads the lists and writes the set of them, whole or not at all. A list that cannot be read, is empty or has lost more
 * than half of its entries is left as it was: its last good copy is built in. Takes seconds; run in a thread of its own.
 *
 * @throws where the set can't be written
 */
export function buildSet({ lists, folder, version, now }: BuildRequest): Built {
  const builder = new AddressSetBuilder()
  const built = lists.map((list): BuiltList => {
    const trouble = list.changed ? takeCopy(list, now) : undefined
    if (!exists(list.copy)) return { report: undefined, trouble }
    const source = builder.source(list.spec.name)
    const report = readList({ ...list.spec, path: list.copy }, ({ first, last, title, link }) =>
      builder.add(first, last, builder.label(source, title, link)),
    )
    return { report, trouble }
  })
  const bytes = builder.toBytes()
  const path = setFile(folder, version)
  writeWhole(path, bytes)
  return {
    path,
    entries: built.reduce((sum, { report }) => sum + (report?.entries ?? 0), 0),
    lists: built,
    bytes: bytes.length,
  }
}

/** Puts the file as it is now in the place of the last good copy; says why not, where it is not good. */
function takeCopy({ spec, copy, entries: before }: ListToBuild, now: number): string | undefined {
  const part = `${copy}.part`
  try {
    const { size, mtimeMs } = statSync(spec.path)
    if (size > listLimits.fileBytes) return `it has ${size} bytes, more than ${listLimits.fileBytes}`
    // Copied first: what is judged is then what is kept, whoever writes to the file meanwhile.
    copyFileSync(spec.path, part)
    const { entries, bad, examples } = readList({ ...spec, path: part }, () => true)
    if (entries === 0)
      return bad === 0 ? 'it has no addresses' : `nothing in it could be read: ${examples[0] ?? ''}`
    if (before >= shrinkFrom && entries < before / 2 && now - mtimeMs < believedAfterMs)
      return `it has ${entries} entries and had ${before}`
    renameSync(part, copy)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    rmSync(part, { force: true })
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const part = `${path}.part`
  const file = openSync(part, 'w', 0o600)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(part, path)
}
