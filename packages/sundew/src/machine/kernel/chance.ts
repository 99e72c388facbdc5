import { createHmac } from 'node:crypto'

/** Numbers from 0 to below 1 that are the same each time for the same secret, source and key, and tell nothing of the secret. */
export function chanceOf(secret: string | Uint8Array, source: string): (key: string) => number {
  return (key) => {
    const hash = createHmac('sha256', secret).update(`${source}\0${key}`, 'latin1').digest()
    return hash.readUIntBE(0, 6) / 2 ** 48
  }
}
