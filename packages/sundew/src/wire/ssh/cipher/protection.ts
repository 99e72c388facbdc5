/**
 * What one direction does to its packets (RFC 4253 §6.3, §6.4) when it sends them. A packet is its length field, padding length, payload and
 * padding; `sequence` is its number, which wraps at 2^32.
 */
export interface Sealer {
  /** Padding makes packets a multiple of this. */
  readonly blockBytes: number
  /** The length field does not count towards that multiple, as it is sent in the clear or enciphered apart. */
  readonly lengthApart: boolean
  /** The packet as it goes on the wire. `packet` may be overwritten. */
  seal(packet: Uint8Array, sequence: number): Uint8Array
}

/** The same for packets that come in. */
export interface Opener {
  readonly blockBytes: number
  readonly lengthApart: boolean
  /** Bytes that must have come before `length` can tell. */
  readonly headBytes: number
  /** Bytes that follow the packet's own. */
  readonly tagBytes: number
  /** The tag is over what is enciphered, not over what is inside: a wrong one is found before anything is deciphered. */
  readonly tagFirst: boolean
  /** The packet's length field, out of its first `headBytes` bytes. To be called once a packet, and `open` after it. */
  length(head: Uint8Array, sequence: number): number
  /** The packet, its length field included, out of what came; undefined where the tag is wrong. */
  open(whole: Uint8Array, sequence: number): Uint8Array | undefined
}

/** No protection: how a connection begins. */
export const plain: Sealer & Opener = {
  blockBytes: 8,
  lengthApart: false,
  headBytes: 8,
  tagBytes: 0,
  tagFirst: false,
  seal: (packet) => packet,
  length: readLength,
  open: (whole) => whole,
}

/** The length field where it is not enciphered. */
export function readLength(head: Uint8Array): number {
  return ((head[0]! << 24) | (head[1]! << 16) | (head[2]! << 8) | head[3]!) >>> 0
}
