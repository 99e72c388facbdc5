import type { KeptFile } from '../publisher.ts'
import { headLines, readHead, type ZoneHead } from './head.ts'

/** A line is shorter: an owner of up to 253 characters, a name or an address of up to 100. */
const longestLine = 4_096
/** Read at once, bytes. */
const blockBytes = 1 << 20
/** Behind every name: the owners of addresses and name servers. */
const afterNames = '\uffff'

/** A zone's file as it lies there, without comments: a record a line, sorted; looked into where one likes. */
export class ZoneText {
  readonly #file: KeptFile
  readonly head: ZoneHead
  /** Where its records begin. */
  readonly from: number

  private constructor(file: KeptFile, head: ZoneHead, from: number) {
    this.#file = file
    this.head = head
    this.from = from
  }

  /** Undefined where it does not begin as a zone of ours. */
  static of(file: KeptFile): ZoneText | undefined {
    const start = file.read(0, longestLine).toString('latin1')
    const lines = start.split('\n', headLines)
    const head = readHead(lines)
    return (
      head &&
      new ZoneText(
        file,
        head,
        lines.reduce((sum, line) => sum + line.length + 1, 0),
      )
    )
  }

  get bytes(): number {
    return this.#file.bytes
  }

  read(from: number, to: number): Buffer {
    return this.#file.read(from, to)
  }

  *blocks(from: number, to: number): Generator<Buffer> {
    for (let at = from; at < to; at += blockBytes) yield this.#file.read(at, Math.min(to, at + blockBytes))
  }

  /** The bytes of the records of a name and of all below it, or where they would be; undefined where a line is too long for one of ours. */
  recordsOf(name: string): { readonly from: number; readonly to: number } | undefined {
    const key = sortedBy(name)
    // What parts labels comes first: what is below the name lies before what would follow that.
    const [from, to] = [this.#firstFrom(key), this.#firstFrom(`${key}\u0001`)]
    return from === undefined || to === undefined ? undefined : { from, to }
  }

  /** Where the first record begins whose owner is the key's or comes after it. */
  #firstFrom(key: string): number | undefined {
    let low = this.from
    let high = this.#file.bytes
    while (low < high) {
      const line = this.#lineAt(low + Math.floor((high - low) / 2))
      if (!line) return undefined
      const { from, to, owner } = line
      if (keyOf(owner) < key) low = to
      else high = from
    }
    return low
  }

  #lineAt(at: number): { readonly from: number; readonly to: number; readonly owner: string } | undefined {
    const start = Math.max(this.from, at - longestLine)
    const bytes = this.#file.read(start, Math.min(this.#file.bytes, at + longestLine))
    const before = bytes.lastIndexOf(10, at - start - 1)
    const from = at === start || before < 0 ? start : start + before + 1
    const end = bytes.indexOf(10, at - start)
    if (end < 0 || (from === start && start !== this.from)) return undefined
    const line = bytes.toString('latin1', from - start, end)
    return { from, to: start + end + 1, owner: line.slice(0, line.indexOf(' ')) }
  }
}

/** Names sort by their labels from the right; what parts them comes before whatever may stand in one. */
export function sortedBy(name: string): string {
  return name.split('.').toReversed().join('\u0000')
}

function keyOf(owner: string): string {
  if (/\.rpz-[a-z]+$/.test(owner)) return afterNames
  return sortedBy(owner.startsWith('*.') ? owner.slice(2) : owner)
}
