import { deaf } from '../deaf.ts'
import type { LineParser, LineReader, Parsed, Seen } from '../parser.ts'
import { LinePrefix, programAt } from '../prefix.ts'
import { RecentQueries } from '../recent-queries.ts'
import {
  ascii,
  decimal,
  find,
  findLast,
  indexOf,
  isDigit,
  lastIndexOf,
  latin1,
  looksLikeAddress,
  space,
  startsWith,
  wordEnd,
} from '../scan.ts'

const programWord = ascii('dnsmasq')
const messageMark = ascii(': ')
const fromWord = ascii(' from ')
const isWord = ascii(' is ')
const queryWord = ascii('query[')
const authWord = ascii('auth[')
const replyWords = [ascii('reply '), ascii('cached '), ascii('cached-stale ')]
const transportWords = [ascii('UDP '), ascii('TCP ')]
const cnameWord = ascii('(CNAME) ')
/** What stands before a name that is answered from the configuration; Pi-hole's words of its lists too. */
const blockWords = [
  'config ',
  'gravity blocked ',
  'exactly denied ',
  'exactly blacklisted ',
  'regex denied ',
  'regex blacklisted ',
  'special domain ',
  'Rate-limiting ',
].map(ascii)
const inspectedWord = ascii('blocked during CNAME inspection')
const slash = 0x2f
const less = 0x3c

/** What an answer is called; an address is local data. */
const policies: ReadonlyMap<string, string> = new Map([
  ['NXDOMAIN', 'nxdomain'],
  ['NODATA', 'nodata'],
  ['NODATA-IPv4', 'nodata'],
  ['NODATA-IPv6', 'nodata'],
  ['REFUSED', 'refused'],
])

/**
 * The log of dnsmasq (`log-queries`, also `=extra` and `=proto`) and of Pi-hole, in a file of its own or through syslog. A
 * name may hold blanks, ` is ` and ` from ` there: it ends at the last of these. Where lines of answers do not tell the
 * client, it is who asked last for the name.
 */
export const dnsmasq: LineParser = {
  format: 'dnsmasq',
  summary: 'dnsmasq and Pi-hole',
  service: 'dns',
  accepts: (line, from, to) => new DnsmasqReader().parse(line, from, to, deaf) === 'told',
  begin: () => new DnsmasqReader(),
}

class DnsmasqReader implements LineReader {
  readonly #prefix = new LinePrefix()
  readonly #recent = new RecentQueries()

  parse(line: Uint8Array, from: number, to: number, into: Seen): Parsed {
    const behind = this.#prefix.read(line, from, to)
    const program = programAt(line, behind, to, programWord)
    if (program < 0) return 'other'
    const mark = find(line, program, to, messageMark)
    if (mark < 0) return 'other'
    let at = mark + messageMark.length
    let [clientFrom, clientTo] = [0, 0]
    for (const word of transportWords) if (startsWith(line, at, to, word)) at += word.length
    if (isDigit(line[at])) {
      // `serial client/port `
      const requester = wordEnd(line, at, to) + 1
      const end = wordEnd(line, requester, to)
      const cut = lastIndexOf(line, requester, end, slash)
      if (cut < 0) return 'other'
      clientFrom = requester
      clientTo = cut
      const port = decimal(line, cut + 1, end)
      if (port >= 0) into.port(port)
      at = end + 1
    }
    const parsed = this.#message(line, at, to, clientFrom, clientTo, into)
    if (parsed === 'told' && this.#prefix.time === this.#prefix.time) into.time(this.#prefix.time)
    return parsed
  }

  #message(
    line: Uint8Array,
    at: number,
    to: number,
    clientFrom: number,
    clientTo: number,
    into: Seen,
  ): Parsed {
    if (startsWith(line, at, to, queryWord) || startsWith(line, at, to, authWord)) {
      const nameAt = indexOf(line, at, to, space) + 1
      const mark = findLast(line, nameAt, to, fromWord)
      if (nameAt === 0 || mark <= nameAt) return 'malformed'
      const askedFrom = mark + fromWord.length
      if (!looksLikeAddress(line, askedFrom, to)) return 'malformed'
      into.client(line, askedFrom, to)
      into.name(line, nameAt, mark)
      this.#recent.asked(line, nameAt, mark, askedFrom, to)
      return 'told'
    }
    const client = () => {
      if (clientTo > clientFrom) into.client(line, clientFrom, clientTo)
      else if (this.#recent.to > 0) into.client(this.#recent.bytes, this.#recent.from, this.#recent.to)
    }
    const mark = findLast(line, at, to, isWord)
    if (mark < 0) return 'other'
    const answer = mark + isWord.length
    for (const word of replyWords) {
      if (!startsWith(line, at, to, word)) continue
      const nameAt = at + word.length
      if (mark <= nameAt) return 'malformed'
      const asked = this.#recent.find(line, nameAt, mark)
      client()
      const inspected = startsWith(line, answer, to, inspectedWord)
      if (inspected) into.blocked('nxdomain', false)
      // The name asked for was told with its query; this one is an alias's.
      if (!asked || inspected) into.name(line, nameAt, mark)
      const end = wordEnd(line, answer, to)
      if (line[answer] !== less && looksLikeAddress(line, answer, end)) into.address(line, answer, end)
      return 'told'
    }
    const nameAt = blockedName(line, at, mark)
    if (nameAt < 0) return 'other'
    if (mark <= nameAt) return 'malformed'
    this.#recent.find(line, nameAt, mark)
    client()
    into.blocked(policies.get(latin1(line, answer, wordEnd(line, answer, to))) ?? 'local-data', false)
    into.name(line, nameAt, mark)
    return 'told'
  }
}

/** Where the name begins that was answered from the configuration, a hosts file or a list; -1 where this is no such line. */
function blockedName(line: Uint8Array, at: number, to: number): number {
  if (line[at] === slash) return indexOf(line, at, to, space) + 1 || -1
  for (const word of blockWords) {
    if (!startsWith(line, at, to, word)) continue
    const name = at + word.length
    return startsWith(line, name, to, cnameWord) ? name + cnameWord.length : name
  }
  return -1
}
