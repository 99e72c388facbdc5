import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { looksLikeCsv, readCsv } from './csv.ts'
import { readJson } from './json.ts'
import { listLimits } from './limits.ts'
import { readPlain } from './plain.ts'
import { type FoundEntry, type ListReport, Tally } from './tally.ts'

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

/**
 * Reads a list's file, in the calling thread: a worker's.
 *
 * @param tell called for each entry; false ends the reading
 * @throws what the file system says, where it can't be opened or read
 */
export function readList(spec: ListSpec, tell: (entry: FoundEntry) => boolean): ListReport {
  const file = openSync(spec.path, 'r')
  try {
    const tally = new Tally((entry) => tell({ ...entry, link: entry.link || (spec.link ?? '') }))
    const sampled = Buffer.alloc(pieceBytes)
    const sample = sampled.toString('utf8', 0, readSync(file, sampled, 0, pieceBytes, 0))
    const format = spec.format === 'auto' ? formatOf(sample) : spec.format
    const pieces = piecesOf(file, () => tally.end('size'))
    if (format === 'otx') readJson(pieces, tally)
    else if (format === 'csv') readCsv(pieces, tally, sample, spec.column)
    else readPlain(pieces, tally)
    return tally.report(format)
  } finally {
    closeSync(file)
  }
}

/** Which format a file is of, by its beginning. */
export function formatOf(sample: string): 'plain' | 'csv' | 'otx' {
  if (/^\uFEFF?\s*[[{]\s*["{[\]}]/.test(sample)) return 'otx'
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
