import type { FlowColumns } from '../../wire/flow/columns.ts'
import type { Exporter } from '../../wire/flow/sink.ts'
import type { PacketFacts } from '../../wire/packet/headers.ts'
import type { CapturedPacket } from '../../wire/pcap/reader.ts'

/** Datagrams that wait for their other fragments; the oldest is given up past it. */
const maxWaiting = 256
/** Fragments of one. */
const maxFragments = 64
const maxDatagramBytes = 65_507
const udpHeaderBytes = 8
/** A datagram whose fragments take longer is another one with the same identification, milliseconds (RFC 791: 15 s at least). */
const maxMs = 30_000

interface Waiting {
  readonly exporter: Exporter
  readonly startMs: number
  readonly parts: { readonly at: number; readonly bytes: Uint8Array }[]
  /** Bytes of the datagram without its header; -1 until the last fragment is there. */
  total: number
}

/**
 * Puts fragmented IPv4 datagrams together again, first fragment first, in any order after it (RFC 791). Parts that overlap
 * make it none.
 */
export class Fragments {
  readonly #waiting = new Map<string, Waiting>()
  #given = 0

  /** Datagrams that were given up, and those that still wait. */
  get incomplete(): number {
    return this.#given + this.#waiting.size
  }

  first(
    packet: CapturedPacket,
    facts: Readonly<PacketFacts>,
    headers: FlowColumns,
    exporter: Exporter,
  ): void {
    const key = keyOf(headers)
    if (this.#waiting.delete(key)) this.#given++
    if (this.#waiting.size >= maxWaiting) {
      this.#waiting.delete(this.#waiting.keys().next().value!)
      this.#given++
    }
    const bytes = copy(packet.view, facts.payload, facts.end)
    this.#waiting.set(key, { exporter, startMs: packet.timeMs, parts: [{ at: 0, bytes }], total: -1 })
  }

  /** @returns undefined where it belongs to none that waits; with bytes, where the datagram is whole with it */
  later(
    packet: CapturedPacket,
    facts: Readonly<PacketFacts>,
    headers: FlowColumns,
  ): { exporter: Exporter; bytes: Uint8Array<ArrayBuffer> | undefined } | undefined {
    const key = keyOf(headers)
    const waiting = this.#waiting.get(key)
    if (!waiting || facts.version !== 4) return undefined
    const fragment = packet.view.getUint16(facts.network + 6)
    const at = (fragment & 0x1fff) * 8 - udpHeaderBytes
    const bytes = copy(packet.view, facts.transport, facts.end)
    waiting.parts.push({ at, bytes })
    if ((fragment & 0x2000) === 0) waiting.total = at + bytes.length
    const { parts, total, exporter, startMs } = waiting
    const tooMuch =
      parts.length > maxFragments ||
      at < 0 ||
      at + bytes.length > maxDatagramBytes ||
      packet.timeMs - startMs > maxMs
    const there = parts.reduce((sum, part) => sum + part.bytes.length, 0)
    if (!tooMuch && (total < 0 || there < total)) return { exporter, bytes: undefined }
    this.#waiting.delete(key)
    const whole = tooMuch ? undefined : joined(parts, total)
    if (!whole) this.#given++
    return { exporter, bytes: whole }
  }
}

function joined(parts: Waiting['parts'], total: number): Uint8Array<ArrayBuffer> | undefined {
  const whole = new Uint8Array(total)
  let next = 0
  for (const { at, bytes } of parts.toSorted((a, b) => a.at - b.at)) {
    if (at !== next || at + bytes.length > total) return undefined
    whole.set(bytes, at)
    next += bytes.length
  }
  return next === total ? whole : undefined
}

function copy(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, Math.max(0, to - from)).slice()
}

function keyOf(headers: FlowColumns): string {
  const ends = [...headers.cells('source_ip').slice(0, 4), ...headers.cells('destination_ip').slice(0, 4)]
  return `${ends.join()} ${headers.cells('fragment_id')[0]}`
}
