import { parseRange } from '../../../src/match/parse-address.ts'

/** What tells the kinds of values apart, where a file says it by their form alone. */
export const isRange = (text: string) => parseRange(text) !== undefined
export const isHash = (text: string) => /^[0-9a-f]{32,128}$/.test(text)
export const isName = (text: string) => /^[a-z0-9_.-]+$/.test(text) && !isRange(text)
