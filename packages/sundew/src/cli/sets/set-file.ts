import { open, readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { AddressSet } from '../../match/address-set.ts'
import { AddressSetBuilder } from '../../match/address-set-builder.ts'
import { RangeSet } from '../../match/ranges.ts'
import { readRanges } from '../../match/read-ranges.ts'
import { exitCode, Failure } from '../failure.ts'
import { note } from '../output.ts'

/** The largest file read, bytes, and the most entries taken of it. */
const maxBytes = 512 * 1024 * 1024
const maxEntries = 5_000_000
const badShown = 3
/** What a set in our binary form begins with. */
const binaryMagic = 'SNDWSET'

/**
 * The set in a file: text with an address, a prefix or a range a line (`#` and `;` begin comments; what follows a blank, tab
 * or comma is passed over), or our binary form. `-` is standard input.
 *
 * @throws Failure SUNDEW_SET_UNREADABLE where the file holds no set
 */
export async function readSet(path: string): Promise<RangeSet> {
  const bytes = await readAll(path)
  if (bytes.subarray(0, binaryMagic.length).toString('latin1') === binaryMagic) return fromBinary(bytes, path)
  return fromText(bytes, path)
}

/** In our binary form, which is read without parsing. */
export function binarySet(set: RangeSet): Uint8Array {
  const builder = new AddressSetBuilder()
  const label = builder.label(builder.source('set'))
  for (const { first, last } of set.prefixes()) builder.add(first, last, label)
  return builder.toBytes()
}

/** Whether a file of this name gets the binary form. */
export function isBinaryName(path: string): boolean {
  return extname(path) === '.set'
}

function fromBinary(bytes: Uint8Array, path: string): RangeSet {
  let set: AddressSet
  try {
    set = AddressSet.from(bytes)
  } catch (cause) {
    throw unreadable(path, `it begins as a set of ours and is damaged: ${(cause as Error).message}`)
  }
  return RangeSet.of(Array.from({ length: set.nodes }, (_, node) => set.prefix(node)))
}

function fromText(bytes: Buffer, path: string): RangeSet {
  const bad: string[] = []
  let wrong = 0
  const { set, entries, cut } = readRanges(bytes, maxEntries, (line, item) => {
    if (++wrong <= badShown) bad.push(`line ${line}: ${JSON.stringify(item.slice(0, 64))}`)
  })
  if (cut) throw unreadable(path, `it has more than ${maxEntries} entries`)
  if (wrong > 0 && entries === 0)
    throw unreadable(path, `no line of it is an address, a prefix or a range (${bad.join('; ')})`)
  if (wrong > 0)
    note(`${path}: ${wrong} lines left out that are no address, prefix or range (${bad.join('; ')})`)
  return set
}

async function readAll(path: string): Promise<Buffer> {
  if (path !== '-') {
    const facts = await stat(path)
    const size = facts.size
    if (size > maxBytes) throw unreadable(path, `it has more than ${maxBytes} bytes`)
    // A file is read at once; a pipe, which tells no size, comes in pieces and may have no end.
    if (facts.isFile()) return readFile(path)
  }
  const source = path === '-' ? process.stdin : (await open(path)).createReadStream()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of source as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) throw unreadable(path, `it has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function unreadable(path: string, why: string): Failure {
  return new Failure('SUNDEW_SET_UNREADABLE', exitCode.finding, `${path} is no set of addresses: ${why}.`)
}
