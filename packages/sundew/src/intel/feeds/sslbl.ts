import type { CsvRow } from '../files/csv.ts'
import { abuseConfig, columnNames, keyHeader, readTable } from './abuse-ch.ts'
import { webList } from './web-list.ts'

/** A JA3 is that of a TLS library, too: its list warns of it (percent). */
const ja3Confidence = 20

/**
 * abuse.ch SSLBL: SHA-1 sums of the certificates of servers that botnets are commanded from; at another address of theirs
 * (`ja3_fingerprints.csv`) JA3 of malware, frozen since 2021 and known to hit the innocent. CC0. Made anew every five minutes.
 */
export const sslbl = webList({
  type: 'sslbl',
  summary: 'abuse.ch SSLBL: certificates (or JA3) of malware',
  config: abuseConfig('https://sslbl.abuse.ch/blacklist/sslblacklist.csv'),
  habits: { everyMinutes: 60, leastMinutes: 5, weight: 80, ceiling: 'block' },
  keyHeader,
  read: (body, sample, taker) =>
    columnNames(sample).includes('ja3_md5')
      ? readTable(body, sample, taker, {
          needs: ['listingreason'],
          columns: { indicator: 'ja3_md5', malware: 'listingreason', first: 'firstseen', last: 'lastseen' },
          look: (_, row): CsvRow => ({
            ...row,
            type: 'ja3',
            about: { ...row.about, confidence: ja3Confidence },
          }),
        })
      : readTable(body, sample, taker, {
          needs: ['sha1', 'listingreason'],
          columns: { indicator: 'sha1', malware: 'listingreason', first: 'listingdate' },
          look: (_, row): CsvRow => ({ ...row, type: 'hash' }),
        }),
})
