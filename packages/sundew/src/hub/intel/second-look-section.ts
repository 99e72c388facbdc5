import { z } from 'zod'
import { keyShape } from '../../intel/feeds/key.ts'

const codeAddress = z.ipv4().regex(/^127\./, 'an address in 127.0.0.0/8')

/** `intel.second_look`: others are asked about what was met, and only about that. */
export const secondLookSection = z.strictObject({
  otx: z
    .strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .default('https://otx.alienvault.com')
        .describe('Where OTX is.'),
      ...keyShape('your OTX key'),
    })
    .optional()
    .describe(
      'Ask OTX whether it knows an indicator to be harmless; then it is matched, and no longer blocked.',
    ),
  dnsbl: z
    .strictObject({
      resolver: z
        .union([z.ipv4(), z.ipv6()])
        .describe('The name server that is asked: your own, not a public one.'),
      port: z.int().min(1).max(65_535).default(53),
      zones: z
        .array(
          z.strictObject({
            zone: z
              .string()
              .max(200)
              .regex(/^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})\.)+[A-Za-z0-9-]{1,63}$/)
              .describe('zen.spamhaus.org, with your key before it where it wants one.'),
            name: z
              .string()
              .regex(/^[A-Za-z0-9._-]{1,64}$/)
              .optional()
              .describe('What the source is called; the zone where not given.'),
            of: z.enum(['addresses', 'names']).default('addresses').describe('What it lists.'),
            meanings: z
              .record(codeAddress, z.string().min(1).max(100))
              .default({})
              .describe('What each answer means: `127.0.0.2: spam`.'),
            ignore: z.array(codeAddress).max(256).default([]).describe('Answers that are no listing.'),
            weight: z.int().min(0).max(100).default(40).describe('How far it is believed.'),
          }),
        )
        .min(1)
        .max(32),
    })
    .optional()
    .describe('Ask block lists that are looked up by DNS.'),
  per_minute: z
    .number()
    .min(0.1)
    .max(6_000)
    .default(30)
    .describe('Indicators asked about in a minute at most.'),
  days: z.number().min(0.1).max(365).default(30).describe('Days that an answer holds.'),
})

export type SecondLookSection = z.output<typeof secondLookSection>
export type DnsblSection = NonNullable<SecondLookSection['dnsbl']>
export type DnsblZone = DnsblSection['zones'][number]
