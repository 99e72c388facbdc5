/** Numbers of one machine, from 0 to below 1: the same for the same key each time. */
export type Chance = (key: string) => number

/** So many bytes, made up. */
export function madeUpBytes(chance: Chance, key: string, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i += 4) {
    const word = Math.floor(chance(`${key} ${i}`) * 2 ** 32)
    for (let k = 0; k < 4 && i + k < length; k++) bytes[i + k] = (word >>> (8 * k)) & 0xff
  }
  return bytes
}

/** So many letters of an alphabet of 64. */
export function madeUpText(chance: Chance, key: string, length: number): string {
  const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  return [...madeUpBytes(chance, key, length)].map((byte) => alphabet[byte & 63]).join('')
}

export function pick<T>(chance: Chance, key: string, of: readonly T[]): T {
  return of[Math.floor(chance(key) * of.length)]!
}

/** As uuidgen's. */
export function madeUpUuid(chance: Chance, key: string): string {
  const bytes = madeUpBytes(chance, key, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
