import { z } from 'zod'
import { isRange4 } from '../../match/words.ts'
import { families, type Family, prefixText, prefixesOf } from './addresses.ts'
import type { Blocklist } from './blocklist.ts'
import { carriesKinds } from './kinds.ts'
import type { Publisher } from './publisher.ts'
import { inPieces, tameLine } from './text.ts'

interface MikrotikConfig {
  readonly list: string
  readonly timeout?: string | undefined
  readonly comments: boolean
}

/** Of a comment, characters. */
const commentLength = 80

/**
 * A script for RouterOS (`/import file-name=…`). Without a timeout entries lie in flash and are there after a start; they are
 * added to a second list, which takes the name of the first when all of them are there. With a timeout they lie in memory only, which
 * spares the flash; such entries cannot be renamed, so the list is short while the script runs.
 */
export const mikrotik: Publisher<MikrotikConfig> = {
  target: 'mikrotik',
  summary: 'Address lists for RouterOS, as a script to import.',
  config: z.strictObject({
    list: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,40}$/)
      .default('sundew')
      .describe('The list, of IPv4 and of IPv6.'),
    timeout: z
      .string()
      .regex(/^(\d{1,3}w)?(\d{1,3}d)?(\d{1,4}h)?$/)
      .min(2)
      .optional()
      .describe('How long entries last, such as 1d: then they lie in memory only. Not given: in flash.'),
    comments: z
      .boolean()
      .default(false)
      .describe('Say source and title of each entry; entries are not merged then.'),
  }),
  render: (list, config) => [{ name: 'sundew.rsc', pieces: inPieces(lines(list, config)) }],
  carries: carriesKinds('address'),
  entry: (line) => /^:do \{ add list=\S+ address=(\S+) /.exec(line)?.[1],
}

function* lines(list: Blocklist, config: MikrotikConfig): Generator<string> {
  const { list: name, timeout, comments } = config
  yield '# What Sundew blocks. Written by it: changes here are lost.\n'
  const into = timeout === undefined ? `${name}.next` : name
  const rest = timeout === undefined ? '' : ` timeout=${timeout}`
  for (const family of families) {
    yield family === 4 ? '/ip firewall address-list\n' : '/ipv6 firewall address-list\n'
    yield `remove [find where list="${into}"]\n`
    if (comments) yield* commented(list, family, into, rest)
    else for (const prefix of list.prefixes(family)) yield entry(into, prefixText(prefix, family), rest)
    if (timeout === undefined) {
      yield `remove [find where list="${name}"]\n`
      yield `set [find where list="${into}"] list="${name}"\n`
    }
  }
}

function* commented(list: Blocklist, family: Family, into: string, rest: string): Generator<string> {
  const told = new Set<string>()
  for (const { first, last, why } of list.addresses()) {
    const comment = tameLine(`${why.sources.join(' ')} ${why.title}`, commentLength)
    if (isRange4(first, last) !== (family === 4)) continue
    for (const prefix of prefixesOf(first, last)) {
      const text = prefixText(prefix, family)
      if (told.has(text)) continue
      told.add(text)
      yield entry(into, text, `${rest} comment="${comment}"`)
    }
  }
}

/** One that is there already, or that this router cannot take, does not end the script. */
function entry(list: string, address: string, rest: string): string {
  return `:do { add list=${list} address=${address}${rest} } on-error={}\n`
}
