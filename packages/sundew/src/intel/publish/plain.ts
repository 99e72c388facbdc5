import { z } from 'zod'
import { families, prefixLines, rangeLines } from './addresses.ts'
import type { Blocklist } from './blocklist.ts'
import { type TextType, textTypes } from './kinds.ts'
import { coverings, singleNames } from './names.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces, standsAlone } from './text.ts'

const kinds = ['address', 'name', ...textTypes] as const

interface PlainConfig {
  readonly kinds: readonly (typeof kinds)[number][]
  readonly form: 'prefixes' | 'ranges'
  readonly wildcards: 'none' | 'dot' | 'star'
}

/** A value a line and nothing else, for whatever reads lists. */
export const plain: Publisher<PlainConfig> = {
  target: 'plain',
  summary: 'A value a line: addresses, names, URLs, hashes.',
  config: z.strictObject({
    kinds: z.array(z.enum(kinds)).min(1).max(kinds.length).default(['address']).describe('What it holds.'),
    form: z
      .enum(['prefixes', 'ranges'])
      .default('prefixes')
      .describe('Addresses as prefixes, or as ranges, which are fewer.'),
    wildcards: z
      .enum(['none', 'dot', 'star'])
      .default('none')
      .describe('How a name with all below it is marked: not at all, `.bad.example`, `*.bad.example`.'),
  }),
  render: (list, config, host) => [{ name: 'list.txt', pieces: inPieces(lines(list, config, host)) }],
  carries({ type }, config) {
    const kind = type === 'domain' || type === 'hostname' ? 'name' : type
    return config.kinds.some((one) => one === kind)
  },
}

function* lines(list: Blocklist, config: PlainConfig, host: RenderHost): Generator<string> {
  yield '# What Sundew blocks. Written by it: changes here are lost.\n'
  for (const kind of new Set(config.kinds)) {
    if (kind === 'address')
      for (const family of families)
        yield* (config.form === 'ranges' ? rangeLines : prefixLines)(list, family)
    else if (kind === 'name') yield* nameLines(list, config.wildcards, host)
    else yield* textLines(list, kind, host)
  }
}

function* nameLines(
  list: Blocklist,
  wildcards: PlainConfig['wildcards'],
  host: RenderHost,
): Generator<string> {
  if (wildcards === 'none') for (const { name } of singleNames(list, host)) yield `${name}\n`
  else
    for (const { name, below } of coverings(list, host))
      yield `${below ? (wildcards === 'dot' ? '.' : '*.') : ''}${name}\n`
}

function* textLines(list: Blocklist, kind: TextType, host: RenderHost): Generator<string> {
  for (const { value } of list.texts(kind)) {
    // One that cannot stand alone in a line, or would be a comment there.
    if (standsAlone(value)) yield `${value}\n`
    else host.leaveOut('a value that is no line of its own')
  }
}
