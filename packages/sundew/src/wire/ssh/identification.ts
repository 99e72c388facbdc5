/** What a client says first (RFC 4253 §4.2): its line without the line's end, one character (U+0000-U+00FF) a byte. */
export interface ClientIdentification {
  readonly line: string
  /** After `SSH-`: 2.0, or 1.99 of a client that also speaks the old protocol. */
  readonly major: number
  readonly minor: number
  /** After the second `-`: software version and comments. */
  readonly software: string
}

/**
 * Why a line is none: `no-ssh` is another protocol's or nothing, `too-long` past our limit, `bad-character` has a NUL or a lone CR,
 * `bad-form` begins with `SSH-` and goes on otherwise than it should, `other-version` is a protocol that sshd does not speak, `probe` a scanner that names itself.
 */
export type IdentificationFault =
  | 'no-ssh'
  | 'too-long'
  | 'bad-character'
  | 'bad-form'
  | 'other-version'
  | 'probe'

export type IdentificationResult =
  | { readonly state: 'whole'; readonly identification: ClientIdentification; readonly bytes: number }
  | { readonly state: 'more' }
  | {
      readonly state: 'malformed'
      readonly reason: IdentificationFault
      /** What had been read of the line, one character a byte. */
      readonly line: string
      /** sshd's answer, without its CR LF; undefined where it closes without a word. */
      readonly answer: string | undefined
      /** How many bytes sshd had read by then: it reads one at a time. */
      readonly bytes: number
    }

/** Characters of a line that OpenSSH reads (`SSH_MAX_BANNER_LEN`). */
export const maxIdentificationChars = 8192

/**
 * Reads a client's identification as sshd 9.2 does (kex.c), at the start of `bytes`, as far as they have come. A client may send no lines before
 * it, as a server may; CRs at the line's end are skipped, as many as there are. `bytes` of a whole one tells where the packets begin.
 */
export function readIdentification(bytes: Uint8Array): IdentificationResult {
  let returns = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === lf) return judge(lineOf(bytes, at), at + 1)
    if (byte === cr) returns++
    else if (byte === 0 || returns > 0) return invalid('bad-character', lineOf(bytes, at), at + 1)
    else if (at === maxIdentificationChars) return invalid('too-long', lineOf(bytes, at + 1), at + 1)
  }
  // sshd waits for as many CRs as there are, until its grace time is over.
  return returns > maxIdentificationChars
    ? invalid('too-long', lineOf(bytes, bytes.length), bytes.length)
    : { state: 'more' }
}

const cr = 13
const lf = 10

/** CRs stand only at its end. */
function lineOf(bytes: Uint8Array, end: number): string {
  let length = end
  while (length > 0 && bytes[length - 1] === cr) length--
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1')
}

function judge(line: string, bytes: number): IdentificationResult {
  if (line.length <= 4 || !line.startsWith('SSH-')) return invalid('no-ssh', line, bytes)
  // sscanf's "SSH-%d.%d-%[^\n]": a %d takes white space and a sign before its digits.
  const parts = /^SSH-[ \t\v\f]*([+-]?\d+)\.[ \t\v\f]*([+-]?\d+)-([^]+)$/.exec(line)
  if (!parts) return invalid('bad-form', line, bytes)
  const major = int32(parts[1]!)
  const minor = int32(parts[2]!)
  const software = parts[3]!
  if (major !== 2 && !(major === 1 && minor === 99))
    return {
      state: 'malformed',
      reason: 'other-version',
      line,
      answer: 'Protocol major versions differ.',
      bytes,
    }
  if (software.startsWith('Probe-') || software.includes('SSH_Version_Mapper'))
    return { state: 'malformed', reason: 'probe', line, answer: undefined, bytes }
  return { state: 'whole', identification: { line, major, minor, software }, bytes }
}

/** What glibc's %d makes of digits that are too many: the nearest 64-bit number, cut to 32. */
function int32(digits: string): number {
  const value = BigInt(digits.replace('+', ''))
  const nearest = value > maxLong ? maxLong : value < -maxLong - 1n ? -maxLong - 1n : value
  return Number(BigInt.asIntN(32, nearest))
}

const maxLong = 2n ** 63n - 1n

function invalid(reason: IdentificationFault, line: string, bytes: number): IdentificationResult {
  return { state: 'malformed', reason, line, answer: 'Invalid SSH identification string.', bytes }
}
