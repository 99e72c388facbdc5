import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { FeedError } from './feed.ts'

/** Where a feed's key stands. */
export interface KeySource {
  readonly key?: string | undefined
  readonly key_file?: string | undefined
  readonly key_env?: string | undefined
}

/** What fits into a header: visible ASCII (RFC 9110 §5.5), with spaces within. */
const key = /^[\x21-\x7e](?:[\x20-\x7e]{0,4094}[\x21-\x7e])?$/

/**
 * The keys of a feed's section that say where its key is.
 *
 * @param what of whom it is: `your OTX key`
 */
export function keyShape(what: string) {
  return {
    key: z.string().regex(key).optional().describe(`${what}; better in a file.`),
    key_file: z.string().min(1).optional().describe(`File of ${what}.`),
    key_env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
      .optional()
      .describe(`Variable of the environment that holds ${what}.`),
  } as const
}

/**
 * The key, read anew for each pull; undefined where the section names none.
 *
 * @throws FeedError `key` where it is named and not there
 */
export function keyOf({ key: own, key_file: file, key_env: variable }: KeySource): string | undefined {
  if (own !== undefined) return own
  const [text, where] =
    file === undefined ? [process.env[variable ?? ''], `the variable ${variable}`] : [contentOf(file), file]
  if (file === undefined && variable === undefined) return undefined
  const found = text?.trim()
  if (found === undefined || !key.test(found)) throw new FeedError('key', `${where} holds no key`)
  return found
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new FeedError('key', `the key's file ${file} cannot be read`, { cause })
  }
}
