import { z } from 'zod'

/** Keys by which a decoy's configuration says who is let in. */
export const loginRules = {
  policy: z
    .enum(['any', 'after', 'listed', 'refuse'])
    .default('any')
    .describe('Who is let in: any login, any after some attempts of one source, those listed, or none.'),
  attempts: z
    .int()
    .min(1)
    .max(1000)
    .default(3)
    .describe(
      'With the policy `after`: this attempt of one source and every later one is let in, but for other passwords of a name that was let in from there.',
    ),
  accounts: z
    .array(z.strictObject({ user: z.string(), password: z.string() }))
    .max(10_000)
    .default([])
    .describe('With the policy `listed`: these are let in.'),
}

export interface LoginRules {
  readonly policy: 'any' | 'after' | 'listed' | 'refuse'
  readonly attempts: number
  readonly accounts: readonly { readonly user: string; readonly password: string }[]
}
