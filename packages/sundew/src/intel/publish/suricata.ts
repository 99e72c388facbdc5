import { z } from 'zod'
import { families, prefixText } from './addresses.ts'
import type { Blocklist, Why } from './blocklist.ts'
import { hash53, KeySet } from './keys.ts'
import { carriesKinds, hashKind, type HashKind } from './kinds.ts'
import { coverings, singleNames } from './names.ts'
import type { Publisher, RenderedFile, RenderHost } from './publisher.ts'
import { inPieces, tameLine } from './text.ts'

interface SuricataConfig {
  readonly sid_from: number
  readonly rules_at_most: number
  readonly score: number
}

/** Rules of their own numbers come first, then those of single domains and URLs, each at a place that its value says. */
const ownSids = 100
const hashedSids = 1 << 20
/** What a `content` can hold, bytes. */
const contentLength = 255
const fileHashes = ['md5', 'sha1', 'sha256'] as const satisfies readonly HashKind[]

/**
 * Rules, data sets and reputation for Suricata (6 and later), in a folder. Names are looked up exactly in a data set, which
 * holds a million; what lies below a domain takes a rule for each, and URLs too, so of those there are only so many.
 */
export const suricata: Publisher<SuricataConfig> = {
  target: 'suricata',
  summary: 'Rules, data sets and IP reputation for Suricata.',
  config: z.strictObject({
    sid_from: z
      .int()
      .min(1)
      .max(2 ** 31)
      .default(9_000_000)
      .describe('The first number of our rules; a million from it on are ours.'),
    rules_at_most: z
      .int()
      .min(0)
      .max(250_000)
      .default(20_000)
      .describe('Rules for what lies below domains, and as many for URLs.'),
    score: z.int().min(1).max(127).default(100).describe('The reputation of what is listed.'),
  }),
  render,
  carries: carriesKinds('address', 'domain', 'hostname', 'url', 'hash', 'ja3'),
  entry(line, file) {
    if (file === 'reputation.list') return line.split(',', 1)[0] || undefined
    if (file === 'names.lst' || file === 'ja3.lst') return Buffer.from(line, 'base64').toString() || undefined
    if (file.endsWith('.lst')) return line || undefined
    return /^alert .*; http\.uri\.raw; content:"(.*?)"/.exec(line)?.[1]
  },
}

function* render(list: Blocklist, config: SuricataConfig, host: RenderHost): Generator<RenderedFile> {
  yield { name: 'names.lst', pieces: inPieces(nameSet(list, host)) }
  yield { name: 'ja3.lst', pieces: inPieces(ja3Set(list)) }
  for (const kind of fileHashes) yield { name: `${kind}.lst`, pieces: inPieces(hashList(list, kind, host)) }
  yield { name: 'reputation.list', pieces: inPieces(reputation(list, config)) }
  yield { name: 'categories.txt', pieces: ['1,Sundew,Listed by Sundew\n'] }
  yield { name: 'reputation.rules', pieces: [reputationRules(config)] }
  yield { name: 'sundew.rules', pieces: inPieces(rules(list, config, host)) }
}

function base64Line(text: string): string {
  return `${Buffer.from(text).toString('base64')}\n`
}

function* nameSet(list: Blocklist, host: RenderHost): Generator<string> {
  for (const { name } of singleNames(list, host)) yield base64Line(name)
}

function* ja3Set(list: Blocklist): Generator<string> {
  for (const { value } of list.texts('ja3')) yield base64Line(value)
}

function* hashList(list: Blocklist, kind: HashKind, host: RenderHost): Generator<string> {
  for (const { value } of list.texts('hash')) {
    const its = hashKind(value)
    if (its === kind) yield `${value}\n`
    else if (kind === 'md5' && !fileHashes.some((one) => one === its))
      host.leaveOut('a hash that Suricata does not compute')
  }
}

function* reputation(list: Blocklist, { score }: SuricataConfig): Generator<string> {
  for (const family of families)
    for (const prefix of list.prefixes(family)) yield `${prefixText(prefix, family)},1,${score}\n`
}

/** Of a file of its own: a Suricata whose configuration names no categories takes no such rule. */
function reputationRules({ sid_from: from }: SuricataConfig): string {
  return `# For reputation-categories-file: categories.txt and reputation-files: [reputation.list]\nalert ip any any -> any any (msg:"SUNDEW listed address"; iprep:any,Sundew,>,0; sid:${from}; rev:1;)\n`
}

