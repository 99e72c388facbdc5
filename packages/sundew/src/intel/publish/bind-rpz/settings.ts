import { z } from 'zod'

/** What a name server does about a listed name. `log`: nothing, but it says so in its log. */
export const rpzActions = ['log', 'nxdomain', 'nodata', 'drop', 'tcp-only', 'garden'] as const
export type RpzAction = (typeof rpzActions)[number]

/** A zone's name: room is left in it for the names that it lists. */
const zoneName = z
  .string()
  .regex(/^(?=.{1,100}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/)

const zone = z.strictObject({
  name: zoneName.describe('The name of the zone.'),
  action: z
    .enum(rpzActions)
    .default('nxdomain')
    .describe('What is done about what it lists; log: nothing but a line in the log.'),
  confidence_from: z.int().min(0).max(100).default(0).describe('Only what is listed with this confidence.'),
  sources: z
    .array(z.string())
    .max(200)
    .default([])
    .describe('Only what these sources list; all where empty.'),
})

/** Keys that a publication of response policy zones has of its own. */
export const rpzSettings = z
  .strictObject({
    zones: z
      .array(zone)
      .min(1)
      .max(63)
      .default([{ name: 'block.rpz.sundew', action: 'nxdomain', confidence_from: 0, sources: [] }])
      .describe('The zones. What is listed is in the first that takes it.'),
    allow_zone: zoneName
      .default('allow.rpz.sundew')
      .describe('The zone of allowed names under listed ones; it comes first.'),
    allow_addresses: z
      .boolean()
      .default(false)
      .describe('Also let pass every name that points at an allowed address inside a listed range.'),
    garden: z
      .strictObject({
        cname: zoneName.optional(),
        a: z.array(z.ipv4()).max(16).default([]),
        aaaa: z.array(z.ipv6()).max(16).default([]),
      })
      .refine(({ cname, a, aaaa }) => (cname === undefined) !== (a.length + aaaa.length === 0), {
        message: 'either cname, or addresses',
      })
      .optional()
      .describe('Where the action garden leads: a name, or addresses.'),
    triggers: z
      .array(z.enum(['name', 'address', 'nsdname', 'nsip']))
      .min(1)
      .default(['name', 'address'])
      .describe(
        'What is looked at: the name asked for, the addresses it has, names and addresses of its name servers.',
      ),
    ttl: z.int().min(0).max(86_400).default(60).describe('Seconds that an answer may be kept.'),
    comments: z.boolean().default(false).describe('Say in a comment why each record is there.'),
  })
  .refine(({ zones, garden }) => garden || zones.every(({ action }) => action !== 'garden'), {
    message: 'the action garden needs a garden',
  })
  .refine(
    ({ zones, allow_zone }) =>
      new Set([allow_zone, ...zones.map(({ name }) => name)]).size === zones.length + 1,
    { message: 'two zones of one name' },
  )

export type RpzSettings = z.infer<typeof rpzSettings>
export type RpzZone = RpzSettings['zones'][number]
