import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { unpackTree, type PackedTree } from './packed-tree.ts'

/** `SUNDEWTREE1\n`, SHA-256 of the rest, the rest: a packed tree under Brotli. */
export const assetMagic = 'SUNDEWTREE1\n'

const digestBytes = 32
let debian: PackedTree | undefined

/** The tree of Debian 12: read once in a process, shared by all machines. `scripts/make-tree.ts` makes it. */
export function debianTree(): PackedTree {
  debian ??= openAsset(readFileSync(join(import.meta.dirname, '../../../assets/machine/debian-12.tree')))
  return debian
}

/** @throws Error where the file is damaged */
export function openAsset(bytes: Uint8Array): PackedTree {
  const rest = bytes.subarray(assetMagic.length + digestBytes)
  const digest = Buffer.from(bytes.subarray(assetMagic.length, assetMagic.length + digestBytes))
  const isWhole =
    Buffer.from(bytes.subarray(0, assetMagic.length)).toString() === assetMagic &&
    createHash('sha256').update(rest).digest().equals(digest)
  if (!isWhole) throw new Error('The tree of files for machines is damaged: install Sundew again.')
  return unpackTree(brotliDecompressSync(rest))
}
