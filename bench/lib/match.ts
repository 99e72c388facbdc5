// How many addresses a second are looked up in a set of listed ones.
import { FlowMatcher } from '../../packages/sundew/src/collectors/flow/matcher.ts'
import { AddressSet } from '../../packages/sundew/src/match/address-set.ts'
import { AddressSetBuilder } from '../../packages/sundew/src/match/address-set-builder.ts'
import {
  prefixFirst,
  prefixLast,
  swapBytes,
  type Words,
  words4,
} from '../../packages/sundew/src/match/words.ts'
import { FlowColumns } from '../../packages/sundew/src/wire/flow/columns.ts'
import { median, round } from './measure.ts'

export interface MatchFigures {
  /** Million look-ups a second of IPv4 and of IPv6 addresses, by columns as flows have them, the median of the runs. */
  readonly v4M: number
  readonly v6M: number
  /**
   * Million addresses a second through the flow matcher, both ends of each flow, its windows and events included: where
   * one address in a hundred is listed, of a thousand; and where 15 in a hundred are and no pair comes twice.
   */
  readonly flowsM: number
  readonly floodM: number
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
  const usual = column(() => words4(random() % 100 === 0 ? listed4[random() % 1000]! : random()))
  const { rate: v4M, hits } = lookUps(set, column4, runs)
  return {
    v4M,
    flowsM: throughMatcher(set, usual, runs),
    floodM: throughMatcher(set, column4, runs),
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

/** Half of the addresses are sources and half destinations. */
function throughMatcher(set: AddressSet, words: Uint32Array, runs: number): number {
  const rows = 65_536
  const batches = Array.from({ length: asked / 2 / rows }, (_, batch) => {
    const columns = new FlowColumns(rows)
    columns.cells('source_ip').set(words.subarray(batch * rows * 8, batch * rows * 8 + rows * 4))
    columns.cells('destination_ip').set(words.subarray(batch * rows * 8 + rows * 4, (batch + 1) * rows * 8))
    columns.rows = rows
    return columns
  })
  const rates = Array.from({ length: runs + 1 }, () => {
    const matcher = new FlowMatcher({
      networks: ['10.0.0.0/8'],
      windowMs: 300_000,
      nextHop: false,
      emit: () => {},
    })
    matcher.use(set)
    const began = performance.now()
    for (const columns of batches) matcher.match(columns, 0, rows)
    return asked / 1000 / (performance.now() - began)
  })
  return round(median(rates.slice(1)))
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
