import type { SyslogHeader } from '../../wire/syslog/header.ts'
import { ascii, isDigit, startsWith, wordEnd } from '../tail/scan.ts'
import { isTimeWord } from './parsers/time-word.ts'
import { isKernelTalker, type ProgramKind, programKind, tellsPrefix } from './programs.ts'

const [blank, quote, percent, comma, colon, equals] = [0x20, 0x22, 0x25, 0x2c, 0x3a, 0x3d]
const [open, close] = [0x5b, 0x5d]
const [cef, leef, login] = [ascii('CEF:'), ascii('LEEF:'), ascii('login failure')]
/** Priorities of the kernel's facility (RFC 5424 §6.2.1), which syslogd gives to no program. */
const kernelPriorities = 8
/** Names of relays that may stand between a header's host and a program's name. */
const mostRelays = 2
/** Bytes and words of a prefix behind a program's name. */
const [longestPrefix, mostPrefixWords] = [64, 3]
const [netfilterStart, mikrotikStart] = [ascii('IN='), ascii('in:')]

type Kind = ProgramKind | 'none'

/**
 * Who wrote a line, and so who may read it. Programs write down what strangers say, a name at a login as any other: a firewall's
 * message begins where the message does, behind what that firewall itself puts there, and never within another program's words.
 * One object, used again for every line.
 */
export class Author {
  #kind: Kind = 'none'
  #numbered = false
  /** Where the program's words begin. */
  #saidFrom = 0

