import { networksOf } from '../../intel/ours.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { mappedWord } from '../../match/words.ts'
import type { FirewallRow } from './firewall-row.ts'

/** RFC 9293 §3.1. */
const [fin, rst, ack] = [1, 4, 16]
const tcp = 6

export interface NoiseSettings {
  /** What comes from the own networks. */
  readonly inside: boolean
  /** TCP with RST, or with FIN and ACK: answers to something, no probes. */
  readonly answers: boolean
  readonly networks: readonly string[]
}

/** Rows that are counted and not kept, by rule. */
export class Noise {
  readonly #inside: AddressSet | undefined
  readonly #answers: boolean

  constructor({ inside, answers, networks }: NoiseSettings) {
    this.#inside = inside ? networksOf(networks) : undefined
    this.#answers = answers
  }

  has(row: FirewallRow): boolean {
    if (this.#answers && row.protocol === tcp && isAnswer(row.tcpFlags)) return true
    const inside = this.#inside
    if (!inside) return false
    const { source } = row
    const [a, b, c, d] = [source[0]!, source[1]!, source[2]!, source[3]!]
    const is4 = a === 0 && b === 0 && c === mappedWord
    return (is4 ? inside.find4(d) : inside.find6(a, b, c, d)) >= 0
  }
}

/** Whether these TCP flags are an answer's. */
export function isAnswer(flags: number): boolean {
  return (flags & rst) !== 0 || (flags & (fin | ack)) === (fin | ack)
}
