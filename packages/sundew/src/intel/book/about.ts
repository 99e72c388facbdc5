import type { About } from '../sighting.ts'
import { tidy, webLink } from './tidy.ts'

/** Tags of one sighting or report. */
const mostTags = 32
const tagLength = 100
/** Times outside of these years are nobody's, ms since 1970: 1980 to 2200. */
const times = { from: 315_532_800_000, to: 7_258_118_400_000 } as const

/** What a source says of an indicator, as the book has it: in the order of the columns, null where nothing was said. */
export interface Said {
  readonly publishedFirst: number | null
  readonly publishedLast: number | null
  readonly expires: number | null
  readonly confidence: number | null
  readonly compromised: number | null
  readonly title: string | null
  readonly link: string | null
  /** JSON: `{malware, tags, author}`, those that there are. */
  readonly more: string | null
}

const nothing: Said = {
  publishedFirst: null,
  publishedLast: null,
  expires: null,
  confidence: null,
  compromised: null,
  title: null,
  link: null,
  more: null,
}

/** Texts that stand in `more`. */
export interface More {
  readonly malware: string
  readonly tags: readonly string[]
  readonly author: string
}

/** Cleans what a source says: one line a text, times that can be, confidence from 0 to 100. */
export function saidOf(about: About | undefined): Said {
  if (about === undefined) return nothing
  const malware = tidy(about.malware)
  const tags = tagsOf(about.tags)
  const author = tidy(about.author)
  return {
    publishedFirst: timeOf(about.first),
    publishedLast: timeOf(about.last),
    expires: timeOf(about.expires),
    confidence: percent(about.confidence),
    compromised: about.compromised === true ? 1 : null,
    title: tidy(about.title) || null,
    link: webLink(about.link) || null,
    more:
      malware === '' && tags.length === 0 && author === ''
        ? null
        : JSON.stringify({
            ...(malware && { malware }),
            ...(tags.length > 0 && { tags }),
            ...(author && { author }),
          }),
  }
}

/** The same as one text, to see whether it changed; '' where nothing was said. */
export function textOf(said: Said): string {
  return said === nothing ? '' : Object.values(said).join('\n')
}

export function moreOf(json: string | null): More {
  const { malware = '', tags = [], author = '' } = (json === null ? {} : JSON.parse(json)) as Partial<More>
  return { malware, tags, author }
}

export function tagsOf(tags: readonly string[] | undefined): string[] {
  if (tags === undefined) return []
  const some = tags.slice(0, mostTags).map((tag) => tidy(tag, tagLength))
  return [...new Set(some)].filter((tag) => tag !== '')
}

export function timeOf(time: number | undefined): number | null {
  return time !== undefined && time >= times.from && time <= times.to ? Math.round(time) : null
}

function percent(confidence: number | undefined): number | null {
  if (confidence === undefined || !Number.isFinite(confidence)) return null
  return Math.min(100, Math.max(0, Math.round(confidence)))
}
