import { randomInt } from 'node:crypto'
import type { Egress } from '../../core/egress.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import { parseAddress } from '../../match/parse-address.ts'
import { isMapped, type Words } from '../../match/words.ts'
import { type AddressAnswer, addressQuestion, readAddresses } from '../../wire/dns/lookup.ts'
import type { DnsblSection, DnsblZone } from './second-look-section.ts'

/** How long one answer may take, ms. */
const answerMs = 5_000
/** A zone that answers what it must not is not asked for so long, ms. */
const restMs = 24 * 3_600_000
/** Whether it lists all the world is asked again after so long, ms. */
const checkMs = 24 * 3_600_000
/** Answers that did not come, one after another, before it is told. */
const mostSilent = 5

/** Of Spamhaus and those who do as they do: never a listing. */
const errors: Readonly<Record<string, string>> = {
  '127.255.255.252': 'the name of the zone is misspelt',
  '127.255.255.254': 'the name server asks for too many others: use one of your own',
  '127.255.255.255': 'it was asked too often',
}

export interface Listing {
  readonly zone: DnsblZone
  /** Answers, and what they mean: `127.0.0.2: spam`. */
  readonly meaning: string
}

export interface DnsblParts {
  readonly section: DnsblSection
  readonly ask: Egress['ask']
  readonly now: () => number
  /** Once for each trouble of each zone, until it works again. */
  readonly trouble: (message: string) => void
}

/** Block lists that are looked up by DNS (RFC 5782). */
export class Dnsbl {
  readonly #parts: DnsblParts
  readonly #states: readonly ZoneState[]

  constructor(parts: DnsblParts) {
    this.#parts = parts
    this.#states = parts.section.zones.map((zone) => ({
      zone,
      checkedAt: -Infinity,
      restsUntil: 0,
      silent: 0,
      told: '',
    }))
  }

  /** Where it is listed. */
  async listings(indicator: Indicator): Promise<Listing[]> {
    const found: Listing[] = []
    for (const state of this.#states) {
      const label = labelOf(indicator, state.zone)
      if (label === undefined || !(await this.#isUsable(state))) continue
      const codes = await this.#codes(state, label)
      if (codes.length > 0) found.push({ zone: state.zone, meaning: meaningOf(codes, state.zone) })
    }
    return found
  }

  /** Once a day: a zone that lists what must never be listed (RFC 5782 §5) lists everything, and is not believed. */
  async #isUsable(state: ZoneState): Promise<boolean> {
    const now = this.#parts.now()
    if (now < state.restsUntil) return false
    if (now - state.checkedAt < checkMs) return true
    const codes = await this.#codes(state, state.zone.of === 'names' ? 'invalid' : '1.0.0.127')
    if (now < state.restsUntil) return false
    if (codes.length > 0) {
      this.#rest(state, 'it lists what must never be listed, and so everything')
      return false
    }
    if (state.silent === 0) state.checkedAt = now
    return state.silent === 0
  }

  /** The answers that are a listing. */
  async #codes(state: ZoneState, label: string): Promise<readonly string[]> {
    const answer = await this.#answer(`${label}.${state.zone.zone}`)
    if (answer?.outcome === 'none' || answer?.outcome === 'found') {
      if (state.silent >= mostSilent) state.told = ''
      state.silent = 0
    } else if (++state.silent === mostSilent)
      this.#tell(state, `no answer comes from the name server${answer ? ` (${answer.why})` : ''}`)
    if (answer?.outcome !== 'found') return []
    const { addresses } = answer
    const error = addresses.find((address) => address.startsWith('127.255.255.'))
    if (error !== undefined) {
      this.#rest(state, `it answers ${error}${errors[error] === undefined ? '' : `: ${errors[error]}`}`)
      return []
    }
    const stranger = addresses.find((address) => !address.startsWith('127.'))
    if (stranger !== undefined) {
      this.#rest(
        state,
        `it answers ${stranger}, which no such list does: it may be gone, and its name another's`,
      )
      return []
    }
    state.told = ''
    return addresses.filter((address) => !state.zone.ignore.includes(address))
  }

  async #answer(name: string): Promise<AddressAnswer | undefined> {
    const { section, ask } = this.#parts
    const id = randomInt(0x1_0000)
    const datagram = addressQuestion(name, id)
    if (!datagram) return { outcome: 'none' }
    try {
      const answer = await ask({
        to: { host: section.resolver, port: section.port, transport: 'udp' },
        datagram,
        accepts: (bytes) => readAddresses(bytes, name, id) !== undefined,
        withinMs: answerMs,
      })
      return readAddresses(answer, name, id)
    } catch {
      return undefined
    }
  }

  #rest(state: ZoneState, why: string): void {
    state.restsUntil = this.#parts.now() + restMs
    this.#tell(state, `${why}. It is not asked for a day`)
  }

  #tell(state: ZoneState, why: string): void {
    if (state.told === why) return
    state.told = why
    this.#parts.trouble(`the block list ${state.zone.zone}: ${why}`)
  }
}

interface ZoneState {
  readonly zone: DnsblZone
  /** When it was last found not to list everything, ms since 1970. */
  checkedAt: number
  restsUntil: number
  /** Questions without an answer, one after another. */
  silent: number
  told: string
}

/** What stands before the zone's name; undefined where the zone lists nothing of the kind. */
function labelOf({ type, value }: Indicator, { of, zone }: DnsblZone): string | undefined {
  if (of === 'names') {
    const isName = type === 'domain' || type === 'hostname'
    return isName && value.length + zone.length < 253 ? value : undefined
  }
  const address = type === 'address' ? parseAddress(value) : undefined
  return address && reversed(address)
}

/** RFC 5782 §2.1 and §2.4. */
function reversed(address: Words): string {
  if (isMapped(address)) {
    const word = address[3]
    return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24].join('.')
  }
  const digits = address.map((word) => word.toString(16).padStart(8, '0')).join('')
  return digits.split('').toReversed().join('.')
}

function meaningOf(codes: readonly string[], { meanings }: DnsblZone): string {
  return codes
    .toSorted()
    .map((code) => (meanings[code] === undefined ? code : `${code}: ${meanings[code]}`))
    .join(', ')
}
