/**
 * What a TLS client says first (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). Lists are in the client's order, GREASE included;
 * names are held as one character (U+0000-U+00FF) a byte.
 */
export interface ClientHello {
  /** The whole handshake message, its four-byte header included, put together from its records. */
  readonly message: Uint8Array
  /** `legacy_version`: 0x0303 for TLS 1.2 and 1.3. */
  readonly version: number
  readonly cipherSuites: readonly number[]
  /** Types of the extensions. */
  readonly extensions: readonly number[]
  /** SNI's host name, as sent (RFC 6066 §3); not checked to be one. */
  readonly serverName: string | undefined
  readonly alpn: readonly string[]
  readonly supportedVersions: readonly number[]
  readonly signatureAlgorithms: readonly number[]
}

/**
 * Why bytes are no ClientHello: `plain-text` begins like a request of another protocol, `sslv2-hello` is the form of 1995,
 * `alert` and `not-handshake` are TLS records of other content, `not-client-hello` another handshake message,
 * `bad-length` has lengths that contradict each other, `too-long` is past our limit.
 */
export type HelloFault =
  | 'plain-text'
  | 'not-tls'
  | 'sslv2-hello'
  | 'alert'
  | 'not-handshake'
  | 'not-client-hello'
  | 'bad-length'
  | 'too-long'

export type HelloResult =
  | { readonly state: 'whole'; readonly hello: ClientHello }
  | { readonly state: 'more' }
  | { readonly state: 'malformed'; readonly reason: HelloFault }

/** Bytes of records that may be read before a ClientHello is whole. Chrome's, with post-quantum keys, has about 2 KiB. */
export const maxHelloBytes = 16 * 1024
/** Records it may be cut into. */
const maxRecords = 64

const recordHeaderBytes = 5
const messageHeaderBytes = 4

/** Reads the ClientHello at the start of `bytes`, as far as they have come. Bytes after it are left alone. */
export function parseClientHello(bytes: Uint8Array): HelloResult {
  const joined = joinRecords(bytes)
  if (!(joined instanceof Uint8Array)) return joined
  const hello = parseMessage(joined)
  return hello ? { state: 'whole', hello } : malformed('bad-length')
}

/** The handshake message, whole, out of the records that carry it (RFC 8446 §5.1). */
function joinRecords(bytes: Uint8Array): Uint8Array | HelloResult {
  const parts: Uint8Array[] = []
  let have = 0
  let need = messageHeaderBytes
  let at = 0
  for (let records = 0; records < maxRecords; records++) {
    const fault = faultOfRecord(bytes, at)
    if (fault) return malformed(at === 0 || fault === 'alert' ? fault : 'bad-length')
    if (bytes.length < at + recordHeaderBytes) return more(bytes)
    const length = (bytes[at + 3]! << 8) | bytes[at + 4]!
    if (length === 0 || length > maxHelloBytes) return malformed('bad-length')
    const part = bytes.subarray(at + recordHeaderBytes, at + recordHeaderBytes + length)
    parts.push(part)
    have += part.length
    if (have >= messageHeaderBytes && need === messageHeaderBytes) {
      const head = concat(parts, have)
      if (head[0] !== 1) return malformed('not-client-hello')
      need += (head[1]! << 16) | (head[2]! << 8) | head[3]!
      if (need > maxHelloBytes) return malformed('too-long')
    }
    if (have >= need && need > messageHeaderBytes)
      return new Uint8Array(concat(parts, have).subarray(0, need))
    if (part.length < length) return more(bytes)
    at += recordHeaderBytes + length
  }
  return malformed('too-long')
}

