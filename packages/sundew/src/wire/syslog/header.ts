import { LineClock } from './line-clock.ts'

const [blank, quote, percent, comma, colon] = [0x20, 0x22, 0x25, 0x2c, 0x3a]
const [less, equals, greater, open, backslash, close, bar] = [0x3c, 0x3d, 0x3e, 0x5b, 0x5c, 0x5d, 0x7c]
const [dash, star, dot] = [0x2d, 0x2a, 0x2e]
/** Highest PRIVAL: facility 23, severity 7 (RFC 5424 §6.2.1). */
const highestPriority = 191
/** Longest HOSTNAME (RFC 5424 §6.2.4); what is longer is none. */
const longestHost = 255
/** Digits of Cisco's sequence number at most. */
const longestSequence = 12

/**
 * What stands before a syslog message, by its bytes: RFC 5424, RFC 3164 with the dialects that firewalls speak (no priority, no host,
 * another time, sequence numbers, a version without what belongs to it), or nothing at all. Never throws; spans are within the line.
 * One object, used again for every line.
 */
export class SyslogHeader {
  /** 0 to 191; -1 where there is none. */
  priority = -1
  /** ms since 1970; as if it were UTC where {@link zoned} is false; NaN where the line tells none. */
  time = Number.NaN
  zoned = false
  /** Whether it tells parts of a second. */
  fine = false
  /** Whether its date has no year. */
  yearless = false
  /** The host's name; `hostTo` is 0 where there is none. */
  hostFrom = 0
  hostTo = 0
  /** The program (RFC 5424's APP-NAME, or what stands before `[12]:` or a colon); `tagTo` is 0 where there is none. */
  tagFrom = 0
  tagTo = 0
  /** Whether the program's number was told: it is no kernel and no device. */
  numbered = false
  /** Whether it is RFC 5424's: nothing of it is within the message. */
  versioned = false
  /** Where the message begins: the program's name is part of it where it stands before a colon. */
  messageFrom = 0
  /** Where the device's own header begins, behind the priority and a relay's header; what was taken for its time and host may be its message. */
  ownFrom = 0
  /** Where RFC 5424's MSGID begins, if structured data comes behind it; -1 else. */
  structuredFrom = -1
  readonly #clock = new LineClock()

  /** @param now to tell the year by, ms since 1970 */
  read(line: Uint8Array, from: number, to: number, now: number): void {
    this.priority = this.structuredFrom = -1
    this.time = Number.NaN
    this.zoned = this.fine = this.yearless = this.numbered = this.versioned = false
    this.hostFrom = this.hostTo = this.tagFrom = this.tagTo = 0
    const at = (this.ownFrom = this.#readPriority(line, from, to))
    if (at > from && this.#readVersion(line, at, to, now)) return
    this.#readOld(line, at, to, now)
    // A relay's header before the device's own: whose line it is, and when it was, the device knows.
    const { messageFrom, hostFrom, hostTo } = this
    if (hostTo > 0 && this.#isTime(line, this.#pastSequence(line, messageFrom, to, now), to, now)) {
      this.ownFrom = messageFrom
      this.#readOld(line, messageFrom, to, now)
      if (this.hostTo === 0) {
        this.hostFrom = hostFrom
        this.hostTo = hostTo
      }
    }
    this.#readTag(line, to)
  }

  #readPriority(line: Uint8Array, from: number, to: number): number {
    if (from >= to || line[from] !== less) return from
    let value = 0
    let at = from + 1
    while (at < to && at < from + 4) {
      const digit = line[at]! - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      at++
    }
    if (at === from + 1 || at >= to || line[at] !== greater) return from
    if (value <= highestPriority) this.priority = value
    return at + 1
  }

  /** RFC 5424 §6: `1 TIME HOST APP PROCID MSGID SD MESSAGE`. False where it is not whole. */
  #readVersion(line: Uint8Array, from: number, to: number, now: number): boolean {
    if (to - from < 4 || line[from] !== 0x31 || line[from + 1] !== blank) return false
    let at = from + 2
    if (line[at] === dash && line[at + 1] === blank) at++
    else if (this.#takeTime(line, at, to, now)) at = this.#clock.end
    else return false
    if (line[at] !== blank) return false
    const host = at + 1
    const hostEnd = wordEnd(line, host, to)
    const app = hostEnd + 1
    const appEnd = wordEnd(line, app, to)
    const process = appEnd + 1
    const processEnd = wordEnd(line, process, to)
    const id = processEnd + 1
    const idEnd = wordEnd(line, id, to)
    const data = idEnd + 1
    if (idEnd >= to || appEnd === app || (line[data] !== dash && line[data] !== open) || data >= to)
      return false
    const dataEnd = line[data] === dash ? data + 1 : structuredEnd(line, data, to)
    if (dataEnd < 0 || (dataEnd < to && line[dataEnd] !== blank)) return false
    if (!isNil(line, host, hostEnd) && hostEnd - host <= longestHost) {
      this.hostFrom = host
      this.hostTo = hostEnd
    }
    if (!isNil(line, app, appEnd)) {
      this.tagFrom = app
      this.tagTo = appEnd
    }
    this.numbered = !isNil(line, process, processEnd)
    this.versioned = true
    this.structuredFrom = line[data] === open ? id : -1
    this.messageFrom = afterMark(line, Math.min(to, dataEnd + 1), to)
    return true
  }

  /** RFC 3164 and what is called so. */
  #readOld(line: Uint8Array, from: number, to: number, now: number): void {
    let at = from
    // `<166>:Nov 25 …` (Cisco's EMBLEM), `123: `, `123: gw: `, `1 2026-…`.
    if (line[at] === colon) at++
    at = this.#pastSequence(line, at, to, now)
    if (line[at] === star || line[at] === dot) at++
    if (!this.#takeTime(line, at, to, now)) {
      this.messageFrom = from
      this.#readTopicsHost(line, from, to)
      return
    }
    at = this.#clock.end
    if (line[at] === colon) at++
    if (at < to && line[at] !== blank) {
      // A time that something is glued to is none that a header ends with.
      this.messageFrom = at
      return
    }
    while (at < to && line[at] === blank) at++
    const end = wordEnd(line, at, to)
    if (isHost(line, at, end) && end < to) {
      this.hostFrom = at
      this.hostTo = end
      at = end
      while (at < to && line[at] === blank) at++
      // `fw1 : %ASA-6-…`.
      if (line[at] === colon && line[at + 1] === blank) at += 2
    }
    this.messageFrom = Math.min(at, to)
  }

