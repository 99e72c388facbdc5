/** What is in {@link Steps}, to be handed to another thread. */
export interface StepsData {
  readonly starts: Uint32Array<ArrayBuffer>
  readonly times: Uint32Array<ArrayBuffer>
  readonly places: Uint32Array<ArrayBuffer>
}

/** What each of many sources asked for and when, one source after the other, each in order of time. */
export class Steps {
  /** Where each source's steps begin, and after the last where they end. */
  #starts = new Uint32Array(1024)
  #times = new Uint32Array(1024)
  #places = new Uint32Array(1024)
  #steps = 0
  #sources = 0

  /** Of another thread. */
  static of({ starts, times, places }: StepsData): Steps {
    const steps = new Steps()
    steps.#starts = starts
    steps.#times = times
    steps.#places = places
    steps.#steps = times.length
    steps.#sources = starts.length - 1
    return steps
  }

  /** A copy of its own memory. */
  data(): StepsData {
    return {
      starts: this.#starts.slice(0, this.#sources + 1),
      times: this.#times.slice(0, this.#steps),
      places: this.#places.slice(0, this.#steps),
    }
  }

  /** How many steps. */
  get size(): number {
    return this.#steps
  }

  /** How many sources. */
  get sources(): number {
    return this.#sources
  }

  /** Adds a step of the source that is being added. */
  add(time: number, place: number): void {
    if (this.#steps === this.#times.length) {
      this.#times = doubled(this.#times)
      this.#places = doubled(this.#places)
    }
    this.#times[this.#steps] = time
    this.#places[this.#steps++] = place
  }

  /** The source is complete; the next begins. */
  endSource(): void {
    this.#sources++
    if (this.#sources === this.#starts.length) this.#starts = doubled(this.#starts)
    this.#starts[this.#sources] = this.#steps
  }

  /** When a source's steps were: ms since the time looked at began, ascending. Not to be written to. */
  times(source: number): Uint32Array {
    return this.#times.subarray(this.#starts[source], this.#starts[source + 1])
  }

  /** What it asked for: protocol * 65536 + port. */
  places(source: number): Uint32Array {
    return this.#places.subarray(this.#starts[source], this.#starts[source + 1])
  }

  /** Its places in the order in which it asked for each first, and when that was. */
  firsts(source: number): { places: number[]; times: number[] } {
    const [all, when] = [this.places(source), this.times(source)]
    const seen = new Set<number>()
    const [places, times]: [number[], number[]] = [[], []]
    for (const [at, place] of all.entries()) {
      if (seen.has(place)) continue
      seen.add(place)
      places.push(place)
      times.push(when[at]!)
    }
    return { places, times }
  }
}

/** Sources that do the same, by number, and why that is thought. */
export interface Together {
  readonly sources: readonly number[]
  readonly why: 'order' | 'pace' | 'range' | 'moments'
}

/** A source, and when it began. */
export interface Began {
  readonly source: number
  readonly time: number
}

/** Sources that begin one after the other, with no more than `gapMs` between two: of each row of them those of `least` or more. */
export function beginTogether(sources: readonly Began[], gapMs: number, least: number): number[][] {
  const groups: number[][] = []
  let group: number[] = []
  let last = -Infinity
  for (const { source, time } of sources.toSorted((a, b) => a.time - b.time)) {
    if (time - last > gapMs) group = []
    group.push(source)
    if (group.length === least) groups.push(group)
    last = time
  }
  return groups
}

function doubled(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2)
  larger.set(words)
  return larger
}