/** What is wrong with the record header at `at`, judged by the bytes that are there. */
function faultOfRecord(bytes: Uint8Array, at: number): HelloFault | undefined {
  const type = bytes[at]
  if (type === undefined) return undefined
  if (type === 21) return 'alert'
  if (type !== 22) {
    if (type === 20 || type === 23 || type === 24) return 'not-handshake'
    // RFC 5246 §E.2: a two-byte length with the high bit set, then CLIENT-HELLO (1).
    if (type & 0x80 && (bytes.length < at + 3 || bytes[at + 2] === 1))
      return bytes.length < at + 3 ? undefined : 'sslv2-hello'
    return type === 10 || type === 13 || (type >= 0x20 && type < 0x7f) ? 'plain-text' : 'not-tls'
  }
  const major = bytes[at + 1]
  return major !== undefined && major !== 3 ? 'not-tls' : undefined
}

function more(bytes: Uint8Array): HelloResult {
  return bytes.length >= maxHelloBytes ? malformed('too-long') : { state: 'more' }
}

function malformed(reason: HelloFault): HelloResult {
  return { state: 'malformed', reason }
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Reads lengths and what they span; past the end everything is undefined. */
class Reader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  number(size: 1 | 2): number | undefined {
    if (this.left < size) return undefined
    const high = this.#bytes[this.#at++]!
    return size === 1 ? high : (high << 8) | this.#bytes[this.#at++]!
  }

  /** `length` bytes, or as many as a length field of `size` bytes says. */
  take(length: number | undefined): Uint8Array | undefined {
    if (length === undefined || this.left < length) return undefined
    const part = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return part
  }

  span(size: 1 | 2): Uint8Array | undefined {
    return this.take(this.number(size))
  }
}

function parseMessage(message: Uint8Array): ClientHello | undefined {
  const reader = new Reader(message, messageHeaderBytes)
  const version = reader.number(2)
  const random = reader.take(32)
  const sessionId = reader.span(1)
  const suites = numbers(reader.span(2))
  const compression = reader.span(1)
  if (version === undefined || !random || !sessionId || !suites || !compression) return undefined
  const found: Found = { extensions: [], serverName: undefined, alpn: [], versions: [], algorithms: [] }
  if (reader.left > 0) {
    const block = reader.span(2)
    if (!block || reader.left > 0 || !readExtensions(new Reader(block), found)) return undefined
  }
  return {
    message,
    version,
    cipherSuites: suites,
    extensions: found.extensions,
    serverName: found.serverName,
    alpn: found.alpn,
    supportedVersions: found.versions,
    signatureAlgorithms: found.algorithms,
  }
}

interface Found {
  extensions: number[]
  serverName: string | undefined
  alpn: string[]
  versions: number[]
  algorithms: number[]
}

function readExtensions(block: Reader, found: Found): boolean {
  while (block.left > 0) {
    const type = block.number(2)
    const body = block.span(2)
    if (type === undefined || !body) return false
    found.extensions.push(type)
    const reader = new Reader(body)
    switch (type) {
      case 0:
        found.serverName ??= hostNameOf(reader.span(2))
        break
      case 13:
        found.algorithms = numbers(reader.span(2)) ?? []
        break
      case 16:
        found.alpn = names(reader.span(2))
        break
      case 43:
        found.versions = numbers(reader.span(1)) ?? []
        break
      default:
    }
  }
  return true
}

function hostNameOf(list: Uint8Array | undefined): string | undefined {
  const reader = new Reader(list ?? new Uint8Array())
  while (reader.left > 0) {
    const type = reader.number(1)
    const name = reader.span(2)
    if (!name) return undefined
    if (type === 0) return latin1(name)
  }
  return undefined
}

function names(list: Uint8Array | undefined): string[] {
  const reader = new Reader(list ?? new Uint8Array())
  const found: string[] = []
  for (let name = reader.span(1); name && name.length > 0; name = reader.span(1)) found.push(latin1(name))
  return found
}

/** Two-byte numbers; undefined where a byte is left over. */
function numbers(list: Uint8Array | undefined): number[] | undefined {
  if (!list || list.length % 2 !== 0) return undefined
  const found: number[] = []
  for (let i = 0; i < list.length; i += 2) found.push((list[i]! << 8) | list[i + 1]!)
  return found
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}
