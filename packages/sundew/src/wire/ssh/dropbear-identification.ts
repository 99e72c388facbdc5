import type { IdentificationResult } from './identification.ts'

/** Characters of a line that Dropbear reads; what follows them is taken for packets. */
const maxLineChars = 255

/** Reads a client's identification as Dropbear 2022.83 does: CRs are left out wherever they are, and it answers nothing to what is none. */
export function readDropbearIdentification(bytes: Uint8Array): IdentificationResult {
  const kept: number[] = []
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte !== cr && byte !== lf) kept.push(byte)
    if (byte === lf || kept.length === maxLineChars)
      return judge(Buffer.from(kept).toString('latin1'), at + 1)
  }
  return { state: 'more' }
}

const cr = 13
const lf = 10

function judge(line: string, bytes: number): IdentificationResult {
  const refused = (reason: 'no-ssh' | 'other-version') =>
    ({ state: 'malformed', reason, line, answer: undefined, bytes }) as const
  if (!line.startsWith('SSH-')) return refused('no-ssh')
  const old = line.startsWith('SSH-1.99-')
  if (!line.startsWith('SSH-2.') && !old) return refused('other-version')
  const software = /^SSH-[^-]*-([^]*)$/.exec(line)?.[1] ?? ''
  return {
    state: 'whole',
    identification: { line, major: old ? 1 : 2, minor: old ? 99 : 0, software },
    bytes,
  }
}
