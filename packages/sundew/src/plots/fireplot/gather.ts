import { Counts, type Frame } from './counts.ts'
import { cellsOf } from './grid.ts'
import type { Points } from './points.ts'
import { PlotSources } from './sources.ts'

/** Events that a page holds one by one: some 8 MB, which a browser draws in 30 ms. */
export const mostPageEvents = 1_000_000
/** A page of more has columns so many times as narrow as its first picture's, to be enlarged. */
const finer = 4

/** What a page is made of. */
export interface Gathered {
  readonly points: Points
  /** Of each event an index into the names; of cells nothing is known but their number. */
  readonly sources: Uint32Array | undefined
  readonly names: readonly string[]
  /** Columns that events were counted by, where they were too many. */
  readonly columns: number | undefined
}

/** Takes events as they come: all are counted; for a page the events themselves are kept too, until they are too many. */
export class Gathering {
  readonly counts: Counts
  readonly #frame: Frame
  #pieces: Points[] | undefined
  #length = 0
  #sources: PlotSources | undefined = new PlotSources(mostPageEvents)
  #fine: Counts | undefined

  /** @param forPage whether {@link page} is going to be asked for */
  constructor(frame: Frame, forPage: boolean) {
    this.#frame = frame
    this.counts = new Counts(frame)
    if (forPage) this.#pieces = []
  }

  /**
   * @param points of which the arrays are not used again
   * @param sources four words each in network order, as they lie in memory
   */
  add(points: Points, sources?: Uint32Array): void {
    this.counts.add(points)
    if (this.#fine) this.#fine.add(points)
    if (!this.#pieces) return
    this.#pieces.push(points)
    this.#length += points.length
    if (sources) this.#sources?.addColumn(sources)
    if (this.#length > mostPageEvents) this.#count()
  }

  /** Names of the events' sources that somebody else gathered. */
  adopt(sources: PlotSources): void {
    this.#sources = sources
  }

  page(): Gathered {
    if (!this.#pieces) {
      const { cells, columns } = cellsOf(this.#fine ?? this.counts, this.#frame.width)
      return { points: cells, sources: undefined, names: [], columns }
    }
    const sources = this.#sources
    const named = sources !== undefined && sources.indices.length === this.#length
    return {
      points: joined(this.#pieces, this.#frame.from),
      sources: named ? sources.indices : new Uint32Array(this.#length),
      names: named ? sources.names : [''],
      columns: undefined,
    }
  }

  /** From now on they are only counted. */
  #count(): void {
    this.#fine = new Counts({ ...this.#frame, width: this.#frame.width * finer }, true)
    for (const piece of this.#pieces ?? []) this.#fine.add(piece)
    this.#pieces = undefined
    this.#sources = undefined
  }
}

function joined(pieces: readonly Points[], from: number): Points {
  if (pieces.length === 1) return pieces[0]!
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const time = new Uint32Array(length)
  const place = new Uint32Array(length)
  const colour = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    time.set(piece.time, at)
    place.set(piece.place, at)
    colour.set(piece.colour, at)
    at += piece.length
  }
  const { origin, stepMs } = pieces[0] ?? { origin: from, stepMs: 1 }
  return { length, origin, stepMs, time, place, colour }
}
