import { listLimits } from '../files/limits.ts'
import { tidy as tidied, webLink as linked } from '../files/tidy.ts'

/** A text of a source on one line and cut; '' where there is none. */
export function tidy(text: string | undefined, most: number = listLimits.title): string {
  return text === undefined || text === '' ? '' : tidied(text, most).toWellFormed()
}

/** The link where it is one to the web; else ''. */
export function webLink(text: string | undefined): string {
  return text === undefined || text === '' ? '' : linked(text)
}
