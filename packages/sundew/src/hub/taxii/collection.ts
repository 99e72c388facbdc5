import { type FileHandle, open } from 'node:fs/promises'
import { keyHash } from '../../intel/publish/keys.ts'
import { readAdded } from '../../intel/publish/taxii.ts'
import { uuid5 } from '../../intel/publish/uuid5.ts'
import { Growing64 } from './growing64.ts'

/** A publication of the target `taxii` (`intel/publish/taxii.ts`). */
export interface CollectionSource {
  readonly name: string
  /** The file that it lies in. */
  readonly path: string
}

/** What is asked of a collection. */
export interface Question {
  /** ms since 1970: only what was added later. */
  readonly addedAfter?: number | undefined
  /** Where the page before ended: {@link Page.next}. */
  readonly next?: Position | undefined
  readonly limit: number
  readonly ids?: readonly string[] | undefined
  readonly types?: readonly string[] | undefined
  /** Only objects of this very time of change. */
  readonly modified?: readonly string[] | undefined
}

/** The last object of a page: it is found again also where the file was written anew since. */
export interface Position {
  readonly added: number
  readonly id: string
}

export interface Added {
  /** RFC 3339. */
  readonly added: string
  readonly id: string
  readonly modified: string
  /** The object, as JSON. */
  readonly object: string
}

export interface Page {
  readonly objects: readonly Added[]
  /** There is more: it is asked for with this. */
  readonly next: Position | undefined
}

/** Read at once, bytes; an object is some 600. */
const blockBytes = 1 << 20
/** Lines that one question looks at, at the most. */
const mostLooked = 200_000

/** Where each line begins, when it was added, and what it is: some 25 bytes each. */
interface Index {
  readonly of: string
  readonly offsets: Float64Array
  readonly added: Float64Array
  readonly ids: Float64Array
  /** Lines that are no indicators. */
  readonly identities: ReadonlySet<number>
  readonly bytes: number
}

/** A collection as it lies in its file, which is written anew beside us at any time and then looked at anew. */
export class Collection {
  readonly id: string
  readonly name: string
  readonly #path: string
  #index: Promise<Index> | undefined
  #of = ''

  constructor({ name, path }: CollectionSource) {
    this.id = uuid5(`collection ${name}`)
    this.name = name
    this.#path = path
  }

  async page(question: Question): Promise<Page> {
    let file: FileHandle
    try {
      file = await open(this.#path, 'r')
    } catch (error) {
      // Nothing was published yet.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { objects: [], next: undefined }
      throw error
    }
    try {
      return await pageOf(file, await this.#indexOf(file), question)
    } finally {
      await file.close()
    }
  }

  async #indexOf(file: FileHandle): Promise<Index> {
    const { ino, mtimeMs, size } = await file.stat()
    const of = `${ino} ${mtimeMs} ${size}`
    if (this.#of !== of) {
      this.#of = of
      this.#index = indexFile(file, of)
    }
    try {
      return await this.#index!
    } catch (error) {
      this.#of = ''
      throw error
    }
  }
}

async function indexFile(file: FileHandle, of: string): Promise<Index> {
  const [offsets, added, ids] = [new Growing64(), new Growing64(), new Growing64()]
  const identities = new Set<number>()
  let bytes = 0
  for await (const { at, line } of linesFrom(file, 0)) {
    bytes = at + line.length + 1
    const read = readAdded(line)
    if (!read) continue
    if (read.object.startsWith('{"type":"identity"')) identities.add(offsets.length)
    offsets.push(at)
    added.push(Date.parse(read.added))
    ids.push(keyHash(idOf(read.object)))
  }
  return { of, offsets: offsets.view, added: added.view, ids: ids.view, identities, bytes }
}

async function pageOf(file: FileHandle, index: Index, question: Question): Promise<Page> {
  const { addedAfter, next, limit, ids, types, modified } = question
  let from = addedAfter === undefined ? 0 : firstAfter(index.added, addedAfter)
  if (next) from = Math.max(from, placeOf(index, next))
  const known = ids && new Set(ids.map(keyHash))
  const objects: Added[] = []
  let looked = 0
  let last: Position | undefined
  let reading: AsyncGenerator<{ readonly at: number; readonly line: string }> | undefined
  let readTo = -1
  try {
    for (let line = from; line < index.offsets.length; line++) {
      if (known && !known.has(index.ids[line]!)) continue
      if (types && !types.includes(index.identities.has(line) ? 'identity' : 'indicator')) continue
      if (last && (objects.length >= limit || looked >= mostLooked)) return { objects, next: last }
      looked++
      if (!reading || readTo !== line) {
        await reading?.return(undefined)
        reading = linesFrom(file, index.offsets[line]!)
      }
      const read = readAdded((await reading.next()).value?.line ?? '')
      readTo = line + 1
      if (!read) continue
      const id = idOf(read.object)
      last = { added: index.added[line]!, id }
      const its = /"modified":"([^"]*)"/.exec(read.object)?.[1] ?? ''
      if ((ids && !ids.includes(id)) || (modified && !modified.includes(its))) continue
      objects.push({ added: read.added, id, modified: its, object: read.object })
    }
    return { objects, next: undefined }
  } finally {
    await reading?.return(undefined)
  }
}

/** The line behind one; where it is gone, the first that was added at the same moment. */
function placeOf({ added, ids }: Index, { added: when, id }: Position): number {
  const first = firstAfter(added, when - 1)
  const wanted = keyHash(id)
  for (let line = first; line < added.length && added[line] === when; line++)
    if (ids[line] === wanted) return line + 1
  return first
}

/** The first that is greater; numbers ascend. */
function firstAfter(numbers: Float64Array, value: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

function idOf(object: string): string {
  return /"id":"([^"]{1,100})"/.exec(object)?.[1] ?? ''
}

/** Lines and where they begin. The file is ASCII: a character is a byte. */
async function* linesFrom(
  file: FileHandle,
  offset: number,
): AsyncGenerator<{ readonly at: number; readonly line: string }> {
  const block = Buffer.allocUnsafe(blockBytes)
  let rest = ''
  let at = offset
  for (let position = offset; ;) {
    const { bytesRead } = await file.read(block, 0, blockBytes, position)
    if (bytesRead === 0) return
    position += bytesRead
    const lines = (rest + block.toString('latin1', 0, bytesRead)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      yield { at, line }
      at += line.length + 1
    }
    // What has no line ends is no file of ours.
    if (rest.length > blockBytes) return
  }
}
