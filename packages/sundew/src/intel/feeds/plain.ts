import { z } from 'zod'
import { looksLikeHosts, readHosts } from '../files/hosts.ts'
import { readPlain } from '../files/plain.ts'
import { type IndicatorType, indicatorTypes } from '../indicator/indicator.ts'
import { keyShape } from './key.ts'
import { type WebConfig, webKeys, webList, webUrl } from './web-list.ts'

export interface PlainConfig extends WebConfig {
  readonly holds?: IndicatorType | undefined
}

/** What the sections of lists of one's own choice have beside their address. */
export const ownListKeys = {
  ...keyShape('the key that the server wants'),
  key_header: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/)
    .optional()
    .describe('The header that the key is sent in.'),
} as const

export const holds = z
  .enum(indicatorTypes)
  .optional()
  .describe('What its entries are; the form of each decides where not given.')

/** Any list of an indicator a line, as most publishers have one; its licence is theirs. */
export const plain = webList<PlainConfig>({
  type: 'plain',
  summary: 'A list of an indicator a line',
  config: z.strictObject({ url: webUrl(), holds, ...ownListKeys, ...webKeys }),
  habits: { everyMinutes: 60, leastMinutes: 5, weight: 60, ceiling: 'block' },
  read: (body, sample, taker, { holds }) =>
    holds === undefined && looksLikeHosts(sample)
      ? readHosts(body.pieces(), taker)
      : readPlain(body.pieces(), taker, { type: holds }),
})
