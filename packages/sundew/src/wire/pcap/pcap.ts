import type { Blocks, CapturedPacket } from './reader.ts'

const headerBytes = 24
/** By magic number: how many units of its times are a second, and how long a packet's header is. */
const variants: ReadonlyMap<number, { units: number; packetHeader: number }> = new Map([
  [0xa1b2_c3d4, { units: 1_000_000, packetHeader: 16 }],
  [0xa1b2_3c4d, { units: 1_000_000_000, packetHeader: 16 }],
  [0xa1b2_cd34, { units: 1_000_000, packetHeader: 24 }], // "modified": interface, protocol and type follow
])
/** Up to this minor version some programs wrote the two lengths the other way round. */
const swappedMinor = 3

/** Blocks of a pcap file: its header, then packets (https://www.tcpdump.org/manpages/pcap-savefile.5.html). */
export class PcapBlocks implements Blocks {
  readonly #little: boolean
  readonly #units: number
  readonly #packetHeader: number
  #begun = false
  #linkType = 0
  #swapped = false

  private constructor(little: boolean, units: number, packetHeader: number) {
    this.#little = little
    this.#units = units
    this.#packetHeader = packetHeader
  }

  /** Undefined where the first four bytes are no pcap's. */
  static of(view: DataView): PcapBlocks | undefined {
    for (const little of [true, false]) {
      const variant = variants.get(view.getUint32(0, little))
      if (variant) return new PcapBlocks(little, variant.units, variant.packetHeader)
    }
    return undefined
  }

  size(view: DataView, at: number, end: number): number | undefined {
    if (!this.#begun) return headerBytes
    if (at + this.#packetHeader > end) return this.#packetHeader
    return this.#packetHeader + this.#lengths(view, at)[0]
  }

  read(view: DataView, at: number, end: number, into: CapturedPacket): boolean {
    if (!this.#begun) {
      this.#begun = true
      this.#swapped = view.getUint16(at + 6, this.#little) <= swappedMinor
      // Above it: whether frames end with their check sequence.
      this.#linkType = view.getUint32(at + 20, this.#little) & 0xffff
      return false
    }
    const seconds = view.getUint32(at, this.#little)
    into.linkType = this.#linkType
    into.timeMs = seconds * 1000 + (view.getUint32(at + 4, this.#little) / this.#units) * 1000
    into.offset = at + this.#packetHeader
    into.length = end - into.offset
    into.originalLength = this.#lengths(view, at)[1]
    return true
  }

  /** Bytes captured, and on the wire. */
  #lengths(view: DataView, at: number): [number, number] {
    const captured = view.getUint32(at + 8, this.#little)
    const original = view.getUint32(at + 12, this.#little)
    return this.#swapped && captured > original ? [original, captured] : [captured, original]
  }
}
