import { listLimits } from '../files/limits.ts'

/** A text of a source on one line, without control characters and cut: whoever wrote the list chose it. */
export function tidy(text: string | undefined, most: number = listLimits.title): string {
  if (text === undefined || text === '') return ''
  return text
    .slice(0, most * 2)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()
}

/** The link where it is one to the web; else ''. */
export function webLink(text: string | undefined): string {
  return text !== undefined && text.length <= listLimits.link && /^https?:\/\/[^\s"'<>\\\p{Cc}]+$/u.test(text)
    ? text
    : ''
}