function* rules(list: Blocklist, config: SuricataConfig, host: RenderHost): Generator<string> {
  const { sid_from: from } = config
  yield '# What Sundew blocks. Written by it: changes here are lost.\n'
  let sid = from + 1
  if (list.counts.names > 0) {
    const set = `dataset:isset,sundew-names,type string,load names.lst,${sized(list.counts.names)}`
    for (const [protocol, buffer] of nameBuffers)
      yield `alert ${protocol} any any -> any any (msg:"SUNDEW listed name in ${buffer}"; ${buffer}; ${set}; sid:${sid++}; rev:1;)\n`
  }
  sid = from + 10
  if (!isEmpty(list.texts('ja3')))
    yield `alert tls any any -> any any (msg:"SUNDEW listed JA3"; ja3.hash; dataset:isset,sundew-ja3,type string,load ja3.lst; sid:${sid}; rev:1;)\n`
  sid = from + 20
  for (const kind of fileHashes) {
    const some = [...firstOf(list, kind)].length > 0
    if (some)
      yield `alert http any any -> any any (msg:"SUNDEW listed file by ${kind}"; file${kind}:${kind}.lst; sid:${sid}; rev:1;)\n`
    sid++
  }
  const places = new Places(from)
  yield* domainRules(list, config, host, places)
  yield* urlRules(list, config, host, places)
}

const nameBuffers = [
  ['dns', 'dns.query'],
  ['tls', 'tls.sni'],
  ['http', 'http.host'],
] as const

/** Small tables for many entries take long to load. */
function sized(count: number): string {
  const hashsize = 2 ** Math.max(10, Math.ceil(Math.log2(count)))
  return `memcap ${Math.max(100, Math.ceil(hashsize / 2_000))}mb,hashsize ${hashsize}`
}

function* domainRules(
  list: Blocklist,
  { rules_at_most: most }: SuricataConfig,
  host: RenderHost,
  places: Places,
): Generator<string> {
  let count = 0
  for (const { name, below, why } of coverings(list, host)) {
    if (!below) continue
    if (`.${name}`.length > contentLength || count++ >= most) {
      host.leaveOut('what is below a domain, over rules_at_most')
      continue
    }
    for (const [protocol, buffer] of nameBuffers)
      yield rule(
        protocol,
        `SUNDEW below ${name}`,
        why,
        `${buffer}; content:".${name}"; nocase; endswith;`,
        places.of(`${buffer} ${name}`),
      )
  }
}

function* urlRules(
  list: Blocklist,
  { rules_at_most: most }: SuricataConfig,
  host: RenderHost,
  places: Places,
): Generator<string> {
  let count = 0
  // A rule says host and path: URLs that differ by their port alone are one.
  const said = new KeySet()
  for (const { value, why } of list.texts('url')) {
    const parts = /^http:\/\/(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d+)?(\/[\x21-\x7e]*)$/.exec(value)
    const [, name = '', path = ''] = parts ?? []
    if (!parts) host.leaveOut('a URL that is not seen in the clear')
    else if (path.length > contentLength || name.length > contentLength)
      host.leaveOut('a URL longer than a rule can say')
    else if (!said.add(name + path)) continue
    else if (count++ >= most) host.leaveOut('a URL over rules_at_most')
    else {
      const match = `http.host; content:${content(name)}; startswith; endswith; http.uri.raw; content:${content(path)}; startswith; endswith;`
      yield rule(
        'http',
        `SUNDEW URL on ${name.replace(/[[\]:]/g, ' ')}`,
        why,
        match,
        places.of(`url ${value}`),
      )
    }
  }
}

function rule(protocol: string, what: string, why: Why, match: string, sid: number): string {
  const said = tameLine(`${what} - ${why.sources.join(' ')} ${why.title}`, 200).replace(/[:;]/g, ' ')
  const link = /^https?:\/\/([A-Za-z0-9_./?=-]{1,200})$/.exec(why.link)?.[1]
  const reference = link === undefined ? '' : ` reference:url,${link};`
  return `alert ${protocol} any any -> any any (msg:"${said}"; ${match}${reference} sid:${sid}; rev:1;)\n`
}

/** In quotes; whatever means something there as its byte. */
function content(text: string): string {
  return `"${text.replace(/[^A-Za-z0-9/._-]/g, (c) => `|${c.charCodeAt(0).toString(16).padStart(2, '0')}|`)}"`
}

/** Numbers that stay what they are from one list to the next, as far as others let them. */
class Places {
  readonly #from: number
  readonly #taken = new Set<number>()

  constructor(from: number) {
    this.#from = from + ownSids
  }

  of(value: string): number {
    let place = hash53(value) % hashedSids
    // Whoever chooses values for one place is spread by a step of their own.
    const step = (hash53(`${value} `) % hashedSids) | 1
    while (this.#taken.has(place)) place = (place + step) % hashedSids
    this.#taken.add(place)
    return this.#from + place
  }
}

function isEmpty(values: Iterable<unknown>): boolean {
  for (const _ of values) return false
  return true
}

function* firstOf(list: Blocklist, kind: HashKind): Generator<string> {
  for (const { value } of list.texts('hash'))
    if (hashKind(value) === kind) {
      yield value
      return
    }
}
