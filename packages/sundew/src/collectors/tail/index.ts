import type { LineParser } from './parser.ts'

/** Every log format, in the order of the documentation. A new one is a file here, a line below, and a test. */
export const lineParsers: readonly LineParser[] = []
