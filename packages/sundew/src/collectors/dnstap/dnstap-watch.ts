import type { DnstapStatus } from '../../core/collector-messages.ts'
import { type DnsHearer, DnsNames } from '../../wire/dnstap/dns-names.ts'
import { DnstapMessage, messageType, readDnstap, type Span } from '../../wire/dnstap/message.ts'
import type { LogMatcher } from '../watch/log-matcher.ts'
import { DnstapListener } from './listener.ts'

/** What clients asked a name server and what it answered them; what it asked others itself repeats that. */
const looked: ReadonlySet<number> = new Set([messageType.clientQuery, messageType.clientResponse])
/** `Policy.Action` of dnstap.proto, as it is called here. */
const policies = ['', 'nxdomain', 'nodata', 'passthru', 'drop', 'tcp-only', 'local-data']

/** What is known of one name server. */
interface Peer {
  /** It tells queries, too. */
  queries: boolean
}

/** Matches what name servers tell by dnstap. */
export class DnstapWatch {
  readonly #matcher: LogMatcher
  readonly #socket: string
  readonly #listener: DnstapListener
  readonly #message = new DnstapMessage()
  readonly #dns = new DnsNames()
  readonly #source: { readonly log: string; readonly service: string }
  readonly #words = new Uint32Array(4)
  readonly #hearer: DnsHearer
  /** The question was told before. */
  #asked = false
  #frames = 0
  #told = 0
  #malformed = 0

  constructor(socket: string, matcher: LogMatcher) {
    this.#socket = socket
    this.#matcher = matcher
    this.#source = { log: socket, service: 'dns' }
    const { sight } = matcher
    this.#hearer = {
      question: (text, from, to) => {
        if (!this.#asked) sight.name(text, from, to)
      },
      name: (text, from, to) => sight.name(text, from, to),
      address: (data, at, length) => sight.addressWords(this.#wordsAt(data, at, length)),
    }
    this.#listener = new DnstapListener(socket, () => {
      const peer = { queries: false }
      return (bytes, from, to) => this.#frame(bytes, from, to, peer)
    })
  }

  listen(mode: number): Promise<void> {
    return this.#listener.listen(mode)
  }

  close(): Promise<void> {
    return this.#listener.close()
  }

  get status(): DnstapStatus {
    return {
      socket: this.#socket,
      clients: this.#listener.clients,
      frames: this.#frames,
      told: this.#told,
      malformed: this.#malformed,
      refused: this.#listener.refused,
    }
  }

  #frame(bytes: Uint8Array, from: number, to: number, peer: Peer): void {
    this.#frames++
    const message = this.#message
    if (readDnstap(bytes, from, to, message) !== undefined) {
      this.#malformed++
      return
    }
    if (!looked.has(message.type)) return
    const { sight } = this.#matcher
    sight.clear()
    const { queryAddress, queryPort, timeMs, policyAction } = message
    if (queryAddress.length > 0) sight.clientIs(this.#addressAt(bytes, queryAddress))
    sight.port(queryPort)
    if (timeMs > 0) sight.time(timeMs)
    const policy = policies[policyAction] ?? ''
    if (policy !== '') sight.blocked(policy, false)
    const isResponse = message.type === messageType.clientResponse
    const dns = isResponse ? message.response : message.query
    if (dns.length === 0) return
    if (!isResponse) peer.queries = true
    // A question that was told as a query is not told again, but for what a policy made of it.
    this.#asked = isResponse && peer.queries && policy === ''
    const fault = this.#dns.read(bytes, dns.from, dns.to, this.#hearer)
    if (fault) this.#malformed++
    else this.#told++
    this.#matcher.line('told', this.#source, Date.now())
  }

  #addressAt(bytes: Uint8Array, span: Span): Uint32Array {
    return this.#wordsAt(bytes, span.from, span.length === 4 ? 4 : 16)
  }

  #wordsAt(bytes: Uint8Array, at: number, length: 4 | 16): Uint32Array {
    const words = this.#words
    if (length === 4) words.set([0, 0, 0xffff, uint32(bytes, at)])
    else for (let word = 0; word < 4; word++) words[word] = uint32(bytes, at + word * 4)
    return words
  }
}

function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}
