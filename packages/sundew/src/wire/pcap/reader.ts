import { PcapBlocks } from './pcap.ts'
import { PcapngBlocks } from './pcapng.ts'

/** A packet of a capture. One object, used again for the next packet, its bytes gone with the next {@link CaptureReader.feed}. */
export interface CapturedPacket {
  /** LINKTYPE_ number (https://www.tcpdump.org/linktypes.html). */
  linkType: number
  /** When it was captured, milliseconds since the Unix epoch, with a fraction. That of the packet before where none is told. */
  timeMs: number
  view: DataView
  /** Its first byte in the view, and how many were captured. */
  offset: number
  length: number
  /** Bytes it had on the wire. */
  originalLength: number
}

/** Why a capture, or something in it, was not read. */
export const captureFaults = [
  'format', // neither pcap nor pcapng
  'cut', // the file ends within a packet
  'length', // a length that cannot be: what follows cannot be found
  'interface', // a packet of an interface that was not described, or too many interfaces: it is skipped
  'time', // a time that cannot be, or none: the packet before tells it
] as const
export type CaptureFault = (typeof captureFaults)[number]

/** Takes apart one format. */
export interface Blocks {
  /** Bytes of the next block, at least so many that this can be told; undefined where its length cannot be. */
  size(view: DataView, at: number, end: number): number | undefined
  /** Reads a whole block. @returns whether it is a packet, which is in `into` then */
  read(view: DataView, at: number, end: number, into: CapturedPacket): boolean
}

/** Longest block, bytes: a packet and what is written beside it. */
export const maxBlockBytes = 16 * 1024 * 1024
/** The latest time that is believed: the end of the year 9999. */
const latestMs = 253_402_300_799_999
const magicBytes = 4

/**
 * Reads a capture, pcap (libpcap's "savefile", also with nanoseconds, of either byte order, and A. Kuznetsov's variant) or
 * pcapng (draft-ietf-opsawg-pcapng), chunk by chunk, holding at most one block of it.
 */
export class CaptureReader {
  readonly faults: Record<CaptureFault, number> = { format: 0, cut: 0, length: 0, interface: 0, time: 0 }
  /** Packets so far. */
  packets = 0
  #blocks: Blocks | undefined
  #rest: Uint8Array[] = []
  #restBytes = 0
  #wanted = magicBytes
  #over = false
  readonly #packet: CapturedPacket = {
    linkType: 0,
    timeMs: 0,
    view: new DataView(new ArrayBuffer(0)),
    offset: 0,
    length: 0,
    originalLength: 0,
  }

  /** Nothing more will be read: it is no capture, or is broken. */
  get over(): boolean {
    return this.#over
  }

  /** The packets that are whole with this chunk, which may be used again afterwards. */
  *feed(chunk: Uint8Array): Generator<CapturedPacket> {
    if (this.#over || chunk.length === 0) return
    this.#rest.push(chunk)
    this.#restBytes += chunk.length
    if (this.#restBytes < this.#wanted) return this.#keep()
    const bytes = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#blocks ??= this.#formatOf(view)
    let at = 0
    while (this.#blocks) {
      const size = this.#blocks.size(view, at, bytes.length)
      if (size === undefined || size > maxBlockBytes) {
        this.#fail('length')
        break
      }
      this.#wanted = size
      if (at + size > bytes.length) break
      this.#packet.view = view
      if (this.#blocks.read(view, at, at + size, this.#packet)) {
        this.#time()
        this.packets++
        yield this.#packet
      }
      at += size
    }
    this.#rest = this.#over ? [] : [bytes.subarray(at)]
    this.#restBytes = this.#over ? 0 : bytes.length - at
    this.#keep()
  }

  /** Nothing comes any more. */
  end(): void {
    if (this.#over) return
    if (!this.#blocks) this.faults.format++
    else if (this.#restBytes > 0) this.faults.cut++
    this.#over = true
  }

  /** Chunks are their giver's: what is kept of them is copied. */
  #keep(): void {
    const last = this.#rest.length - 1
    if (last >= 0) this.#rest[last] = this.#rest[last]!.slice()
  }

  #formatOf(view: DataView): Blocks | undefined {
    const fault = (which: CaptureFault) => void this.faults[which]++
    const found = PcapngBlocks.of(view, fault) ?? PcapBlocks.of(view)
    if (!found) this.#fail('format')
    return found
  }

  #lastMs = 0
  #time(): void {
    const { timeMs } = this.#packet
    if (timeMs >= 0 && timeMs <= latestMs) this.#lastMs = timeMs
    else {
      this.faults.time++
      this.#packet.timeMs = this.#lastMs
    }
  }

  #fail(fault: CaptureFault): void {
    this.faults[fault]++
    this.#over = true
  }
}
