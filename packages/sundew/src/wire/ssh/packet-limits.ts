/** What a packet's length field may say. */
export interface PacketLimits {
  readonly minPacketBytes: number
  readonly maxPacketBytes: number
  /** The highest message number that is read. */
  readonly maxType: number
  /** Bytes of padding that a packet must have: RFC 4253 §6 says four, and not every server looks. */
  readonly minPaddingBytes: number
}

/** OpenSSH's `PACKET_MAX_SIZE` of 256 KiB, and numbers up to 191: those past it (RFC 4250 §4.1.2) are local extensions. */
export const openSshPacketLimits: PacketLimits = {
  minPacketBytes: 5,
  maxPacketBytes: 256 * 1024,
  maxType: 191,
  minPaddingBytes: 4,
}

/** Bytes of padding that every packet of ours has at least (RFC 4253 §6). */
export const minPaddingBytes = 4
