import { listLimits } from './limits.ts'

/** What is no single line of visible text: control characters, line ends of Unicode, what turns or hides text. */
// oxlint-disable-next-line no-control-regex -- they are what it is about
const untidy = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\s{2,}/
const toBlank = new RegExp(`(?:${untidy.source}|\\s)+`, 'g')

/** Tags of one indicator that are kept, and how long each may be. */
const mostTags = 32
const longestTag = 64

/** A text of somebody else's on one line, cut to its limit. */
export function tidy(text: string, most: number = listLimits.title): string {
  if (text.length <= most && !untidy.test(text)) return text.trim()
  return text
    .slice(0, most * 2)
    .replace(toBlank, ' ')
    .trim()
    .slice(0, most)
}

/** The link where it is one to the web; else ''. */
export function webLink(text: string): string {
  return text.length <= listLimits.link && /^https?:\/\/[^\s"'<>\\]+$/.test(text) && !untidy.test(text)
    ? text
    : ''
}

/** What publishers write where they have nothing to say. */
export function said(text: string): string {
  return /^(?:none|null|n\/a|-|unknown)$/i.test(text) ? '' : text
}

/** Tags as lists have them: in one text, or as an array. */
export function tagsOf(value: unknown): readonly string[] {
  const all =
    typeof value === 'string' ? value.split(/[,;|]/, mostTags + 1) : Array.isArray(value) ? value : []
  const tags = all
    .slice(0, mostTags)
    .flatMap((tag: unknown) => (typeof tag === 'string' ? [said(tidy(tag, longestTag))] : []))
  return [...new Set(tags.filter((tag) => tag !== ''))]
}

/** A publisher's confidence, 0 to 100; undefined where it is none. */
export function confidenceOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number <= 100 ? Math.round(number) : undefined
}