  #takeTime(line: Uint8Array, at: number, to: number, now: number): boolean {
    const clock = this.#clock
    if (!clock.read(line, at, to, now)) return false
    this.time = clock.time
    this.zoned = clock.zoned
    this.fine = clock.fine
    this.yearless = clock.yearless
    return true
  }

  /** Past a sequence number, and the name that Cisco puts behind it; only where a time follows. */
  #pastSequence(line: Uint8Array, from: number, to: number, now: number): number {
    let at = from
    while (at < to && at - from <= longestSequence && isDigit(line[at]!)) at++
    if (at === from || at - from > longestSequence) return from
    if (line[at] === blank && at - from <= 2) return this.#clock.read(line, at + 1, to, now) ? at + 1 : from
    if (line[at] !== colon || line[at + 1] !== blank) return from
    at += 2
    if (this.#isTime(line, at, to, now)) return at
    const end = wordEnd(line, at, to)
    if (end >= to || line[end - 1] !== colon || !isHost(line, at, end - 1)) return from
    if (!this.#isTime(line, end + 1, to, now)) return from
    this.hostFrom = at
    this.hostTo = end - 1
    return end + 1
  }

  #isTime(line: Uint8Array, at: number, to: number, now: number): boolean {
    return this.#clock.read(line, line[at] === star || line[at] === dot ? at + 1 : at, to, now)
  }

  /** `gw firewall,info …` without a time: RouterOS with its name alone. */
  #readTopicsHost(line: Uint8Array, from: number, to: number): void {
    const end = wordEnd(line, from, to)
    if (end >= to || !isHost(line, from, end) || !isTopics(line, end + 1, to)) return
    this.hostFrom = from
    this.hostTo = end
    this.messageFrom = end + 1
  }

  /** `kernel:`, `filterlog[812]:`. */
  #readTag(line: Uint8Array, to: number): void {
    const from = this.messageFrom
    const most = Math.min(to, from + longestHost)
    let at = from
    while (at < most && isNameByte(line[at]!)) at++
    if (at === from || at >= most) return
    if (line[at] === open) {
      let end = at + 1
      while (end < most && isDigit(line[end]!)) end++
      if (end === at + 1 || line[end] !== close) return
      this.numbered = true
    } else if (line[at] !== colon) return
    this.tagFrom = from
    this.tagTo = at
  }
}

/** Behind the last element of structured data that begins at `at` (RFC 5424 §6.3); -1 where it does not end. */
function structuredEnd(line: Uint8Array, at: number, to: number): number {
  while (at < to && line[at] === open) {
    let quoted = false
    for (at++; at < to; at++) {
      const byte = line[at]!
      if (quoted && byte === backslash) at++
      else if (byte === quote) quoted = !quoted
      else if (!quoted && byte === close) break
    }
    if (at >= to) return -1
    at++
  }
  return at
}

/** Behind a byte order mark (RFC 5424 §6.4), and blanks: rsyslogd leaves the one of RFC 3164's that it forwards. */
function afterMark(line: Uint8Array, at: number, to: number): number {
  while (at < to && line[at] === blank) at++
  return to - at >= 3 && line[at] === 0xef && line[at + 1] === 0xbb && line[at + 2] === 0xbf ? at + 3 : at
}

function wordEnd(line: Uint8Array, at: number, to: number): number {
  while (at < to && line[at] !== blank) at++
  return at
}

function isNil(line: Uint8Array, from: number, to: number): boolean {
  return to - from === 1 && line[from] === dash
}

/** Whether a word can be a host's name, and is no program's and no message's beginning. */
function isHost(line: Uint8Array, from: number, to: number): boolean {
  if (from >= to || to - from > longestHost || line[to - 1] === colon) return false
  for (let at = from; at < to; at++) {
    const byte = line[at]!
    if (byte <= blank || byte === open || byte === comma || byte === equals || byte === bar || byte === quote)
      return false
    if (byte === percent && at === from) return false
  }
  return true
}

/** `firewall,info `: small letters with a comma among them. */
function isTopics(line: Uint8Array, from: number, to: number): boolean {
  let commas = 0
  for (let at = from; at < to; at++) {
    const byte = line[at]!
    if (byte === comma) commas++
    else if (byte === blank) return commas > 0
    else if (byte < 0x61 || byte > 0x7a) return false
  }
  return false
}

function isNameByte(byte: number): boolean {
  return byte > blank && byte !== colon && byte !== open && byte !== close && byte < 0x7f
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
