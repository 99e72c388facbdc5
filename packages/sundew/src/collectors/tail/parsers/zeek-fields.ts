import type { Seen } from '../parser.ts'
import { ascii, decimal, isDigit, latin1, looksLikeAddress, startsWith } from '../scan.ts'

/** What a field of a Zeek log is looked at for, by its name: whatever log it is in. */
export type Role =
  | 'time'
  | 'client'
  | 'client-port'
  | 'server'
  | 'server-port'
  | 'protocol'
  | 'state'
  | 'name'
  | 'names'
  | 'answer'
  | 'host'
  | 'path'
  | 'hash'
  | 'ja3'
  | 'ja4'
  | 'email'
  | 'file-name'
  | 'sender'
  | 'receiver'
  | 'indicator'
  | 'indicator-type'

/** Fields of conn, dns, http, ssl, x509, files, intel and smtp logs (docs.zeek.org/en/current/logs). */
export const roles: ReadonlyMap<string, Role> = new Map([
  ['ts', 'time'],
  ['id.orig_h', 'client'],
  ['id.orig_p', 'client-port'],
  ['id.resp_h', 'server'],
  ['id.resp_p', 'server-port'],
  ['proto', 'protocol'],
  ['conn_state', 'state'],
  ['query', 'name'],
  ['answers', 'answer'],
  ['host', 'host'],
  ['uri', 'path'],
  ['server_name', 'name'],
  ['ja3', 'ja3'],
  ['ja4', 'ja4'],
  ['cert_chain_fps', 'hash'],
  ['client_cert_chain_fps', 'hash'],
  ['fingerprint', 'hash'],
  ['san.dns', 'names'],
  ['md5', 'hash'],
  ['sha1', 'hash'],
  ['sha256', 'hash'],
  ['filename', 'file-name'],
  ['tx_hosts', 'sender'],
  ['rx_hosts', 'receiver'],
  ['mailfrom', 'email'],
  ['rcptto', 'email'],
  ['seen.indicator', 'indicator'],
  ['seen.indicator_type', 'indicator-type'],
])

/** Longest host and path that are put together. */
const longestPart = 8_192
/** Connections that were asked for and not answered, and those that were (conn.log, `conn_state`); TCP only. */
const unanswered = new Set(['S0', 'REJ', 'SH', 'RSTOS0'])
const answered = new Set(['SF', 'S1', 'S2', 'S3', 'RSTO', 'RSTR'])
const schemeMark = ascii('://')
const plainHttp = 80

/** Tells what the fields of one line say. Some say something only together: those are told at the line's end. */
export class ZeekLine {
  readonly #host = new Uint8Array(longestPart)
  readonly #path = new Uint8Array(longestPart)
  readonly #url = new Uint8Array(longestPart * 2)
  readonly #indicator = new Uint8Array(longestPart)
  readonly #client = new Uint8Array(64)
  readonly #server = new Uint8Array(64)
  #hostLength = 0
  #pathLength = 0
  #indicatorLength = 0
  #indicatorType = ''
  #serverPort = 0
  #protocol = ''
  #state = ''
  #clientKnown = false

  clear(): void {
    this.#hostLength = this.#pathLength = this.#indicatorLength = this.#serverPort = 0
    this.#indicatorType = this.#protocol = this.#state = ''
    this.#clientKnown = false
  }

