import { addressList } from './address-list.ts'

/**
 * Netsets and ipsets as FireHOL publishes them: addresses and prefixes, and a head that says how many. Each list has the
 * licence of whom it is made from (iplists.firehol.org). level1 holds unrouted space too, which the core list takes out.
 */
export const netset = addressList({
  type: 'netset',
  summary: "FireHOL's netsets and ipsets",
  url: 'https://raw.githubusercontent.com/firehol/blocklist-ipsets/master/firehol_level1.netset',
  habits: { everyMinutes: 120, leastMinutes: 30, weight: 70, ceiling: 'block' },
})
