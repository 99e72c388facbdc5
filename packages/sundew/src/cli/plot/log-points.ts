import type { Points } from '../../plots/fireplot/points.ts'
import { PlotSources } from '../../plots/fireplot/sources.ts'
import type { Span } from './fireplot-span.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** What a clock tells that was never put, or one of another age: such times are none. */
const earliest = Date.UTC(2000, 0, 1)
/** Clocks of firewalls are ahead by so much at most. */
const aheadMs = dayMs
/** From so many lines on one at either end may be told by a wrong clock, or forged; of more, each hundredth. */
const enough = 10
/** Hours without a line that part such lines from the others, and how many times as long as the others' time that is at least. */
const far = { hours: 24, times: 3 } as const

/** Packets of a log, kept until it is known which time it is of: one line of a wrong clock does not decide that. */
export class LogPoints {
  readonly #asked: Span | undefined
  readonly #from: number
  readonly #to: number
  readonly #now: number
  readonly #limit: number
  readonly #sources: PlotSources | undefined
  readonly #hours = new Map<number, number>()
  #time = new Float64Array(1024)
  #place = new Uint32Array(1024)
  #colour = new Uint8Array(1024)
  #length = 0
  /** Not at the time that was asked for; of a time that cannot be; far from all others; past the limit. */
  readonly left = { elsewhen: 0, impossible: 0, far: 0, tooMany: 0 }

  /**
   * @param asked the time that is drawn; where it begins with 0, all that there is before its end
   * @param limit packets that are kept
   * @param named whether it is kept who sent them
   */
  constructor(asked: Span | undefined, now: number, limit: number, named: boolean) {
    this.#asked = asked && asked.from > 0 ? asked : undefined
    this.#from = this.#asked?.from ?? earliest
    this.#to = asked?.to ?? now + aheadMs
    this.#now = now
    this.#limit = limit
    this.#sources = named ? new PlotSources(limit) : undefined
  }

  /**
   * @param at ms since 1970
   * @param source four words
   */
  add(at: number, place: number, colour: number, source: ArrayLike<number>): void {
    if (!(at >= this.#from && at < this.#to)) {
      if (at < earliest || at >= this.#now + aheadMs) this.left.impossible++
      else this.left.elsewhen++
      return
    }
    if (this.#length >= this.#limit) return void this.left.tooMany++
    if (this.#length === this.#time.length) this.#grow()
    this.#time[this.#length] = at
    this.#place[this.#length] = place
    this.#colour[this.#length++] = colour
    this.#sources?.add(source[0]!, source[1]!, source[2]!, source[3]!)
    if (this.#asked) return
    const hour = Math.floor(at / hourMs)
    this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + 1)
  }

  /** What there is to draw; undefined where that is nothing. */
  drawn(): (Span & { readonly points: Points; readonly sources: PlotSources | undefined }) | undefined {
    if (this.#length === 0) return undefined
    const kept = this.#kept()
    const { from, to } = this.#asked ?? kept
    const stepMs = Math.max(1, Math.ceil((to - from) / 2 ** 32))
    const time = new Uint32Array(kept.length)
    for (let at = 0; at < kept.length; at++) time[at] = (this.#time[at]! - from) / stepMs
    const place = this.#place.subarray(0, kept.length)
    const colour = this.#colour.subarray(0, kept.length)
    return {
      points: { length: kept.length, origin: from, stepMs, time, place, colour },
      sources: this.#sources,
      from,
      to,
    }
  }

  /** Takes away what is far from the others: how many are left, from the minute of the first to past that of the last. */
  #kept(): Span & { readonly length: number } {
    const most = this.#asked ? undefined : hoursOfMost(this.#hours, this.#length)
    let [first, last] = [Infinity, -Infinity]
    const keep = most && this.#hours.size > most.hours ? new Uint32Array(this.#length) : undefined
    let length = 0
    for (let at = 0; at < this.#length; at++) {
      const time = this.#time[at]!
      if (most && !(time >= most.first * hourMs && time < (most.last + 1) * hourMs)) continue
      first = Math.min(first, time)
      last = Math.max(last, time)
      if (keep) {
        keep[length] = at
        this.#time[length] = time
        this.#place[length] = this.#place[at]!
        this.#colour[length] = this.#colour[at]!
      }
      length++
    }
    if (keep) {
      this.#sources?.keep(keep.subarray(0, length))
      this.left.far += this.#length - length
    }
    return {
      length,
      from: Math.floor(first / minuteMs) * minuteMs,
      to: (Math.floor(last / minuteMs) + 1) * minuteMs,
    }
  }

  #grow(): void {
    const capacity = this.#time.length * 2
    const larger = <A extends Float64Array | Uint32Array | Uint8Array>(array: A, made: A): A => {
      made.set(array)
      return made
    }
    this.#time = larger(this.#time, new Float64Array(capacity))
    this.#place = larger(this.#place, new Uint32Array(capacity))
    this.#colour = larger(this.#colour, new Uint8Array(capacity))
  }
}

/** The hours that all but a few lines are of, and those that lie near them. */
function hoursOfMost(
  counts: ReadonlyMap<number, number>,
  lines: number,
): { readonly first: number; readonly last: number; readonly hours: number } {
  const order = [...counts].toSorted(([a], [b]) => a - b)
  const few = lines < enough ? 0 : Math.max(1, Math.floor(lines / 100))
  const past = (from: number, step: 1 | -1) => {
    let index = from
    for (let seen = order[index]![1]; seen <= few; seen += order[index]![1]) index += step
    return index
  }
  let [low, high] = [past(0, 1), past(order.length - 1, -1)]
  const hour = (index: number) => order[index]![0]
  const gap = Math.max(far.hours, far.times * (hour(high) - hour(low)))
  while (low > 0 && hour(low) - hour(low - 1) <= gap) low--
  while (high < order.length - 1 && hour(high + 1) - hour(high) <= gap) high++
  return { first: hour(low), last: hour(high), hours: high - low + 1 }
}
