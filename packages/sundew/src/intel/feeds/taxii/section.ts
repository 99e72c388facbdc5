import { z } from 'zod'
import { keyOf, keyShape } from '../key.ts'

export const taxiiSection = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .describe('The collection: https://taxii.example/api1/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/'),
  user: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('A user, whose password the key is (basic authentication).'),
  ...keyShape('a password or token'),
  key_header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
    .default('Authorization')
    .describe('The header that a token is sent in.'),
  key_scheme: z
    .string()
    .regex(/^[A-Za-z]{0,32}$/)
    .default('Bearer')
    .describe('What stands before the token there; empty for nothing.'),
  page: z.int().min(1).max(10_000).default(500).describe('Objects asked for at once.'),
  days: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('The first time only what was added within so many days is asked for; all where not given.'),
  link: z.url().optional().describe('A page about the source, told with each match.'),
})

export type TaxiiConfig = z.output<typeof taxiiSection>

/**
 * The header that lets us in; none where there is neither user nor key.
 *
 * @throws FeedError `key`
 */
export function authorization(config: TaxiiConfig): Record<string, string> {
  const key = keyOf(config)
  if (config.user !== undefined) {
    const pair = Buffer.from(`${config.user}:${key ?? ''}`).toString('base64')
    return { authorization: `Basic ${pair}` }
  }
  if (key === undefined) return {}
  const { key_header, key_scheme } = config
  return { [key_header.toLowerCase()]: key_scheme === '' ? key : `${key_scheme} ${key}` }
}
