import { z } from 'zod'
import { readCsv } from '../files/csv.ts'
import type { CsvColumns } from '../files/csv-columns.ts'
import { holds, ownListKeys, type PlainConfig } from './plain.ts'
import { webKeys, webList, webUrl } from './web-list.ts'

interface CsvConfig extends PlainConfig {
  readonly delimiter?: string | undefined
  readonly columns: CsvColumns
  readonly names?: readonly string[] | undefined
}

const column = z.union([z.int().min(1).max(256), z.string().min(1).max(200)]).optional()

/** Any table of an indicator a record; its licence is its publisher's. */
export const csv = webList<CsvConfig>({
  type: 'csv',
  summary: 'A table with an indicator in each record',
  config: z.strictObject({
    url: webUrl(),
    delimiter: z
      .enum([',', ';', '\t', '|'])
      .optional()
      .describe('Between fields; found out where not given.'),
    columns: z
      .strictObject({
        indicator: column.describe('The indicator.'),
        type: column.describe('What it is, in the publisher’s words: `ip:port`, `FileHash-MD5` …'),
        title: column.describe('What is said of it.'),
        malware: column.describe('The malware family.'),
        tags: column.describe('Tags, separated by commas.'),
        link: column.describe('A page about it.'),
        first: column.describe('When the publisher first saw it.'),
        last: column.describe('And last.'),
        confidence: column.describe('How sure the publisher is, 0 to 100.'),
      })
      .prefault({})
      .describe(
        'Which column holds what, by number from 1 or by name; found out by usual names where not given.',
      ),
    names: z
      .array(z.string().max(200))
      .max(256)
      .optional()
      .describe('Names of the columns, where the table does not say them.'),
    holds,
    ...ownListKeys,
    ...webKeys,
  }),
  habits: { everyMinutes: 60, leastMinutes: 5, weight: 60, ceiling: 'block' },
  read: (body, sample, taker, { delimiter, columns, names, holds: type }) =>
    readCsv(body.pieces(), taker, sample, { delimiter, columns, names, type }),
})
