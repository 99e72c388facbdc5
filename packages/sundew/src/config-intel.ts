import { z } from 'zod'
import { address, hostName } from './config-values.ts'
import { secondLookSection } from './hub/intel/second-look-section.ts'
import { transferSection } from './hub/zones/section.ts'
import { feeds } from './intel/feeds/index.ts'
import { indicatorTypes } from './intel/indicator/indicator.ts'
import { publishers } from './intel/publish/index.ts'

const sectionName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/)

/** What every feed's section may hold. */
const feedKeys = {
  name: sectionName.optional().describe("The source's name; its type where not given."),
  enabled: z.boolean().default(true).describe('Whether it is pulled.'),
  every_minutes: z.int().min(1).max(100_000).optional().describe('From one pull to the next.'),
  weight: z.int().min(0).max(100).optional().describe('How far it is believed.'),
  ceiling: z.enum(['block', 'alert']).optional().describe('What it may come to alone.'),
  lifetime_days: z
    .partialRecord(z.enum(indicatorTypes), z.number().positive())
    .optional()
    .describe('Days an indicator lasts after it was last told, by type.'),
  proxy: z
    .union([z.literal('none'), z.url({ protocol: /^https?$/ })])
    .optional()
    .describe('Another proxy than `intel.proxy`, or none.'),
} as const

/** What both feeds and files may have otherwise than `doubt` says. */
const widthKeys = {
  least_prefix_v4: z
    .int()
    .min(0)
    .max(32)
    .optional()
    .describe('Shorter prefixes that it lists are not blocked for it; that of `doubt` where not given.'),
  least_prefix_v6: z.int().min(0).max(128).optional().describe('The same of IPv6.'),
} as const

/** What every publication's section may hold. */
const publicationKeys = {
  name: sectionName.optional().describe("The publication's name; its target where not given."),
  path: z.string().min(1).describe('The file it is written to; a folder for targets of several files.'),
  every_seconds: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(300)
    .describe('From one writing to the next at the least.'),
  after: z
    .array(z.string().max(1_000))
    .max(32)
    .default([])
    .describe('Run after a change, without a shell: program and arguments.'),
  guard: z.boolean().default(true).describe('Hold back what lost more than half of its entries.'),
} as const

const feedSection = oneOf(
  'type',
  feeds.map(({ type, config }) => [type, config]),
  { ...feedKeys, ...widthKeys },
)
const publicationSection = oneOf(
  'target',
  publishers.map(({ target, config }) => [target, config]),
  publicationKeys,
)

/** Sections told apart by one key, each with keys of its own beside the common ones. */
function oneOf<K extends string, S extends z.ZodRawShape>(
  key: K,
  kinds: readonly (readonly [string, z.ZodType])[],
  common: S,
): z.ZodType<z.output<z.ZodObject<S>> & Readonly<Record<K, string>>> {
  const sections = kinds.map(([kind, own]) =>
    z.strictObject({ [key]: z.literal(kind), ...common, ...(own as z.ZodObject).shape }),
  )
  const [first, ...rest] = sections
  if (!first) return z.never()
  return z.discriminatedUnion(key, [first, ...rest] as never) as never
}

