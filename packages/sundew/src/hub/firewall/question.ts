import { z } from 'zod'
import { flowFilter } from '../flows/filter.ts'
import { firewallFields } from './fields.ts'

/** Entries of one list. */
const mostItems = 64
const texts = z.array(z.string().min(1).max(255)).max(mostItems)

/** Told where nothing else is asked for. */
const usualFields = [
  'time',
  'kind',
  'protocol',
  'source_ip',
  'source_port',
  'destination_ip',
  'destination_port',
  'tcp_flags',
  'rule',
] as const

/** Of more than may be told in a window of time, as much as everybody's fair share is. */
export const fairShare = z.strictObject({
  /** Length of a window, milliseconds. */
  window_ms: z.int().min(1).max(86_400_000),
  /** Rows of one at most. */
  most: z.int().min(1).max(100_000),
})

/** Which lines of firewalls: as of flows (`hub/flows/filter.ts`), where they have the same columns. */
const firewallFilter = flowFilter
  .pick({
    since: true,
    before: true,
    address: true,
    source: true,
    destination: true,
    not_address: true,
    not_source: true,
    not_destination: true,
    port: true,
    source_port: true,
    destination_port: true,
    not_port: true,
    not_source_port: true,
    not_destination_port: true,
    protocol: true,
    not_protocol: true,
    flags: true,
    source_country: true,
    source_as: true,
    icmp_type: true,
    icmp_code: true,
    direction: true,
    version: true,
  })
  .extend({
    kind: z
      .array(z.enum(['firewall.block', 'firewall.allow', 'firewall.other']))
      .max(3)
      .optional(),
    /** Only where an end was on a list of bad addresses when the line came. */
    listed: z.literal(true).optional(),
    device: texts.optional(),
    format: texts.optional(),
    rule: texts.optional(),
  })

/** What is asked of firewalls' lines. */
export const firewallQuestion = z.strictObject({
  filter: firewallFilter.default({}),
  fields: z
    .array(z.enum(firewallFields))
    .min(1)
    .max(firewallFields.length)
    .default([...usualFields]),
  /** What since and before mean, and what rows are in order of: when it was, or when the line came. */
  by: z.enum(['time', 'received']).default('time'),
  order: z.enum(['newest', 'oldest']).default('oldest'),
  /** All where it is not given. */
  limit: z.int().min(1).max(1_000_000_000).optional(),
  /** Rows have `left_out` too then: how many of its window are not told, in one row of each. */
  share: fairShare.optional(),
})

export type FirewallQuestion = z.output<typeof firewallQuestion>
