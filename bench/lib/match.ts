// How many addresses a second are looked up in a set of listed ones.
import { AddressSet } from '../../packages/sundew/src/match/address-set.ts'
import { AddressSetBuilder } from '../../packages/sundew/src/match/address-set-builder.ts'
import {
  prefixFirst,
  prefixLast,
  swapBytes,
  type Words,
  words4,
} from '../../packages/sundew/src/match/words.ts'
import { median, round } from './measure.ts'

export interface MatchFigures {
  /** Million look-ups a second of IPv4 and of IPv6 addresses, by columns as flows have them, the median of the runs. */
  readonly v4M: number
  readonly v6M: number
  /** Milliseconds to build the set, and to take it into use from its bytes. */
  readonly buildMs: number
  readonly loadMs: number
  readonly entries: number
  readonly megabytes: number
  /** Share of the IPv4 addresses asked for that are listed. */
  readonly hitShare: number
}

const asked = 1 << 20

/** Looks up a million addresses, about 15 % of which are listed, `runs` times. */
export function measureMatch(entries = 500_000, runs = 7): MatchFigures {
  const random = numbers(0x5eed)
  const builder = new AddressSetBuilder()
  const label = builder.label(builder.source('bench'))
  const v6 = Math.floor(entries / 10)
  const listed4: number[] = []
  const listed6: Words[] = []
  const began = performance.now()
  for (let count = 0; count < entries - v6; count++) {
    const address = random()
    listed4.push(address)
    // Mostly hosts, some networks, as blocklists have them.
    const length = count % 20 === 0 ? 120 + (random() % 8) : 128
    builder.add(prefixFirst(words4(address), length), prefixLast(words4(address), length), label)
  }
  for (let count = 0; count < v6; count++) {
    const address = address6(random)
    const length = count % 5 === 0 ? 48 : count % 2 === 0 ? 64 : 128
    listed6.push(address)
    builder.add(prefixFirst(address, length), prefixLast(address, length), label)
  }
  const bytes = builder.toBytes()
  const buildMs = performance.now() - began
  const loading = performance.now()
  const set = AddressSet.from(bytes)
  const loadMs = performance.now() - loading

  const isListed = () => random() % 100 < 15
  const column4 = column(() => words4(isListed() ? listed4[random() % listed4.length]! : random()))
  const column6 = column(() => (isListed() ? listed6[random() % listed6.length]! : address6(random)))
  const { rate: v4M, hits } = lookUps(set, column4, runs)
  return {
    v4M,
    v6M: lookUps(set, column6, runs).rate,
    buildMs: round(buildMs),
    loadMs: round(loadMs),
    entries: set.size,
    megabytes: round(bytes.length / 1e6),
    hitShare: round(hits / asked),
  }
}

function lookUps(set: AddressSet, words: Uint32Array, runs: number) {
  let hits = 0
  const rates = Array.from({ length: runs + 1 }, () => {
    hits = 0
    const began = performance.now()
    for (let at = 0; at < words.length; at += 4) if (set.findWords(words, at) >= 0) hits++
    return asked / 1000 / (performance.now() - began)
  })
  // The first run is for the compiler.
  return { rate: round(median(rates.slice(1))), hits }
}

/** As an address column of flows has them. */
function column(next: () => Words): Uint32Array {
  const words = new Uint32Array(asked * 4)
  for (let at = 0; at < words.length; at += 4) words.set(next().map(swapBytes), at)
  return words
}

/** Mostly under few prefixes, as the addresses in use are. */
function address6(random: () => number): Words {
  const heads = [0x2001_0000, 0x2a00_0000, 0x2600_0000, 0x2400_0000]
  return [heads[random() & 3]! + (random() & 0xffff), random(), 0, random() & 0xff]
}

/** The same numbers every time (xorshift32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
