import { addAbortListener } from 'node:events'
import { byteString, byteStringOf, bytesOf, type ByteString } from '../event/bytes.ts'
import type { BatchStaging } from '../importers/batch-staging.ts'
import { filesUnder, type FoundFile, openRegular } from '../importers/files.ts'
import { type LogSegment, logSegments } from '../importers/firewall-segments.ts'
import { unwrapped, unwrappedStream } from '../importers/flows/unwrapped.ts'
import { leftOut, trouble, type Trouble } from '../importers/importer.ts'
import { isJournal } from '../wire/syslog/journal-entries.ts'
import type { FirewallColumns } from '../wire/firewall/columns.ts'
import type { BatchImportDesk } from './import-batch-run.ts'
import { brokenArchive, tellMatches } from './import-desk.ts'
import type { FirewallRows, Left } from './import-firewall-rows.ts'
import { SegmentTimes } from './import-firewall-times.ts'
import type { ImportLook } from './import-matches.ts'
import type { ImportTally } from './import-tally.ts'
import { note } from './output.ts'
import type { Progress } from './progress.ts'
import { countText } from './text.ts'

/** Bytes of a line that are shown. */
const sampleBytes = 200
/** Files whose time is before have none worth the name. */
const earliest = Date.UTC(2000, 0)
const lf = 0x0a

export interface FirewallLogsParts extends Pick<BatchImportDesk, 'known' | 'intake' | 'stop'> {
  readonly staging: BatchStaging
  readonly rows: FirewallRows
  readonly look: ImportLook<FirewallColumns>
  readonly tally: ImportTally
  readonly progress: Progress
  /** Older lines are left out, ms since 1970: whole seconds. */
  readonly oldestMs: number
  readonly device?: string | undefined
  readonly again: boolean
}

/** A log on its way. */
interface Log {
  readonly file: ByteString
  readonly pieces: AsyncIterable<Uint8Array>
  /** When its last line was written at the latest, ms since 1970. */
  readonly asOf: number
}

const reasons: Readonly<Record<Exclude<Left, 'expired' | 'future'>, string>> = {
  unread: 'lines that no firewall is known to write',
  long: 'lines that are too long',
  other: 'lines that tell of no packet',
  noise: 'answers, and packets from inside (--keep-noise brings them in)',
}

/** Takes logs one after the other, each line of them once. */
export class FirewallLogs {
  readonly #parts: FirewallLogsParts
  readonly #times: SegmentTimes
  #future = 0
  #timeless = 0

  constructor(parts: FirewallLogsParts) {
    this.#parts = parts
    this.#times = new SegmentTimes(parts)
  }

  /** A file, the files under a folder, or standard input (`-`). */
  async take(path: string): Promise<void> {
    const { stop, tally } = this.#parts
    if (path === '-') return this.#input()
    for await (const found of filesUnder(path)) {
      if (stop.aborted) return
      if (found.found === 'trouble') tally.trouble(found)
      else await this.#file(found)
    }
  }

  /** What is no trouble of one file's. */
  tell(): void {
    if (this.#future > 0)
      note(`${countText(this.#future)} left out: their time is yet to come, a clock was wrong`)
    if (this.#timeless > 0)
      note(`${countText(this.#timeless)} tell no time: they have that of the line before, or of the file`)
  }

  async #file({ file, name }: FoundFile): Promise<void> {
    const handle = await openRegular(file, true)
    if (!handle) return this.#parts.tally.trouble(trouble('not a regular file', file))
    try {
      const { mtimeMs } = await handle.stat()
      const now = Date.now()
      await this.#log(
        { file, pieces: unwrapped(handle), asOf: mtimeMs > earliest ? Math.min(now, mtimeMs) : now },
        Buffer.from(bytesOf(name))
          .toString('latin1')
          .replace(/\.(gz|zst)$/, ''),
      )
    } finally {
      await handle.close()
    }
  }

  async #input(): Promise<void> {
    const { stop } = this.#parts
    const listening = addAbortListener(stop, () => process.stdin.destroy())
    const log = {
      file: byteStringOf('-'),
      pieces: unwrappedStream(process.stdin as AsyncIterable<Uint8Array>),
      asOf: Date.now(),
    }
    await this.#log(log, '').catch((error: unknown) => {
      if (!stop.aborted) throw error
    })
    listening[Symbol.dispose]()
  }

  async #log({ file, pieces, asOf }: Log, name: string): Promise<void> {
    const { rows, look, known, stop, tally, device } = this.#parts
    rows.begin(device === undefined ? Buffer.from(name, 'latin1') : Buffer.from(device), asOf)
    look.begin()
    let [lines, skipped] = [0, false]
    const whole = endingWhereBroken(pieces, file, (broken) => tally.trouble(broken))
    for await (const segment of logSegments(whole, known)) {
      if (stop.aborted) return
      if (segment.offset === 0 && isJournal(segment.bytes, 0, segment.bytes.length)) {
        tally.trouble(
          trouble('exports of a journal ("journalctl -o short-iso" writes what can be imported)', file),
        )
        return
      }
      const before = this.#parts.progress.count
      skipped = !(await this.#segment(file, segment)) || skipped
      lines += this.#parts.progress.count - before
    }
    this.#timeless += rows.timeless
    if (lines > 0 && rows.told === 0 && !skipped)
      tally.trouble(trouble('files with no line to bring in', file))
  }

  /** False where it is known. */
  async #segment(file: ByteString, segment: LogSegment): Promise<boolean> {
    const { rows, staging, tally, progress } = this.#parts
    const { bytes, midLine, offset, identity } = segment
    const count = linesIn(bytes)
    progress.reach(progress.count + count)
    const taking = this.#times.of(segment)
    if (!taking) {
      rows.pass(bytes, midLine)
      tally.count('known', count)
      return false
    }
    await staging.begin(taking.identity, taking.nth)
    const left = new Map<Left, { count: number; first: readonly [number, number] }>()
    const batches = rows.take(bytes, midLine, taking.times, (why, from, to) => {
      const before = left.get(why)
      if (before) before.count++
      else left.set(why, { count: 1, first: [from, to] })
    })
    for (const batch of batches) await staging.write(batch)
    await tellMatches(file, identity, this.#parts)
    const expired = left.get('expired')?.count ?? 0
    await staging.end([...taking.keys, ...segment.keys, ...(expired > 0 ? taking.expiredKeys : [])])
    tally.count('expired', expired)
    this.#future += left.get('future')?.count ?? 0
    for (const [why, { count: times, first }] of left)
      if (why !== 'expired' && why !== 'future') tally.trouble(told(why, file, offset, bytes, first), times)
    return true
  }
}

function told(
  why: keyof typeof reasons,
  file: ByteString,
  offset: number,
  bytes: Buffer,
  [from, to]: readonly [number, number],
): Trouble {
  const found = leftOut(reasons[why], file, offset + from)
  if (why !== 'unread') return found
  return { ...found, sample: byteString(bytes.subarray(from, Math.min(to, from + sampleBytes))) }
}

/** What is there of a log, where the archive it is in is broken. */
async function* endingWhereBroken(
  pieces: AsyncIterable<Uint8Array>,
  file: ByteString,
  tell: (broken: Trouble) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } catch (error) {
    const broken = brokenArchive(error, file)
    if (!broken) throw error
    tell(broken)
  }
}

function linesIn(bytes: Buffer): number {
  let lines = bytes.at(-1) === lf ? 0 : 1
  for (let at = bytes.indexOf(lf); at >= 0; at = bytes.indexOf(lf, at + 1)) lines++
  return lines
}
