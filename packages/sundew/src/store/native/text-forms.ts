const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?[Zz]$/

/**
 * Nanoseconds since the epoch of an RFC 3339 time in UTC, with up to nine decimals.
 *
 * @throws TypeError for any other text.
 */
export function nanoseconds(text: string): bigint {
  const found = rfc3339.exec(text)
  if (!found) throw new TypeError(`${JSON.stringify(text.slice(0, 64))} is no RFC 3339 time in UTC`)
  const [, year, month, day, hour, minute, second, fraction] = found
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  return BigInt(ms) * 1_000_000n + BigInt((fraction ?? '').padEnd(9, '0'))
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * The two halves of a UUID, high first; both 0 for the empty string (no session).
 *
 * @throws TypeError for any other text.
 */
export function uuidHalves(text: string): [bigint, bigint] {
  if (text === '') return [0n, 0n]
  if (!uuidShape.test(text)) throw new TypeError(`${JSON.stringify(text.slice(0, 64))} is no UUID`)
  const hex = text.replaceAll('-', '')
  return [BigInt(`0x${hex.slice(0, 16)}`), BigInt(`0x${hex.slice(16)}`)]
}

/**
 * The 16 bytes of an address (RFC 4291 §2.2, a zone is left out); IPv4 becomes `::ffff:a.b.c.d`; `''` is `::`.
 *
 * @throws TypeError for any other text.
 */
export function addressBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16)
  if (text === '') return bytes
  const wrong = (): TypeError => new TypeError(`${JSON.stringify(text.slice(0, 64))} is no IP address`)
  const bare = text.replace(/%.*$/, '')
  if (!bare.includes(':')) {
    bytes[10] = bytes[11] = 0xff
    putIPv4(bare, bytes, 12, wrong)
    return bytes
  }
  const halves = bare.split('::')
  if (halves.length > 2) throw wrong()
  const left = groups(halves[0]!, wrong)
  const right = halves.length === 2 ? groups(halves[1]!, wrong) : []
  const count = left.length + right.length
  if (halves.length === 2 ? count > 14 : count !== 16) throw wrong()
  bytes.set(left, 0)
  bytes.set(right, 16 - right.length)
  return bytes
}

function groups(text: string, wrong: () => TypeError): number[] {
  if (text === '') return []
  const parts = text.split(':')
  return parts.flatMap((part, index) => {
    if (index === parts.length - 1 && part.includes('.')) {
      const four = new Uint8Array(4)
      putIPv4(part, four, 0, wrong)
      return [...four]
    }
    if (!/^[0-9a-f]{1,4}$/i.test(part)) throw wrong()
    const value = parseInt(part, 16)
    return [value >> 8, value & 0xff]
  })
}

function putIPv4(text: string, into: Uint8Array, at: number, wrong: () => TypeError): void {
  const parts = text.split('.')
  if (parts.length !== 4) throw wrong()
  for (const [index, part] of parts.entries()) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) throw wrong()
    into[at + index] = Number(part)
  }
}
