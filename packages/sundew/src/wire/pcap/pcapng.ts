import type { Blocks, CapturedPacket, CaptureFault } from './reader.ts'

const types = { section: 0x0a0d_0d0a, interface: 1, packet: 2, simple: 3, enhanced: 6 } as const
const byteOrderMagic = 0x1a2b_3c4d
/** Type and length before a block's body, and the length again behind it. */
const frameBytes = 12
const options = { end: 0, resolution: 9, offset: 14 } as const
const limits = { interfaces: 65_536, options: 256 } as const

interface Interface {
  readonly linkType: number
  readonly snapBytes: number
  /** Units of its times in a second. */
  readonly units: number
  /** Added to its times, seconds. */
  readonly offset: number
}

/** Blocks of a pcapng file (draft-ietf-opsawg-pcapng): sections, each with its byte order and interfaces, and packets. */
export class PcapngBlocks implements Blocks {
  readonly #fault: (which: CaptureFault) => void
  #little = true
  #interfaces: Interface[] = []

  private constructor(fault: (which: CaptureFault) => void) {
    this.#fault = fault
  }

  /** Undefined where the first four bytes are no pcapng's. */
  static of(view: DataView, fault: (which: CaptureFault) => void): PcapngBlocks | undefined {
    return view.getUint32(0) === types.section ? new PcapngBlocks(fault) : undefined
  }

  size(view: DataView, at: number, end: number): number | undefined {
    if (at + frameBytes > end) return frameBytes
    if (view.getUint32(at) === types.section) {
      if (view.getUint32(at + 8) === byteOrderMagic) this.#little = false
      else if (view.getUint32(at + 8, true) === byteOrderMagic) this.#little = true
      else return undefined
    }
    const size = view.getUint32(at + 4, this.#little)
    return size < frameBytes || size % 4 !== 0 ? undefined : size
  }

  read(view: DataView, at: number, end: number, into: CapturedPacket): boolean {
    const body = at + 8
    const stop = end - 4
    switch (view.getUint32(at, this.#little)) {
      case types.section:
        this.#interfaces = []
        return false
      case types.interface:
        this.#describe(view, body, stop)
        return false
      case types.enhanced:
        if (body + 20 > stop) return this.#skip('length')
        return this.#packet(view, view.getUint32(body, this.#little), body + 4, stop, into)
      case types.packet:
        if (body + 20 > stop) return this.#skip('length')
        return this.#packet(view, view.getUint16(body, this.#little), body + 4, stop, into)
      case types.simple:
        return this.#simple(view, body, stop, into)
      default:
        return false
    }
  }

  /** Time in two words, bytes captured and on the wire, then the packet. */
  #packet(view: DataView, number: number, at: number, stop: number, into: CapturedPacket): boolean {
    const of = this.#interfaces[number]
    if (!of) return this.#skip('interface')
    const length = view.getUint32(at + 8, this.#little)
    if (length > stop - at - 16) return this.#skip('length')
    const units = view.getUint32(at, this.#little) * 0x1_0000_0000 + view.getUint32(at + 4, this.#little)
    into.linkType = of.linkType
    into.timeMs = (units / of.units + of.offset) * 1000
    into.offset = at + 16
    into.length = length
    into.originalLength = view.getUint32(at + 12, this.#little)
    return true
  }

  /** A packet without a time, of the first interface: its captured length is the rest of the block. */
  #simple(view: DataView, at: number, stop: number, into: CapturedPacket): boolean {
    const [of] = this.#interfaces
    if (!of) return this.#skip('interface')
    if (at + 4 > stop) return this.#skip('length')
    into.originalLength = view.getUint32(at, this.#little)
    into.linkType = of.linkType
    into.timeMs = NaN
    into.offset = at + 4
    into.length = Math.min(into.originalLength, of.snapBytes || Infinity, stop - at - 4)
    return true
  }

  #describe(view: DataView, at: number, stop: number): void {
    if (at + 8 > stop) return this.#fault('length')
    if (this.#interfaces.length === limits.interfaces) return this.#fault('interface')
    const little = this.#little
    let units = 1_000_000
    let offset = 0
    let here = at + 8
    for (let option = 0; option < limits.options && here + 4 <= stop; option++) {
      const code = view.getUint16(here, little)
      const bytes = view.getUint16(here + 2, little)
      here += 4
      if (code === options.end || here + bytes > stop) break
      if (code === options.resolution && bytes === 1) {
        const resolution = view.getUint8(here)
        units = resolution < 0x80 ? 10 ** resolution : 2 ** (resolution - 0x80)
      } else if (code === options.offset && bytes === 8) offset = Number(view.getBigInt64(here, little))
      here += Math.ceil(bytes / 4) * 4
    }
    this.#interfaces.push({
      linkType: view.getUint16(at, little),
      snapBytes: view.getUint32(at + 4, little),
      units,
      offset,
    })
  }

  #skip(fault: CaptureFault): false {
    this.#fault(fault)
    return false
  }
}
