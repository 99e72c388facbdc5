import { z } from 'zod'
import { isRange4 } from '../../match/words.ts'
import { prefixText, prefixesOf } from './addresses.ts'
import type { Blocklist, Why } from './blocklist.ts'
import { KeySet, linesOf } from './keys.ts'
import { carriesKinds, hashKind } from './kinds.ts'
import { singleNames } from './names.ts'
import { ofWhy } from './of-why.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { inPieces, oneLine, standsAlone, tameLine } from './text.ts'

interface ZeekConfig {
  readonly notice: boolean
  readonly removed_days: number
}

const current = 'intel.dat'
const removals = 'removed.dat'
/** Of a title or link, characters. */
const fieldLength = 300
const dayMs = 86_400_000

/**
 * Zeek's intelligence framework: a folder that is loaded as a script (`@load /path/to/it`). Zeek only ever inserts what a file
 * has, so what is gone is told in a file of its own with `meta.remove`, for some days. Domains match exactly there: what
 * lies below one does not. A record is known by indicator and source.
 */
export const zeek: Publisher<ZeekConfig> = {
  target: 'zeek',
  summary: 'Intelligence for Zeek, with what is gone, as a folder to @load.',
  config: z.strictObject({
    notice: z.boolean().default(true).describe('A hit raises a notice (meta.do_notice).'),
    removed_days: z
      .int()
      .min(1)
      .max(365)
      .default(14)
      .describe('For how many days Zeek is told what is gone: longer than it runs without reading.'),
  }),
  render: (list, config, host) => [
    { name: current, pieces: inPieces(lines(list, config, host)) },
    { name: removals, pieces: inPieces(removed(list, config, host)) },
    { name: '__load__.zeek', pieces: [script] },
  ],
  carries: carriesKinds('address', 'domain', 'hostname', 'url', 'email', 'hash', 'file_name'),
  entry(line, file) {
    const [indicator, type, source] = line.split('\t', 3)
    return file === current && type?.startsWith('Intel::') ? `${indicator} ${source}` : undefined
  },
}

const script = `# Written by Sundew: changes here are lost.
@load base/frameworks/intel
@load policy/frameworks/intel/seen
@load policy/frameworks/intel/do_notice
@load policy/frameworks/intel/removal
redef Intel::read_files += { @DIR + "/${current}", @DIR + "/${removals}" };
`

function* lines(list: Blocklist, { notice }: ZeekConfig, host: RenderHost): Generator<string> {
  yield '#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url\tmeta.do_notice\n'
  const does = notice ? 'T' : 'F'
  const field = (text: string) => oneLine(text, fieldLength).replaceAll('\\', '/') || '-'
  const said = ofWhy(({ title, link }) => `${field(title)}\t${field(link)}\t${does}\n`)
  for (const { indicator, type, source, why } of records(list, host))
    yield `${indicator}\t${type}\t${source}\t${said(why)}`
}

/** What the former file had and this one has not, and what was told so within the last days. */
function* removed(list: Blocklist, config: ZeekConfig, host: RenderHost): Generator<string> {
  yield '#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.remove\n'
  const former = host.former(current)
  if (!former) return
  const told = new KeySet()
  for (const { indicator, type, source } of records(list)) told.add(`${indicator}\t${type}\t${source}`)
  const today = new Date(list.made).toISOString().slice(0, 10)
  const oldest = new Date(list.made - config.removed_days * dayMs).toISOString().slice(0, 10)
  for (const line of linesOf(host.former(removals))) {
    const parts = /^([^\t]+\tIntel::[A-Z_]+\t[\w.-]+)\tgone (\d{4}-\d\d-\d\d)\tT$/.exec(line)
    const [, key = '', day = ''] = parts ?? []
    if (parts && day >= oldest && standsAlone(key.split('\t')[0]!) && told.add(key))
      yield `${key}\tgone ${day}\tT\n`
  }
  for (const line of linesOf(former)) {
    const key = /^[^\t]+\tIntel::[A-Z_]+\t[\w.-]+(?=\t)/.exec(line)?.[0]
    if (key !== undefined && standsAlone(key.split('\t')[0]!) && told.add(key))
      yield `${key}\tgone ${today}\tT\n`
  }
}

interface Item {
  readonly indicator: string
  readonly type: string
  readonly source: string
  readonly why: Why
}

/** Each indicator once for each source. */
function* records(list: Blocklist, host?: RenderHost): Generator<Item> {
  const told = new KeySet()
  const sourcesOf = ofWhy(({ sources }) => [
    ...new Set(sources.map((name) => tameLine(name, 64).replace(/[^\w.-]/g, '_') || 'sundew')),
  ])
  for (const { indicator, type, why } of items(list, host))
    for (const source of sourcesOf(why)) {
      // A name is listed once; prefixes of ranges, and URLs without their schemes, may meet again.
      if (type === 'Intel::DOMAIN' || told.add(`${indicator}\t${type}\t${source}`))
        yield { indicator, type, source, why }
    }
}

function* items(list: Blocklist, host: RenderHost | undefined): Generator<Omit<Item, 'source'>> {
  for (const { first, last, why } of list.addresses())
    for (const prefix of prefixesOf(first, last)) {
      const indicator = prefixText(prefix, isRange4(first, last) ? 4 : 6)
      yield { indicator, type: indicator.includes('/') ? 'Intel::SUBNET' : 'Intel::ADDR', why }
    }
  for (const { name, why } of singleNames(list, host ?? silent))
    yield { indicator: name, type: 'Intel::DOMAIN', why }
  for (const [kind, type] of [
    ['url', 'Intel::URL'],
    ['email', 'Intel::EMAIL'],
    ['hash', 'Intel::FILE_HASH'],
    ['file_name', 'Intel::FILE_NAME'],
  ] as const)
    for (const { value, why } of list.texts(kind)) {
      const indicator = kind === 'url' ? value.replace(/^[a-z][a-z0-9+.-]*:\/\//, '') : value
      // Zeek reads backslashes as escapes, and these two words as no value.
      if (!standsAlone(indicator) || /^(-|\(empty\))$|\\/.test(indicator))
        host?.leaveOut('a value that is no field')
      else if (kind === 'hash' && !['md5', 'sha1', 'sha256'].includes(hashKind(value) ?? ''))
        host?.leaveOut('a hash that Zeek does not compute')
      else yield { indicator, type, why }
    }
}

const silent = { leaveOut: () => {}, former: () => undefined, version: '' }
