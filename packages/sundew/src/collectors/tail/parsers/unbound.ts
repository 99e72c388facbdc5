import { deaf } from '../deaf.ts'
import type { LineParser, LineReader, Parsed, Seen } from '../parser.ts'
import { LinePrefix, programAt } from '../prefix.ts'
import { ascii, decimal, find, lastIndexOf, latin1, looksLikeAddress, startsWith } from '../scan.ts'
import { Tokens } from '../tokens.ts'

const unboundWord = ascii('unbound')
const levelMark = ascii('] ')
const infoWord = ascii('info: ')
const queryWord = ascii('query: ')
const replyWord = ascii('reply: ')
const rpzWord = ascii('rpz: applied ')
const atSign = 0x40
const slash = 0x2f
const openBracket = 0x5b

/** Actions of `rpz-log` and types of local zones (`log-local-actions`), and what they are called here. */
const policies: ReadonlyMap<string, string> = new Map([
  ['rpz-nxdomain', 'nxdomain'],
  ['rpz-nodata', 'nodata'],
  ['rpz-passthru', 'passthru'],
  ['rpz-drop', 'drop'],
  ['rpz-tcp-only', 'tcp-only'],
  ['rpz-local-data', 'local-data'],
  ['rpz-cname-override', 'local-data'],
  ['rpz-disabled', 'passthru'],
  ['static', 'nxdomain'],
  ['always_nxdomain', 'nxdomain'],
  ['always_nodata', 'nodata'],
  ['always_null', 'local-data'],
  ['always_refuse', 'refused'],
  ['refuse', 'refused'],
  ['deny', 'drop'],
  ['always_deny', 'drop'],
  ['inform_deny', 'drop'],
  ['redirect', 'local-data'],
  ['inform_redirect', 'local-data'],
  ['inform', 'passthru'],
  ['transparent', 'passthru'],
  ['typetransparent', 'passthru'],
  ['always_transparent', 'passthru'],
])

/**
 * Unbound's log with `log-queries`, `log-replies`, `log-local-actions` and `rpz-log`: its own file with either kind of time,
 * or through syslog. Names hold no blank there: Unbound writes `?` for what cannot be printed.
 */
export const unbound: LineParser = {
  format: 'unbound',
  summary: 'Unbound: queries, replies, local zones and RPZ',
  service: 'dns',
  accepts: (line, from, to) => new UnboundReader().parse(line, from, to, deaf) === 'told',
  begin: () => new UnboundReader(),
}

class UnboundReader implements LineReader {
  readonly #prefix = new LinePrefix()
  readonly #tokens = new Tokens()
  /** Queries are logged: replies tell the same again. */
  #queries = false

  parse(line: Uint8Array, from: number, to: number, into: Seen): Parsed {
    const behind = this.#prefix.read(line, from, to)
    const epoch = line[from] === openBracket
    const program = programAt(line, epoch ? from : behind, to, unboundWord)
    if (program < 0) return 'other'
    const message = messageOf(line, program, to)
    if (message < 0) return 'other'
    const parsed = this.#message(line, message, to, into)
    if (parsed === 'told') {
      const time = epoch ? epochOf(line, from, to) : this.#prefix.time
      if (time === time) into.time(time)
    }
    return parsed
  }

  #message(line: Uint8Array, at: number, to: number, into: Seen): Parsed {
    const tagged = startsWith(line, at, to, infoWord) ? 0 : startsWith(line, at, to, queryWord) ? 1 : 2
    const from = at + (tagged === 0 ? infoWord.length : queryWord.length)
    const tokens = this.#tokens
    const count = tokens.split(line, from, to)
    if (tagged === 0 && startsWith(line, from, to, rpzWord)) return this.#policy(line, count, into)
    if (tagged === 0 && count === 6 && portAt(line, tokens.from(2), tokens.to(2)) > 0)
      return this.#policy(line, count, into)
    if (count < 4 || !looksLikeAddress(line, tokens.from(0), tokens.to(0)))
      return tagged === 0 ? 'other' : 'malformed'
    if (count === 4) this.#queries = true
    else if (this.#queries) return 'other'
    into.client(line, tokens.from(0), tokens.to(0))
    into.name(line, tokens.from(1), tokens.to(1))
    return 'told'
  }

  /** `[rpz: applied [LIST] ]OWNER POLICY CLIENT@PORT NAME TYPE CLASS`, read from its end: the list's name may hold blanks. */
  #policy(line: Uint8Array, count: number, into: Seen): Parsed {
    const tokens = this.#tokens
    if (count < 6) return 'malformed'
    const [owner, action, client, name] = [count - 6, count - 5, count - 4, count - 3]
    const policy = policies.get(latin1(line, tokens.from(action), tokens.to(action)))
    const mark = portAt(line, tokens.from(client), tokens.to(client))
    if (policy === undefined || mark < 0) return 'malformed'
    into.client(line, tokens.from(client), mark)
    const port = decimal(line, mark + 1, tokens.to(client))
    if (port >= 0) into.port(port)
    into.blocked(policy, false)
    into.name(line, tokens.from(name), tokens.to(name))
    const prefixEnd = lastIndexOf(line, tokens.from(owner), tokens.to(owner), slash)
    if (prefixEnd > 0 && looksLikeAddress(line, tokens.from(owner), prefixEnd))
      into.address(line, tokens.from(owner), prefixEnd)
    return 'told'
  }
}

/** Where the message begins, at its level: behind `unbound[1:0] ` or `unbound[1]: [1:0] `; -1 where there is none. */
function messageOf(line: Uint8Array, program: number, to: number): number {
  let at = program
  for (let tries = 0; tries < 3; tries++) {
    const mark = find(line, at, to, levelMark)
    if (mark < 0) return -1
    at = mark + levelMark.length
    for (const word of [infoWord, queryWord, replyWord]) if (startsWith(line, at, to, word)) return at
  }
  return -1
}

/** Where the `@` of `address@port` is; -1 where this is none. */
function portAt(line: Uint8Array, from: number, to: number): number {
  const mark = lastIndexOf(line, from, to, atSign)
  return mark > from && looksLikeAddress(line, from, mark) ? mark : -1
}

/** `[1795636191]`: seconds since 1970. */
function epochOf(line: Uint8Array, from: number, to: number): number {
  let seconds = 0
  let at = from + 1
  for (; at < to && at < from + 12 && line[at]! >= 0x30 && line[at]! <= 0x39; at++)
    seconds = seconds * 10 + line[at]! - 0x30
  return line[at] === 0x5d && at > from + 1 ? seconds * 1_000 : NaN
}
