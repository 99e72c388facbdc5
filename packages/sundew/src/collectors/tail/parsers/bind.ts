import { deaf } from '../deaf.ts'
import type { LineParser, LineReader, Parsed, Seen } from '../parser.ts'
import { isIntroduced, LinePrefix } from '../prefix.ts'
import { ascii, decimal, find, indexOf, isDigit, space, startsWith, wordEnd } from '../scan.ts'
import { tellEscapedName } from './escaped-name.ts'
import { parseRpz } from './rpz.ts'

const namedWord = ascii('named')
const clientWord = ascii('client ')
const queryWord = ascii('query: ')
const viewWord = ascii('view ')
const keyWord = ascii('/key ')
const infobloxWord = ascii('CEF:0|Infoblox|')
const srcWord = ascii(' src=')
const sptWord = ascii(' spt=')
const msgWord = ascii(' msg="')
/** `client ` may stand before the message too, as a host's name: so many are tried. */
const mostClients = 4

const at = 0x40
const hash = 0x23
const colon = 0x3a
const open = 0x28
const quote = 0x22

/**
 * BIND's query log (category `queries`) and its log of response policy zones (`rpz`, `rpz-passthru`): 9.18, and older ones
 * without `@0x…`, with or without times, categories, severities and views; through syslog; and Infoblox's of them in CEF.
 * Names hold no blank there: BIND writes one as `\032`.
 */
export const bind: LineParser = {
  format: 'bind',
  summary: 'BIND query log and RPZ log',
  service: 'dns',
  accepts: (line, from, to) => new BindReader().parse(line, from, to, deaf) === 'told',
  begin: () => new BindReader(),
}

class BindReader implements LineReader {
  readonly #prefix = new LinePrefix()

  parse(line: Uint8Array, from: number, to: number, into: Seen): Parsed {
    const behind = this.#prefix.read(line, from, to)
    let next = behind
    const { time } = this.#prefix
    for (let tries = 0; tries < mostClients; tries++) {
      const client = find(line, next, to, clientWord)
      if (client < 0) return tries === 0 ? this.#infoblox(line, next, to, into) : 'other'
      const parsed = isIntroduced(line, behind, client, namedWord)
        ? parseClient(line, client + clientWord.length, to, into)
        : undefined
      if (parsed !== undefined) {
        if (parsed === 'told' && time === time) into.time(time)
        return parsed
      }
      next = client + clientWord.length
    }
    return 'other'
  }

  #infoblox(line: Uint8Array, from: number, to: number, into: Seen): Parsed {
    const cef = find(line, from, to, infobloxWord)
    if (cef < 0) return 'other'
    const [src, msg] = [find(line, cef, to, srcWord), find(line, cef, to, msgWord)]
    if (src < 0 || msg < 0) return 'other'
    const end = indexOf(line, msg + msgWord.length, to, quote)
    const parsed = parseRpz(line, msg + msgWord.length, end < 0 ? to : end, into)
    if (parsed !== 'told') return parsed
    into.client(line, src + srcWord.length, wordEnd(line, src + srcWord.length, to))
    const spt = find(line, cef, to, sptWord)
    const port = spt < 0 ? -1 : decimal(line, spt + sptWord.length, wordEnd(line, spt + sptWord.length, to))
    if (port >= 0) into.port(port)
    if (this.#prefix.time === this.#prefix.time) into.time(this.#prefix.time)
    return 'told'
  }
}

/** What stands behind `client `; undefined where it is not what BIND writes there. */
function parseClient(line: Uint8Array, from: number, to: number, into: Seen): Parsed | undefined {
  let next = from
  if (line[next] === at) next = wordEnd(line, next, to) + 1
  const addressAt = next
  while (next < to && line[next] !== hash && line[next] !== space) next++
  if (line[next] !== hash || next === addressAt) return undefined
  const addressEnd = next++
  let port = 0
  for (const most = next + 5; next < to && next < most && isDigit(line[next]); next++)
    port = port * 10 + line[next]! - 0x30
  if (startsWith(line, next, to, keyWord)) next = wordEnd(line, next + keyWord.length, to)
  let [nameAt, nameEnd] = [0, 0]
  if (line[next] === space && line[next + 1] === open) {
    nameAt = next + 2
    next = wordEnd(line, nameAt, to)
    // `(name):`
    nameEnd = next - 2
  } else next++
  if (line[next - 1] !== colon || line[next] !== space) return undefined
  next++
  if (startsWith(line, next, to, viewWord)) {
    const end = wordEnd(line, next + viewWord.length, to)
    if (line[end - 1] === colon) next = end + 1
  }
  if (startsWith(line, next, to, queryWord)) {
    const queryAt = next + queryWord.length
    const queryEnd = wordEnd(line, queryAt, to)
    // The class follows.
    if (queryEnd === queryAt || queryEnd >= to) return 'malformed'
    into.client(line, addressAt, addressEnd)
    into.port(port)
    tellEscapedName(line, queryAt, queryEnd, into)
    return 'told'
  }
  const parsed = parseRpz(line, next, to, into)
  if (parsed === 'told') {
    into.client(line, addressAt, addressEnd)
    into.port(port)
    // What was asked for, where an alias of it was rewritten.
    if (nameEnd > nameAt) tellEscapedName(line, nameAt, nameEnd, into)
  }
  return parsed
}