  read(line: Uint8Array, header: SyslogHeader, to: number): void {
    const { tagFrom, tagTo, messageFrom } = header
    this.#numbered = header.numbered
    this.#saidFrom = messageFrom
    // Cisco's mnemonic stands where a program's name would.
    const isCisco = messageFrom < to && line[messageFrom] === percent
    if (tagTo > 0 && (!isCisco || header.versioned)) {
      this.#kind = kindOf(line, tagFrom, tagTo, header.numbered ? -1 : header.priority)
      if (!header.versioned) this.#saidFrom = behindTag(line, tagTo, to)
      if (this.#kind === 'firewall' && tellsOfOthers(line, this.#saidFrom, to)) this.#kind = 'talker'
      return
    }
    this.#kind = 'none'
    if (!header.versioned && !isCisco) this.#seekTag(line, messageFrom, to, header.priority)
  }

  /** Whether the line may be a firewall's decision: of no program with a number but a firewall's, and of none that is known to tell other things. */
  get mayDecide(): boolean {
    if (this.#kind === 'talker') return false
    return !this.#numbered || this.#kind === 'firewall' || this.#kind === 'carrier'
  }

  /** Whether the program is known to tell other things. */
  get isTalker(): boolean {
    return this.#kind === 'talker'
  }

  /**
   * Whether a parser that looks for its words anywhere in a line may read this one: not where its beginning tells another firewall's
   * format; behind the name of a program that is no firewall's only where the packet stands there, or a prefix that says so.
   */
  maySearch(line: Uint8Array, header: SyslogHeader, to: number): boolean {
    const { messageFrom: at } = header
    if (this.#kind === 'unknown' || this.#kind === 'carrier') {
      const isPrefix = tellsPrefix(
        line,
        header.versioned ? header.tagFrom : at,
        header.versioned ? header.tagTo : this.#saidFrom,
      )
      return startsSoon(line, this.#saidFrom, to, isPrefix)
    }
    if (this.#kind === 'firewall') return true
    if (line[at] === percent || startsWith(line, at, to, cef) || startsWith(line, at, to, leef)) return false
    if (startsWith(line, at, to, login)) return false
    let end = at
    while (end < to && isWordByte(line[end]!)) end++
    // `1,2026/11/25 …`, `date=2026-11-25 …`; a topic has a comma too, and letters before it.
    return !(end > at && end < to && (line[end] === equals || (line[end] === comma && line[at]! <= 0x39)))
  }

  /**
   * Behind the word at `at`, where a firewall's message may begin behind that: a program's name (`pf: `), the name of a relay before all,
   * a line card (`fpc0 `), a time (`2026: 11:25-22:37:16 `) and the host's name behind one. -1 where it may not.
   */
  next(line: Uint8Array, header: SyslogHeader, at: number, to: number): number {
    const end = wordEnd(line, at, to)
    if (end >= to) return -1
    // In RFC 5424 what names it stands apart.
    const mayBeRelay =
      at === header.messageFrom && header.hostTo > 0 && header.tagTo === 0 && !header.versioned
    const may =
      line[end - 1] === colon ||
      isTimeWord(line, at, end) ||
      (isName(line, at, end) &&
        (mayBeRelay || isCard(line, at, end) || behindTime(line, header.messageFrom, at)))
    if (!may) return -1
    let start = end
    while (start < to && line[start] === blank) start++
    return start
  }

  /** `relay gw sshd[12]: …`: the program's name behind names of relays. */
  #seekTag(line: Uint8Array, from: number, to: number, priority: number): void {
    let at = from
    for (let word = 0; word <= mostRelays && at < to; word++) {
      const end = nameEnd(line, at, to)
      if (end === at || end >= to) return
      const byte = line[end]!
      const isNumber = byte === open && isNumbered(line, end, to)
      if (isNumber || byte === colon) {
        // `relay: …` would have been the header's.
        this.#kind = kindOf(line, at, end, isNumber ? -1 : priority)
        this.#numbered = isNumber
        this.#saidFrom = behindTag(line, end, to)
        if (this.#kind === 'firewall' && tellsOfOthers(line, this.#saidFrom, to)) this.#kind = 'talker'
        return
      }
      if (byte !== blank) return
      at = end
      while (at < to && line[at] === blank) at++
    }
  }
}

function kindOf(line: Uint8Array, from: number, to: number, priority: number): Kind {
  const kind = programKind(line, from, to)
  const isKernel = priority >= 0 && priority < kernelPriorities
  return isKernel && kind !== 'talker' ? 'firewall' : kind
}

/** Behind `kernel: `, `filterlog[812]: `, whose name ends at `at`. */
function behindTag(line: Uint8Array, at: number, to: number): number {
  let end = at
  if (line[end] === open) while (end < to && line[end] !== close) end++
  if (line[end] === close) end++
  if (line[end] === colon) end++
  while (end < to && line[end] === blank) end++
  return Math.min(end, to)
}

/** Whether the kernel hands on what others say: `audit: …`, `systemd[1]: …`, behind its clock. */
function tellsOfOthers(line: Uint8Array, from: number, to: number): boolean {
  const at = behindClock(line, from, to)
  const end = nameEnd(line, at, to)
  if (end === at || end >= to) return false
  if (line[end] === open) return isNumbered(line, end, to) && programKind(line, at, end) !== 'firewall'
  return isKernelTalker(line, at, end)
}

/** Behind `[12345.678901] `. */
function behindClock(line: Uint8Array, from: number, to: number): number {
  if (line[from] !== open) return from
  let at = from + 1
  while (at < to && (isDigit(line[at]) || line[at] === 0x2e || line[at] === blank)) at++
  if (line[at] !== close || at === from + 1) return from
  at++
  while (at < to && line[at] === blank) at++
  return Math.min(at, to)
}

/** Whether `[12]:` stands here. */
function isNumbered(line: Uint8Array, at: number, to: number): boolean {
  let end = at + 1
  while (end < to && isDigit(line[end])) end++
  return end > at + 1 && line[end] === close && line[end + 1] === colon
}

/**
 * Whether behind a tag the packet begins (`DROP: IN=…`, `BLOCK: input: in:…`), or a few plain words of a prefix before it.
 *
 * @param isPrefix whether the tag itself is one
 */
function startsSoon(line: Uint8Array, from: number, to: number, isPrefix: boolean): boolean {
  const start = behindClock(line, from, to)
  const first = wordEnd(line, start, to)
  // Of RouterOS, the chain stands before the packet.
  const chain = line[first - 1] === colon && startsWith(line, first + 1, to, mikrotikStart)
  const mayWait = isPrefix || chain || tellsPrefix(line, start, first)
  let words = 0
  for (let at = start; at < Math.min(to, start + longestPrefix); at++) {
    if (startsWith(line, at, to, netfilterStart) || startsWith(line, at, to, mikrotikStart)) return true
    const byte = line[at]!
    if (byte === blank && (!mayWait || ++words > mostPrefixWords)) return false
    if (!isPrefixByte(byte)) return false
  }
  return false
}

/** Letters, digits and ` -_[].:,`. */
function isPrefixByte(byte: number): boolean {
  const letter = byte | 0x20
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (byte >= 0x2c && byte <= 0x3a && byte !== 0x2f) ||
    byte === blank ||
    byte === 0x5f ||
    byte === open ||
    byte === close
  )
}

function isWordByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || isDigit(byte) || byte === 0x5f
}

/** The end of what can be a program's or a host's name. */
function nameEnd(line: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && isNameByte(line[at]!)) at++
  return at
}

function isNameByte(byte: number): boolean {
  return (
    byte > blank &&
    byte < 0x7f &&
    byte !== colon &&
    byte !== open &&
    byte !== close &&
    byte !== equals &&
    byte !== quote &&
    byte !== comma
  )
}

function isName(line: Uint8Array, from: number, to: number): boolean {
  return nameEnd(line, from, to) === to
}

/** `fpc0`. */
function isCard(line: Uint8Array, from: number, to: number): boolean {
  return to - from > 3 && startsWith(line, from, to, card) && isDigit(line[from + 3])
}

const card = ascii('fpc')

/** Whether the word before `at` is a time. */
function behindTime(line: Uint8Array, from: number, at: number): boolean {
  let end = at
  while (end > from && line[end - 1] === blank) end--
  let start = end
  while (start > from && line[start - 1] !== blank) start--
  return end > start && isTimeWord(line, start, end)
}
