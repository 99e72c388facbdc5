import { z } from 'zod'
import type { Reading, Taker } from '../files/taker.ts'
import { type Feed, type FeedAnswer, FeedError, type FeedHabits, type FeedHost } from './feed.ts'
import { keyOf, type KeySource } from './key.ts'

/** Keys that the sections of all lists have that lie at an address. */
export interface WebConfig extends KeySource {
  readonly url: string
  readonly key_header?: string | undefined
  readonly redirects_to: readonly string[]
  readonly ca_file?: string | undefined
}

/** A body that was fetched. */
export type Body = Extract<FeedAnswer, { status: 'whole' }>

/** A feed that is one file at one address: all that it has, each time. */
export interface WebList<C extends WebConfig> {
  readonly type: string
  readonly summary: string
  readonly config: z.ZodType<C>
  readonly habits: FeedHabits
  /** The header that the key goes in; the section says it where not given. */
  readonly keyHeader?: string
  /** Changes where what is made of the same body does: it is read again then. */
  readonly version?: number
  /**
   * Tells the taker what the body holds.
   *
   * @param sample its beginning as text
   * @throws FeedError `form` where it is not what it should be, TypeError where the section does not fit it
   */
  read(body: Body, sample: string, taker: Taker, config: C): Reading
}

/** Of a body's beginning so much is looked at, bytes. */
const sampleBytes = 64 * 1024

export function webUrl(url?: string) {
  const key = z
    .url({ protocol: /^https?$/ })
    .describe('Where the list lies; `{key}` in it stands for the key.')
  return url === undefined ? key : key.default(url)
}

export const webKeys = {
  redirects_to: z
    .array(z.string().regex(/^[A-Za-z0-9.:[\]-]{1,255}$/))
    .max(16)
    .default([])
    .describe('Hosts beside its own that it may lead on to: `host` or `host:port`.'),
  ca_file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'https: PEM file of the authorities that the server may be of; those known everywhere if not given.',
    ),
} as const

/** The feed that pulls the list: whole and well, or not at all. */
export function webList<C extends WebConfig>(list: WebList<C>): Feed<C> {
  return {
    type: list.type,
    summary: list.summary,
    config: list.config,
    habits: list.habits,
    urls: ({ url }) => [addressOf(url, 'key')],
    async pull(config, host) {
      const form = formOf(config, list.version ?? 1)
      const before = host.cursor as Partial<Record<'form' | 'sha256', unknown>> | undefined
      const same = before === undefined || before.form === form
      const shown = shownAddress(config.url)
      const way = list.keyHeader === undefined ? config : { ...config, key_header: list.keyHeader }
      const body = await fetchBody(way, config.url, host, same)
      if (body === 'unchanged' || (same && before?.sha256 === body.sha256)) return
      host.intake.snapshot()
      readWhole(() => list.read(body, sampleOf(body, shown), host.intake, config), host.intake, shown)
      host.intake.commit({ form, sha256: body.sha256 })
    },
  }
}

/** Fetches what lies at the address; `unchanged` where it is as it was. */
export async function fetchBody(
  config: Omit<WebConfig, 'url'>,
  url: string,
  host: FeedHost,
  conditional: boolean,
): Promise<Body | 'unchanged'> {
  const key = keyOf(config)
  if (key === undefined && url.includes('{key}'))
    throw new FeedError('key', `${shownAddress(url)} wants a key: set key_file, key_env or key`)
  const answer = await host.fetch({
    url: addressOf(url, key ?? ''),
    shown: shownAddress(url),
    ...(key !== undefined && config.key_header !== undefined && { headers: { [config.key_header]: key } }),
    conditional,
    redirectsTo: config.redirects_to,
    ...(config.ca_file !== undefined && { caFile: config.ca_file }),
  })
  return answer.status === 'unchanged' ? 'unchanged' : answer
}

/**
 * The beginning of a body.
 *
 * @throws FeedError `form` where it is a web page: no list begins like one
 */
export function sampleOf(body: Body, shown: string): string {
  const parts: Buffer[] = []
  let bytes = 0
  for (const piece of body.pieces()) {
    // The pieces share a buffer.
    parts.push(Buffer.from(piece))
    bytes += piece.length
    if (bytes >= sampleBytes) break
  }
  const sample = Buffer.concat(parts).subarray(0, sampleBytes).toString('utf8')
  if (/^\uFEFF?\s*</.test(sample)) throw new FeedError('form', `${shown} has a web page in the list's place`)
  return sample
}

/**
 * Reads a list that says itself how much it has.
 *
 * @throws FeedError `cut` where a part is missing, `form` where the section does not fit the list
 */
export function readWhole(read: () => Reading, taker: Pick<Taker, 'full'>, shown: string): void {
  let reading: Reading
  try {
    reading = read()
  } catch (error) {
    if (error instanceof TypeError)
      throw new FeedError('form', `${shown}: ${error.message}`, { cause: error })
    throw error
  }
  const { records, told } = reading
  if (told !== undefined && records < told && !taker.full)
    throw new FeedError('cut', `${shown} says that it has ${told} entries, and has ${records}`)
}

/** The address as messages show it: without the key, and without a name and a password. */
export function shownAddress(url: string): string {
  return url.replace('{key}', '***').replace(/^(https?:\/\/)[^/?#]*@/, '$1')
}

function addressOf(url: string, key: string): string {
  return url.replace('{key}', encodeURIComponent(key))
}

/** What the section makes of a body, as text: changed, the same body is read again. Keys make nothing of it. */
function formOf(config: WebConfig, version: number): string {
  return JSON.stringify([version, { ...config, key: undefined, key_file: undefined, key_env: undefined }])
}
