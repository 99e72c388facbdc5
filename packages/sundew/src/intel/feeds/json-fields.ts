import { FeedError, type FeedAnswer } from './feed.ts'

/** A JSON object that somebody else wrote: nothing is known of its values. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Of a text that is a name, title or tag; longer ones are cut. Characters. */
const mostText = 500
/** Of a list of tags and the like. */
const mostTexts = 64

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The object that an answer's body holds.
 *
 * @throws FeedError `form` where it is none
 */
export function objectIn(answer: Extract<FeedAnswer, { status: 'whole' }>, what: string): JsonObject {
  const text = answer.text()
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    // Told below.
  }
  const beginning = JSON.stringify(oneLine(text.slice(0, 60)))
  throw new FeedError('form', `${what} is not the JSON object that it should be; it begins ${beginning}`)
}

/** The value where it is a list; else none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text on one line; '' where it is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? oneLine(value.slice(0, mostText * 2)).slice(0, mostText) : ''
}

/**
 * What a match shows of an indicator that has a title of its own within a report: both. Undefined where it has none, as the
 * report's is shown then.
 */
export function titleWithin(report: string, own: string): string | undefined {
  if (own === '' || own === report) return undefined
  return report === '' ? own : textOf(`${report}: ${own}`)
}

/** Texts of a list, each once; what is none is left out. */
export function textsOf(value: unknown): string[] {
  const texts = new Set<string>()
  for (const one of listOf(value)) {
    const text = textOf(one)
    if (text !== '') texts.add(text)
    if (texts.size === mostTexts) break
  }
  return [...texts]
}

/** A whole number of 0 and more, also written as text. */
export function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** Only what stands at the beginning of the year 1990, or later, and before 2200 is a date that somebody meant. */
const [earliest, latest] = [Date.UTC(1990, 0, 1), Date.UTC(2200, 0, 1)]
const dateForm = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * A date and time as text, ms since 1970: RFC 3339 with any number of decimals, and UTC where it names no zone.
 *
 * @returns undefined where it is none
 */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined
  const match = dateForm.exec(value.trim())
  if (!match) return undefined
  const [, day, time = '00:00:00', zone = 'Z'] = match
  // Three decimals are what every JavaScript engine reads.
  const ms = Date.parse(
    `${day}T${time.replace(/(\.\d{3})\d+$/, '$1')}${zone.replace(/^(...)(\d\d)$/, '$1:$2')}`,
  )
  return within(ms)
}

/** Seconds since 1970, as a number or text, in ms. */
export function secondsOf(value: unknown): number | undefined {
  const seconds = countOf(value)
  return seconds === undefined ? undefined : within(seconds * 1000)
}

/** The link where it leads to the web; else ''. */
export function webLink(value: unknown): string {
  return typeof value === 'string' && value.length <= mostText && /^https?:\/\/[^\s"'<>\\]+$/.test(value)
    ? value
    : ''
}

function within(ms: number): number | undefined {
  return ms >= earliest && ms < latest ? ms : undefined
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim()
}
