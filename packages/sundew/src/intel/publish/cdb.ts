import { z } from 'zod'
import { formatAddress } from '../../match/parse-address.ts'
import { type Words, words4 } from '../../match/words.ts'
import { families, prefixText } from './addresses.ts'
import type { Blocklist } from './blocklist.ts'
import { type TextType } from './kinds.ts'
import { singleNames } from './names.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces } from './text.ts'

const kinds = ['address', 'name', 'hash', 'url', 'email', 'ja3'] as const

interface CdbConfig {
  readonly kind: (typeof kinds)[number]
  readonly most: number
}

/**
 * A list for Wazuh and OSSEC (`key:value`). Networks are looked up by their first octets, so a prefix is as many keys as it
 * has networks of whole octets: a /22 is four. Keys that hold a colon are quoted. Managers have died of lists of tens of
 * millions of keys.
 */
export const cdb: Publisher<CdbConfig> = {
  target: 'cdb',
  summary: 'A CDB list for Wazuh and OSSEC.',
  config: z.strictObject({
    kind: z.enum(kinds).default('address').describe('What it holds; a list is of one kind.'),
    most: z.int().min(1).max(20_000_000).default(1_000_000).describe('Keys it may have.'),
  }),
  render: (list, config, host) => [{ name: 'sundew', pieces: inPieces(lines(list, config, host)) }],
  carries({ type }, { kind }) {
    return type === kind || (kind === 'name' && (type === 'domain' || type === 'hostname'))
  },
  entry: (line) => /^"?([^"]+?)"?:sundew$/.exec(line)?.[1],
}

function* lines(list: Blocklist, { kind, most }: CdbConfig, host: RenderHost): Generator<string> {
  let count = 0
  for (const key of kind === 'address' ? addressKeys(list, host) : textKeys(list, kind, host)) {
    if (count++ < most) yield `${key.includes(':') ? `"${key}"` : key}:sundew\n`
    else host.leaveOut('more than `most`')
  }
}

function* addressKeys(list: Blocklist, host: RenderHost): Generator<string> {
  for (const family of families)
    for (const { first, length } of list.prefixes(family)) {
      if (family === 4) yield* octetKeys(first, length)
      else if (length === 128) yield prefixText({ first, length }, family)
      else host.leaveOut('an IPv6 network: keys are single addresses or octets of IPv4')
    }
}

/** `10.`, `192.168.`, `203.0.113.`, `203.0.113.7`. */
function* octetKeys(first: Words, length: number): Generator<string> {
  const octets = Math.max(1, Math.ceil(length / 8))
  const step = 2 ** (32 - octets * 8)
  for (let at = 0; at < 2 ** (octets * 8 - length); at++) {
    const text = formatAddress(words4(first[3] + at * step))
    yield octets === 4 ? text : `${text.split('.', octets).join('.')}.`
  }
}

function* textKeys(list: Blocklist, kind: 'name' | TextType, host: RenderHost): Generator<string> {
  if (kind === 'name') for (const { name } of singleNames(list, host)) yield name
  else
    for (const { value } of list.texts(kind)) {
      if (/^[!#-~]+$/.test(value)) yield value
      else host.leaveOut('a value that is no key')
    }
}
