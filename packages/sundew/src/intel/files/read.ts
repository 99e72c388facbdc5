import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { readCsv } from './csv.ts'
import { looksLikeCsv } from './csv-columns.ts'
import { looksLikeHosts, readHosts } from './hosts.ts'
import { readJson } from './json.ts'
import { listLimits } from './limits.ts'
import { readPlain } from './plain.ts'
import type { Reading, Taker } from './taker.ts'

const pieceBytes = 256 * 1024

/** How a list's file is to be read: a section of `intel.files`. */
export interface ListSpec {
  readonly path: string
  readonly name: string
  readonly format: 'auto' | 'plain' | 'csv' | 'otx'
  readonly column?: number | string | undefined
  /** A page about the list, where an entry has none of its own. */
  readonly link?: string | undefined
}

export type ListFormat = 'plain' | 'hosts' | 'csv' | 'otx'

/**
 * Reads a list's file and tells what it holds, in the calling thread: a worker's.
 *
 * @throws what the file system says, where it can't be opened or read; TypeError where it is no file, or has not the column
 *   that is configured
 */
export function readFile({ path, format, column }: ListSpec, taker: Taker): Reading {
  const file = openSync(path, 'r')
  try {
    const sampled = Buffer.alloc(pieceBytes)
    const sample = sampled.toString('utf8', 0, readSync(file, sampled, 0, pieceBytes, 0))
    let cut = false
    const pieces = piecesOf(file, () => (cut = true))
    const reading = readPieces(pieces, taker, sample, format === 'auto' ? formatOf(sample) : format, column)
    return cut ? { ...reading, cut } : reading
  } finally {
    closeSync(file)
  }
}

/** Reads a list of this format. */
export function readPieces(
  pieces: Iterable<Uint8Array>,
  taker: Taker,
  sample: string,
  format: ListFormat,
  column?: number | string,
): Reading {
  switch (format) {
    case 'otx':
      return readJson(pieces, taker)
    case 'csv':
      return readCsv(pieces, taker, sample, { columns: { indicator: column } })
    case 'hosts':
      return readHosts(pieces, taker)
    case 'plain':
      return readPlain(pieces, taker)
  }
}

/** Which format a file is of, by its beginning. */
export function formatOf(sample: string): ListFormat {
  if (/^\uFEFF?\s*[[{]\s*["{[\]}]/.test(sample)) return 'otx'
  if (looksLikeHosts(sample)) return 'hosts'
  return looksLikeCsv(sample) ? 'csv' : 'plain'
}

/** The file in pieces, one buffer for all of them; `cut` is called where it has more than may be read. */
function* piecesOf(file: number, cut: () => void): Generator<Uint8Array> {
  const buffer = Buffer.alloc(pieceBytes)
  // A pipe or a device has no size, and would be read for ever.
  if (!fstatSync(file).isFile()) throw new TypeError('it is no file')
  for (let at = 0; at < listLimits.fileBytes;) {
    const bytes = readSync(file, buffer, 0, pieceBytes, at)
    if (bytes === 0) return
    yield buffer.subarray(0, bytes)
    at += bytes
  }
  cut()
}
