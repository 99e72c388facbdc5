import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** The name of an address set's file by its version. */
export function setFile(folder: string, version: number): string {
  return join(folder, `set-${version}.bin`)
}

/** The same of the set of names, URLs, hashes …. */
export function namesFile(folder: string, version: number): string {
  return join(folder, `names-${version}.bin`)
}

/** Writes a file whole or not at all. */
export function writeWhole(path: string, bytes: Uint8Array): void {
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

/** How long a set stays that is no longer in force, milliseconds: whoever was told of it may only be about to read it. */
const lingerMs = 60_000

/** Removes sets but the one in force, the one before, and those of the last minute. */
export function sweepSets(folder: string, version: number, now: number = Date.now()): void {
  for (const name of readdirSync(folder)) {
    const of = /^(?:set|names)-(\d+)\.bin(?:\.part)?$/.exec(name)?.[1]
    if (of === undefined || Number(of) >= version - 1) continue
    const path = join(folder, name)
    // By its change: one that is the same as the one before is as old as that.
    const changed = statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0
    if (now - changed > lingerMs) rmSync(path, { force: true })
  }
}

/** Removes what pulls left that were cut short, and copies of lists as they were kept before there was a book. */
export function sweepLeftovers(folder: string): void {
  for (const name of readdirSync(folder))
    if (/^(?:list-[0-9a-f]{16}|fetched-)/.test(name)) rmSync(join(folder, name), { force: true })
}