/** Section `intel` of sundew.yaml. */
export const intelSection = z
  .strictObject({
    files: z
      .array(
        z.strictObject({
          path: z.string().min(1).describe('The file; read again when it changes.'),
          name: z
            .string()
            .regex(/^[A-Za-z0-9._-]{1,64}$/)
            .optional()
            .describe("The list's name; the file's own where not given."),
          format: z
            .enum(['auto', 'plain', 'csv', 'otx'])
            .default('auto')
            .describe('plain: an address, prefix or range a line; csv; otx: pulses as JSON.'),
          column: z
            .union([z.int().min(1), z.string()])
            .optional()
            .describe('csv: which column holds the indicator, by number from 1 or by name.'),
          link: z.url().optional().describe('A page about the list, told with each match.'),
          ...widthKeys,
        }),
      )
      .max(1_000)
      .default([])
      .describe('Files that hold lists; docs/intelligence.md.'),
    feeds: z.array(feedSection).max(200).default([]).describe('Sources that are pulled (docs/feeds.md).'),
    proxy: z
      .union([z.literal('environment'), z.url({ protocol: /^https?$/ })])
      .optional()
      .describe(
        'A proxy that feeds are fetched through; environment: HTTPS_PROXY, HTTP_PROXY and NO_PROXY say which.',
      ),
    core: z
      .strictObject({
        bogons: z
          .boolean()
          .default(true)
          .describe(
            'Never list addresses that are not routed on the Internet: private, documentation, multicast ….',
          ),
        resolvers: z.array(address).max(1_000).default([]).describe('Your name servers: never listed.'),
        domains: z.array(hostName).max(1_000).default([]).describe('Your own domains: never listed.'),
      })
      .prefault({})
      .describe(
        'What no feed can list. Your networks, public suffixes, root servers, certificate status and update hosts, and the hosts of feeds are so always.',
      ),
    allow: z
      .array(
        z.strictObject({
          value: z
            .string()
            .min(1)
            .max(512)
            .describe('An address, prefix or range, a domain (with all below it), URL or hash.'),
          reason: z.string().min(1).max(500),
          until: z.iso.date().optional().describe('The last day it holds.'),
          action: z
            .enum(['exclude', 'downgrade', 'annotate'])
            .default('exclude')
            .describe('exclude: never listed; downgrade: matched, not blocked; annotate: only said.'),
        }),
      )
      .max(100_000)
      .default([])
      .describe('What you allow.'),
    warninglists: z
      .array(
        z.strictObject({
          path: z.string().min(1).describe('A file, or a folder of them.'),
          kind: z
            .enum(['misp', 'popular', 'cloud'])
            .default('misp')
            .describe(
              'misp: MISP warninglists; popular: names by rank, matched exactly; cloud: ranges of clouds and CDNs.',
            ),
          action: z
            .enum(['exclude', 'downgrade', 'annotate'])
            .optional()
            .describe(
              'What they do; exclude for misp, downgrade for popular, annotate for cloud where not given.',
            ),
        }),
      )
      .max(1_000)
      .default([])
      .describe('Lists of what is known to be good.'),
    doubt: z
      .strictObject({
        block_from: z
          .int()
          .min(0)
          .max(100)
          .default(50)
          .describe('Confidence from which an indicator is blocked.'),
        alert_from: z.int().min(0).max(100).default(1).describe('Confidence from which it is matched.'),
        least_prefix_v4: z
          .int()
          .min(0)
          .max(32)
          .default(12)
          .describe('Shorter prefixes are not blocked, where their source has no other.'),
        least_prefix_v6: z
          .int()
          .min(0)
          .max(128)
          .default(28)
          .describe('Shorter prefixes are not blocked, where their source has no other.'),
        authors: z
          .array(z.string().max(200))
          .max(1_000)
          .default([])
          .describe('Authors of pulses who are trusted alone.'),
        pulses: z
          .enum(['alert', 'block'])
          .default('alert')
          .describe('What one pulse of an author who is not trusted may come to alone.'),
        lifetime_days: z
          .partialRecord(z.enum(indicatorTypes), z.number().positive())
          .default({})
          .describe(
            'Days an indicator lasts after it was last told, by type, where its source says nothing.',
          ),
      })
      .prefault({})
      .describe('When an indicator is blocked, matched, or neither (docs/doubt.md).'),
    publish: z
      .array(publicationSection)
      .max(200)
      .default([])
      .describe('Where lists are written for other programs (docs/publish.md).'),
    transfer: transferSection
      .optional()
      .describe('Zone transfer of published policy zones (docs/publish-dns.md). Off where not given.'),
    second_look: secondLookSection
      .optional()
      .describe('Ask others about what was met, and only about that. Off where not given.'),
    retro: z.boolean().default(true).describe('Ask the past when an entry is new.'),
  })
  .prefault({})
  .describe('Threat intelligence.')
