import { z } from 'zod'
import { keyShape } from '../key.ts'

export const otxConfig = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .default('https://otx.alienvault.com')
    .describe('Where OTX is.'),
  ...keyShape('your OTX key'),
  page: z
    .int()
    .min(1)
    .max(50)
    .default(20)
    .describe('Pulses asked for at once; fewer where OTX takes too long.'),
  days: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Pulses that were not modified for so many days are left out; none where not given.'),
  whole_days: z
    .number()
    .min(0.01)
    .max(365)
    .default(7)
    .describe('After so many days all is read again, and what you no longer subscribe to is withdrawn.'),
})

export type OtxConfig = z.output<typeof otxConfig>
