import { sourceKey } from '../../../core/address.ts'

/** Failed logins that one source may have before it must wait. */
const burst = 5
/** After that one more try comes back each … */
const refillMs = 30_000
/** Failed logins of everybody together a minute. */
const burstOfAll = 60
/** Sources remembered; past it the one longest unseen is forgotten. */
const maxSources = 4096

interface Bucket {
  left: number
  at: number
}

/** Slows down who guesses the password: a bucket of tries for each source, and one for all together. */
export class Attempts {
  readonly #sources = new Map<string, Bucket>()
  readonly #all: Bucket = { left: burstOfAll, at: 0 }
  readonly #now: () => number

  /** `now` in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#all.at = now()
  }

  /** Takes one try of `address`: undefined where it may go on, else the seconds that it must wait. */
  take(address: string): number | undefined {
    const key = sourceKey(address)
    const now = this.#now()
    const bucket = this.#sources.get(key) ?? { left: burst, at: now }
    refill(bucket, burst, refillMs, now)
    refill(this.#all, burstOfAll, 60_000 / burstOfAll, now)
    this.#sources.delete(key)
    this.#sources.set(key, bucket)
    if (this.#sources.size > maxSources) this.#sources.delete(this.#sources.keys().next().value!)
    if (bucket.left < 1) return Math.ceil((bucket.at + refillMs - now) / 1000)
    if (this.#all.left < 1) return 1
    bucket.left--
    this.#all.left--
    return undefined
  }

  /** The login was right: the source begins anew. */
  succeeded(address: string): void {
    this.#sources.delete(sourceKey(address))
    this.#all.left = Math.min(burstOfAll, this.#all.left + 1)
  }
}

function refill(bucket: Bucket, most: number, everyMs: number, now: number): void {
  const gained = Math.floor((now - bucket.at) / everyMs)
  bucket.left = Math.min(most, bucket.left + gained)
  bucket.at = bucket.left === most ? now : bucket.at + gained * everyMs
}
