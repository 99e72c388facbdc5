import { z } from 'zod'
import { readHosts } from '../files/hosts.ts'
import { ownListKeys } from './plain.ts'
import { type WebConfig, webKeys, webList, webUrl } from './web-list.ts'

/** Hosts files (hosts(5)) that lead names to nowhere: each name by itself. Their licences are their makers'. */
export const hosts = webList<WebConfig>({
  type: 'hosts',
  summary: 'A hosts file',
  config: z.strictObject({ url: webUrl(), ...ownListKeys, ...webKeys }),
  habits: { everyMinutes: 720, leastMinutes: 30, weight: 60, ceiling: 'block' },
  read: (body, _, taker) => readHosts(body.pieces(), taker),
})
