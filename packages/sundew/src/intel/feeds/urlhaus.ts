import { abuseTable } from './abuse-ch.ts'

/**
 * abuse.ch URLhaus: addresses that malware is loaded from, of the last 30 days, online or not. CC0; a key of one's own is
 * free of charge (auth.abuse.ch), and wanted since 2025. Made anew every five minutes.
 */
export const urlhaus = abuseTable({
  type: 'urlhaus',
  summary: 'abuse.ch URLhaus: addresses that malware is loaded from',
  url: 'https://urlhaus-api.abuse.ch/v2/files/exports/{key}/recent.csv',
  habits: { everyMinutes: 60, leastMinutes: 5, weight: 80, ceiling: 'block' },
  needs: ['url', 'threat', 'urlhaus_link'],
  columns: {
    indicator: 'url',
    title: 'threat',
    tags: 'tags',
    link: 'urlhaus_link',
    first: 'dateadded',
    last: 'last_online',
  },
  look: (_, row) => ({ ...row, type: 'url' }),
})
