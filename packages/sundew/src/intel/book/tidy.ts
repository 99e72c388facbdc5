import { listLimits } from '../files/limits.ts'

/** What is no single line of visible text: control characters, line ends of Unicode, what turns or hides text. */
const untidy = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\s{2,}/
const toBlank = new RegExp(`(?:${untidy.source}|\\s)+`, 'g')

/** A text of a source on one line and cut, whoever wrote it; '' where there is none. */
export function tidy(text: string | undefined, most: number = listLimits.title): string {
  if (text === undefined || text === '') return ''
  if (text.length <= most && !untidy.test(text)) return text.trim().toWellFormed()
  return text
    .slice(0, most * 2)
    .replace(toBlank, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed()
}

/** The link where it is one to the web; else ''. */
export function webLink(text: string | undefined): string {
  return text !== undefined &&
    text.length <= listLimits.link &&
    /^https?:\/\/[^\s"'<>\\]+$/.test(text) &&
    !untidy.test(text)
    ? text
    : ''
}
