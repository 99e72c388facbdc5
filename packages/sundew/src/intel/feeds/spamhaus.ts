import { z } from 'zod'
import { publishedTime } from '../files/dates.ts'
import { readJson } from '../files/json.ts'
import type { Reading, Taker } from '../files/taker.ts'
import { type Feed, FeedError } from './feed.ts'
import { webKeys } from './web-list.ts'
import { pullFiles } from './web-lists.ts'

interface SpamhausConfig {
  readonly url: string
  readonly lists: readonly ('drop_v4' | 'drop_v6' | 'asndrop')[]
  readonly redirects_to: readonly string[]
  readonly ca_file?: string | undefined
}

const titles = {
  drop_v4: 'Spamhaus DROP',
  drop_v6: 'Spamhaus DROP (IPv6)',
  asndrop: 'Spamhaus ASN-DROP',
} as const

/**
 * Spamhaus Don't Route Or Peer: networks that are hijacked or leased by professional spammers and criminals, as JSON lines.
 * Free of charge for everyone's own network; the credit and the terms that come with each list are kept with it
 * (www.spamhaus.org/drop/terms). No more than one fetch an hour.
 */
export const spamhaus: Feed<SpamhausConfig> = {
  type: 'spamhaus',
  summary: 'Spamhaus DROP and ASN-DROP',
  config: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .default('https://www.spamhaus.org/drop/')
      .describe('The folder where the lists lie.'),
    lists: z
      .array(z.enum(['drop_v4', 'drop_v6', 'asndrop']))
      .min(1)
      .max(3)
      .default(['drop_v4', 'drop_v6', 'asndrop'])
      .describe('Which of them.'),
    ...webKeys,
  }),
  habits: { everyMinutes: 720, leastMinutes: 60, weight: 95, ceiling: 'block' },
  urls: ({ url }) => [url],
  pull: (config, host) =>
    pullFiles(
      config,
      config.lists.map((list) => ({
        url: new URL(`${list}.json`, config.url.endsWith('/') ? config.url : `${config.url}/`).href,
        report: { id: list, title: titles[list], link: 'https://www.spamhaus.org/drop/' },
        read: (body, _, taker) => read(body.pieces(), taker),
      })),
      host,
      1,
    ),
}

/** @throws FeedError `cut` where the record about the list, its last, is not there */
function read(pieces: Iterable<Uint8Array>, taker: Taker): Reading {
  let told: number | undefined
  const reading = readJson(pieces, taker, (object, at) => {
    const { type, records, timestamp, asn, asname, cc, cidr, sblid } = object
    if (type === 'metadata') {
      told = typeof records === 'number' ? records : 0
      const made = publishedTime(timestamp)
      if (made !== undefined) taker.made(made)
    } else if (typeof asn === 'number') {
      const title = [asname, cc].filter((one) => typeof one === 'string' && one !== '').join(', ')
      taker.take(`AS${asn}`, title === '' ? undefined : { title }, 'as', at)
    } else if (typeof cidr === 'string') {
      const about =
        typeof sblid === 'string' && /^SBL\d{1,12}$/.test(sblid)
          ? { title: sblid, link: `https://check.spamhaus.org/sbl/query/${sblid}` }
          : undefined
      taker.take(cidr, about, 'address', at)
    } else taker.bad(`object ${at}`, JSON.stringify(object).slice(0, 200))
    return true
  })
  if (told === undefined) throw new FeedError('cut', 'the record that ends a Spamhaus list is not there')
  return { ...reading, records: reading.records - 1, told }
}
