import { listLimits } from './limits.ts'

const [lf, cr] = [0x0a, 0x0d]

/** The lines of a file that comes in pieces, decoded as UTF-8, without their ends; undefined in place of one too long. */
export function* linesOf(pieces: Iterable<Uint8Array>): Generator<string | undefined> {
  let rest: Buffer[] = []
  let bytes = 0
  let tooLong = false
  const line = (): string | undefined => {
    const whole = tooLong ? undefined : rest.length === 1 ? rest[0]! : Buffer.concat(rest)
    rest = []
    bytes = 0
    tooLong = false
    return whole && whole.toString('utf8', 0, whole.at(-1) === cr ? whole.length - 1 : whole.length)
  }
  for (const piece of pieces) {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    for (let at = 0; at < buffer.length;) {
      const end = buffer.indexOf(lf, at)
      const part = buffer.subarray(at, end < 0 ? buffer.length : end)
      bytes += part.length
      if (bytes > listLimits.lineBytes) {
        tooLong = true
        rest = []
      } else rest.push(part)
      if (end < 0) break
      yield line()
      at = end + 1
    }
    // What is kept must not change when the piece's buffer is filled again.
    rest = rest.map((part) => Buffer.from(part))
  }
  if (bytes > 0) yield line()
}
