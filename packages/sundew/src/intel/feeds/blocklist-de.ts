import { addressList } from './address-list.ts'

/**
 * blocklist.de's hosts that attacked in the last 48 hours (all.txt), free of charge. Not blocked by its word alone: another
 * list must name the same host.
 */
export const blocklistDe = addressList({
  type: 'blocklist-de',
  summary: 'blocklist.de: hosts that attacked its reporters',
  url: 'https://lists.blocklist.de/lists/all.txt',
  habits: { everyMinutes: 60, leastMinutes: 30, weight: 45, ceiling: 'block' },
})
