/** Events to be drawn, as columns. */
export interface Points {
  readonly length: number
  /** Milliseconds from {@link origin}, or so many of `stepMs`. */
  readonly time: Uint32Array
  readonly origin: number
  /** How long one unit of `time` is, milliseconds: 1 for up to 49 days. */
  readonly stepMs: number
  /** Where on the vertical axis: `place.ts`. */
  readonly place: Uint32Array
  /** Which colour: an index into the scheme's colours. */
  readonly colour: Uint8Array
  /** How many events each stands for; one where it is not there. */
  readonly count?: Uint32Array
}

/** Takes events one by one; grows as it must, up to a limit. */
export class PointCollector {
  readonly #limit: number
  readonly #origin: number
  readonly #stepMs: number
  #time: Uint32Array
  #place: Uint32Array
  #colour: Uint8Array
  #length = 0
  /** Events outside of the time, or past the limit. */
  leftOut = 0

  /**
   * @param from ms since 1970: the earliest that is taken
   * @param to and the end, not included
   */
  constructor(from: number, to: number, limit = 20_000_000) {
    this.#origin = from
    this.#stepMs = Math.max(1, Math.ceil((to - from) / 2 ** 32))
    this.#limit = limit
    this.#time = new Uint32Array(1024)
    this.#place = new Uint32Array(1024)
    this.#colour = new Uint8Array(1024)
    this.#end = to
  }

  readonly #end: number

  /** @param at ms since 1970 */
  add(at: number, place: number, colour: number): void {
    if (!(at >= this.#origin && at < this.#end) || this.#length >= this.#limit) {
      this.leftOut++
      return
    }
    if (this.#length === this.#time.length) this.#grow()
    this.#time[this.#length] = (at - this.#origin) / this.#stepMs
    this.#place[this.#length] = place
    this.#colour[this.#length++] = colour
  }

  /** What was taken; views that the next `add` may leave behind. */
  get points(): Points {
    const length = this.#length
    return {
      length,
      origin: this.#origin,
      stepMs: this.#stepMs,
      time: this.#time.subarray(0, length),
      place: this.#place.subarray(0, length),
      colour: this.#colour.subarray(0, length),
    }
  }

  #grow(): void {
    const capacity = this.#time.length * 2
    const larger = <A extends Uint32Array | Uint8Array>(array: A, made: A): A => {
      made.set(array)
      return made
    }
    this.#time = larger(this.#time, new Uint32Array(capacity))
    this.#place = larger(this.#place, new Uint32Array(capacity))
    this.#colour = larger(this.#colour, new Uint8Array(capacity))
  }
}