  /** One value; each element of a set or vector by itself. Its bytes need stay good for the call only. */
  value(role: Role, line: Uint8Array, from: number, to: number, into: Seen): void {
    if (from >= to) return
    switch (role) {
      case 'time':
        return tellTime(line, from, to, into)
      case 'client':
        this.#clientIs(line, from, to, into)
        return into.address(line, from, to)
      case 'client-port': {
        const port = decimal(line, from, to)
        return port >= 0 && port < 65_536 ? into.port(port) : undefined
      }
      case 'server':
        into.server(this.#server, 0, copy(line, from, to, this.#server))
        return into.address(line, from, to)
      case 'server-port':
        this.#serverPort = Math.max(0, decimal(line, from, to))
        return
      case 'protocol':
        this.#protocol = latin1(line, from, Math.min(to, from + 8))
        return
      case 'state':
        this.#state = latin1(line, from, Math.min(to, from + 8))
        return
      case 'name':
      case 'names':
      case 'answer':
        return nameOrAddress(line, from, to, into)
      case 'host':
        this.#hostLength = copy(line, from, to, this.#host)
        return nameOrAddress(line, from, to, into)
      case 'path':
        this.#pathLength = copy(line, from, to, this.#path)
        return
      case 'hash':
        return into.hash(line, from, to)
      case 'ja3':
        return into.ja3(line, from, to)
      case 'ja4':
        return into.ja4(line, from, to)
      case 'email':
        return tellEmail(line, from, to, into)
      case 'file-name':
        return into.fileName(line, from, to)
      case 'sender':
        return into.address(line, from, to)
      case 'receiver':
        // Older logs of files tell no connection: who got it stands for the client.
        if (!this.#clientKnown) this.#clientIs(line, from, to, into)
        return into.address(line, from, to)
      case 'indicator':
        this.#indicatorLength = copy(line, from, to, this.#indicator)
        return
      case 'indicator-type':
        this.#indicatorType = latin1(line, from, Math.min(to, from + 32))
    }
  }

  /** What fields say together. */
  end(into: Seen): void {
    if (this.#protocol === 'tcp') {
      if (unanswered.has(this.#state)) into.answered(false)
      else if (answered.has(this.#state)) into.answered(true)
    }
    if (this.#pathLength > 0) this.#tellUrl(into)
    if (this.#indicatorLength > 0) this.#tellIndicator(into)
  }

  #clientIs(line: Uint8Array, from: number, to: number, into: Seen): void {
    // Its bytes may be a scratch's, and the next value's.
    const length = copy(line, from, to, this.#client)
    if (length === 0) return
    this.#clientKnown = true
    into.client(this.#client, 0, length)
  }

  /** Host and path; with the port too, where it is another than a URL without one means. */
  #tellUrl(into: Seen): void {
    if (startsWith(this.#path, schemeEnd(this.#path, this.#pathLength), this.#pathLength, schemeMark))
      return into.url(this.#path, 0, this.#pathLength)
    if (this.#hostLength === 0) return
    const url = this.#url
    url.set(this.#host.subarray(0, this.#hostLength))
    url.set(this.#path.subarray(0, this.#pathLength), this.#hostLength)
    into.url(url, 0, this.#hostLength + this.#pathLength)
    if (this.#serverPort === plainHttp || this.#serverPort === 0) return
    const port = ascii(`:${this.#serverPort}`)
    url.set(port, this.#hostLength)
    url.set(this.#path.subarray(0, this.#pathLength), this.#hostLength + port.length)
    into.url(url, 0, this.#hostLength + port.length + this.#pathLength)
  }

  #tellIndicator(into: Seen): void {
    const [line, to] = [this.#indicator, this.#indicatorLength]
    switch (this.#indicatorType) {
      case 'Intel::ADDR':
        return into.address(line, 0, to)
      case 'Intel::DOMAIN':
        return into.name(line, 0, to)
      case 'Intel::URL':
        return into.url(line, 0, to)
      case 'Intel::EMAIL':
        return into.email(line, 0, to)
      case 'Intel::FILE_HASH':
      case 'Intel::CERT_HASH':
      case 'Intel::PUBKEY_HASH':
        return into.hash(line, 0, to)
      case 'Intel::FILE_NAME':
        return into.fileName(line, 0, to)
    }
  }
}

/** How much fits; what is longer is cut, and matches nothing. */
function copy(line: Uint8Array, from: number, to: number, into: Uint8Array): number {
  const length = Math.min(to - from, into.length)
  for (let at = 0; at < length; at++) into[at] = line[from + at]!
  return length
}

/** Where a scheme's letters end. */
function schemeEnd(line: Uint8Array, to: number): number {
  let at = 0
  while (at < to && at < 8 && (line[at]! | 0x20) >= 0x61 && (line[at]! | 0x20) <= 0x7a) at++
  return at
}

function nameOrAddress(line: Uint8Array, from: number, to: number, into: Seen): void {
  if (looksLikeAddress(line, from, to)) into.address(line, from, to)
  else into.name(line, from, to)
}

/** As SMTP tells it, with or without angle brackets. */
function tellEmail(line: Uint8Array, from: number, to: number, into: Seen): void {
  const open = line[from] === 0x3c ? from + 1 : from
  const end = line[to - 1] === 0x3e ? to - 1 : to
  if (end > open) into.email(line, open, end)
}

/** Seconds since 1970 with a fraction, or RFC 3339 (JSON::TS_ISO8601). */
function tellTime(line: Uint8Array, from: number, to: number, into: Seen): void {
  let [seconds, ms, unit, at] = [0, 0, 100, from]
  for (; at < to && at - from < 12 && isDigit(line[at]); at++) seconds = seconds * 10 + line[at]! - 0x30
  if (at < to && line[at] !== 0x2e) {
    const time = Date.parse(latin1(line, from, Math.min(to, from + 40)))
    if (time === time) into.time(time)
    return
  }
  for (at++; at < to && unit >= 1; at++, unit /= 10) ms += (line[at]! - 0x30) * unit
  if (at > from + 1) into.time(seconds * 1_000 + Math.floor(ms))
}
