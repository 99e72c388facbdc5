import { z } from 'zod'
import { Comments } from '../files/comments.ts'
import { linesOf } from '../files/lines.ts'
import type { Reading, Taker } from '../files/taker.ts'
import { parseAddress } from '../../match/parse-address.ts'
import { type Body, type WebConfig, webKeys, webList, webUrl } from './web-list.ts'

/**
 * DShield's (SANS Internet Storm Center's) recommended block list: the 20 networks (/24) that attacked most sensors in the
 * last three days. Creative Commons BY-NC-SA 2.5, so not for commercial use. Not blocked by its word alone.
 */
export const dshield = webList<WebConfig>({
  type: 'dshield',
  summary: "DShield's recommended block list",
  config: z.strictObject({ url: webUrl('https://feeds.dshield.org/block.txt'), ...webKeys }),
  habits: { everyMinutes: 180, leastMinutes: 60, weight: 45, ceiling: 'block', lifetimeDays: { address: 4 } },
  read: (body, _, taker) => read(body, taker),
})

/** Tabs between first address, last address, prefix length, attacks, name, country, e-mail; all but three may be missing. */
function read(body: Body, taker: Taker): Reading {
  const comments = new Comments()
  let number = 0
  let records = 0
  for (const line of linesOf(body.pieces())) {
    if (taker.full) break
    number++
    if (line?.startsWith('#') || line?.trim() === '') {
      comments.note(line)
      continue
    }
    const [first = '', last = '', length = '', attacks = '', name = '', country = ''] = (line ?? '').split(
      '\t',
      7,
    )
    // The columns' names stand there without a sign before them.
    if (first === 'Start') continue
    records++
    if (!/^\d{1,2}$/.test(length) || !parseAddress(first) || !parseAddress(last)) {
      taker.bad(`line ${number}`, line ?? 'a line that is too long')
      continue
    }
    const title = [/^\d+$/.test(attacks) ? `${attacks} attacks` : '', name, country].filter(
      (one) => one !== '',
    )
    taker.take(
      `${first}-${last}`,
      title.length > 0 ? { title: title.join(', ') } : undefined,
      'address',
      number,
    )
  }
  if (comments.made !== undefined) taker.made(comments.made)
  return { format: 'dshield', records }
}
