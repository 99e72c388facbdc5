/** What one list may be. More is not read, and the owner is told. */
export const listLimits = {
  fileBytes: 512 * 1024 * 1024,
  lineBytes: 64 * 1024,
  /** Lines of one record of a CSV file that have a quote and do not end it. */
  recordLines: 64,
  /** Of a record of a CSV file. */
  fields: 256,
  /** Of one JSON value: a pulse, or a page of them. */
  valueBytes: 64 * 1024 * 1024,
  /** Characters of a title and of a link; titles are cut, longer links left out. */
  title: 200,
  link: 500,
} as const
