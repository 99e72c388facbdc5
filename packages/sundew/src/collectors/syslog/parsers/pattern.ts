import { RE2JS, RE2JSException } from 're2js'
import { firewallKinds } from '../../../wire/firewall/layout.ts'
import type { FirewallRow } from '../firewall-row.ts'
import type { FirewallParsed, FirewallParser } from '../parser.ts'
import { type Field, malformed, readField } from './fields.ts'
import { Names } from './names.ts'
import { setSpan } from './scan.ts'

/** Bytes of a line that a pattern is looked for in. */
const mostBytes = 4096

const fields = {
  source: 'source',
  destination: 'destination',
  source_port: 'sourcePort',
  destination_port: 'destinationPort',
  protocol: 'protocol',
  action: 'action',
  rule: 'rule',
  in_interface: 'inInterface',
  out_interface: 'outInterface',
  length: 'length',
  state: 'state',
} as const satisfies Readonly<Record<string, Field | 'state'>>

export interface OwnPattern {
  /** What its rows have as their format. */
  readonly name: string
  /** A regular expression of RE2, with groups named as {@link fields} are; found anywhere in the message, byte by byte. */
  readonly pattern: string
  /** Words of the group `action` that mean blocked, in letters of any size. Without such a group every line is, unless there are none. */
  readonly block: readonly string[]
  /** Those that mean let through; without such a group and without words of `block` every line is. */
  readonly allow: readonly string[]
}

/** What is wrong with an owner's pattern, as a sentence; undefined where nothing is. */
export function patternProblem(pattern: string): string | undefined {
  let groups: readonly string[]
  try {
    groups = Object.keys(compile(pattern).namedGroups())
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    return `no regular expression of RE2: ${error.message}`
  }
  const known = Object.keys(fields)
  const unknown = groups.find((name) => !known.includes(name))
  if (unknown !== undefined) return `unknown group "${unknown}"; there are ${known.join(', ')}`
  if (!groups.includes('source')) return 'no group "source": (?P<source>…) has to say where an address stands'
  return undefined
}

/**
 * A parser of the owner's own pattern, in time linear in the line. A line whose pattern does not fit is not taken; one where a group
 * has no such value (an address, a port …) is malformed. Without a group `protocol` what has ports is TCP.
 *
 * @throws TypeError with what {@link patternProblem} says
 */
export function patternParser(options: OwnPattern): FirewallParser {
  const problem = patternProblem(options.pattern)
  if (problem !== undefined) throw new TypeError(`pattern of "${options.name}": ${problem}`)
  return new PatternParser(options)
}

class PatternParser implements FirewallParser {
  readonly format: string
  readonly #pattern: RE2JS
  readonly #groups: readonly (readonly [Field | 'state', number])[]
  readonly #block: Names
  readonly #allow: Names
  /** What a line is without a group `action`. */
  readonly #always: number

  constructor({ name, pattern, block, allow }: OwnPattern) {
    this.format = name
    this.#pattern = compile(pattern)
    const groups = this.#pattern.namedGroups()
    this.#groups = Object.entries(fields).flatMap(([group, field]) =>
      groups[group] === undefined ? [] : [[field, groups[group]]],
    )
    this.#block = new Names(block)
    this.#allow = new Names(allow)
    this.#always = block.length > 0 ? firewallKinds.block : firewallKinds.allow
  }

  accepts(line: Uint8Array, from: number, to: number): boolean {
    return this.#pattern.test(textOf(line, from, to))
  }

  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed {
    const found = this.#pattern.matcher(textOf(line, from, to))
    if (!found.find()) return 'malformed'
    into.kind = this.#always
    let [protocol, ports] = [false, false]
    for (const [field, group] of this.#groups) {
      if (field === 'action') into.kind = firewallKinds.other
      const [start, end] = [from + found.start(group), from + found.end(group)]
      if (end <= start) continue
      if (field === 'action') into.kind = this.#kind(line, start, end)
      else if (field === 'state') setSpan(into.state, line, start, end)
      else if (readField(field, line, start, end, into) === malformed) return 'malformed'
      protocol ||= field === 'protocol'
      ports ||= field === 'sourcePort' || field === 'destinationPort'
    }
    if (ports && !protocol) into.protocol = 6
    // A port that a pattern finds beside ICMP is none.
    if (into.protocol === 1 || into.protocol === 58) into.sourcePort = into.destinationPort = 0
    return isTold(into.source) ? 'told' : 'malformed'
  }

  #kind(line: Uint8Array, from: number, to: number): number {
    if (this.#block.find(line, from, to) >= 0) return firewallKinds.block
    return this.#allow.find(line, from, to) >= 0 ? firewallKinds.allow : firewallKinds.other
  }
}

/** A character a byte, so that places in the text are places in the line; the pattern's own beyond ASCII are as their bytes. */
function compile(pattern: string): RE2JS {
  return RE2JS.compile(Buffer.from(pattern).toString('latin1'))
}

function textOf(line: Uint8Array, from: number, to: number): string {
  const most = Math.min(to, from + mostBytes)
  return Buffer.from(line.buffer, line.byteOffset + from, Math.max(0, most - from)).toString('latin1')
}

function isTold(words: Uint32Array): boolean {
  return (words[0]! | words[1]! | words[2]! | words[3]!) !== 0
}
