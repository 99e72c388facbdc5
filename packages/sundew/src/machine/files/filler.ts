import type { Source } from './content.ts'

const base64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1')
const lineBytes = 65

/** A file of which only the start is kept: what follows is the same each time, and looks like a program or like encoded text. */
export function filled(start: Uint8Array, size: number, seed: number, looks: 'binary' | 'text'): Source {
  return {
    size,
    read(position, length) {
      const bytes = new Uint8Array(length)
      for (let i = 0; i < length; i++) {
        const at = position + i
        bytes[i] =
          at < start.length
            ? start[at]!
            : looks === 'binary'
              ? binary(at, seed)
              : text(at, start.length, size, seed)
      }
      return bytes
    },
  }
}

/** Mostly bytes that code has, with stretches of zeros. */
function binary(at: number, seed: number): number {
  if (mix(seed, Math.floor(at / 48)) % 5 === 0) return 0
  return mix(seed, at) & 0xff
}

/** Lines of it are comments, so that a shell that reads them does nothing. */
function text(at: number, start: number, size: number, seed: number): number {
  const place = at - start
  if (place % lineBytes === (start > 0 ? 1 : 0)) return 0x23
  return at === size - 1 || place % lineBytes === (start > 0 ? 0 : lineBytes - 1)
    ? 0x0a
    : base64[mix(seed, at) & 63]!
}

function mix(seed: number, n: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(n, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return (h ^ (h >>> 15)) >>> 0
}
