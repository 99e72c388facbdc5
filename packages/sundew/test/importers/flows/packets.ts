/** An IPv4 packet with UDP in it, or a piece of one: `offset` counts the bytes of UDP's header too. */
export function ipv4(
  payload: Uint8Array,
  { source = 1, id = 1, offset = 0, more = false, protocol = 17 } = {},
): Buffer {
  const packet = Buffer.alloc(20 + payload.length)
  packet[0] = 0x45
  packet.writeUInt16BE(packet.length, 2)
  packet.writeUInt16BE(id, 4)
  packet.writeUInt16BE((more ? 0x2000 : 0) | (offset / 8), 6)
  packet[8] = 64
  packet[9] = protocol
  packet.writeUInt32BE(0xc000_0200 + source, 12)
  packet.writeUInt32BE(0xc633_6401, 16)
  packet.set(payload, 20)
  return packet
}

/** UDP's header before the payload. */
export function udp(payload: Uint8Array, to: number, from = 50_000): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16BE(from, 0)
  head.writeUInt16BE(to, 2)
  head.writeUInt16BE(8 + payload.length, 4)
  return Buffer.concat([head, payload])
}

/** A UDP datagram in pieces of so many bytes, a multiple of 8. */
export function fragments(payload: Uint8Array, to: number, bytes: number, id = 7): Buffer[] {
  const whole = udp(payload, to)
  const pieces: Buffer[] = []
  for (let at = 0; at < whole.length; at += bytes)
    pieces.push(ipv4(whole.subarray(at, at + bytes), { id, offset: at, more: at + bytes < whole.length }))
  return pieces
}
