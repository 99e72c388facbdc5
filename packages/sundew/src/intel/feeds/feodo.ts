import { abuseTable } from './abuse-ch.ts'

/**
 * abuse.ch Feodo Tracker: hosts that botnets are commanded from. CC0. There may be none: that is no fault of the list. Made
 * anew every five minutes.
 */
export const feodo = abuseTable({
  type: 'feodo',
  summary: 'abuse.ch Feodo Tracker: hosts that botnets are commanded from',
  url: 'https://feodotracker.abuse.ch/downloads/ipblocklist.csv',
  habits: { everyMinutes: 60, leastMinutes: 5, weight: 85, ceiling: 'block', mayBeEmpty: true },
  needs: ['dst_ip', 'malware'],
  columns: { indicator: 'dst_ip', malware: 'malware', first: 'first_seen_utc', last: 'last_online' },
  look: (cell, row) => {
    const title = [cell('c2status'), cell('dstport') && `port ${cell('dstport')}`].filter((one) => one !== '')
    return { ...row, type: 'address', about: { ...row.about, title: title.join(', ') } }
  },
})
