import { z } from 'zod'
import { parseRange } from '../../match/parse-address.ts'

/** Items in one list of a filter. Longer lists of addresses are sets. */
const mostItems = 1000
/** Characters of a set's text: some four million addresses. */
const mostSetText = 64 * 1024 * 1024

const time = z.iso.datetime({ offset: true })
const addresses = z
  .array(
    z
      .string()
      .max(100)
      .refine((text) => parseRange(text) !== undefined, {
        error: 'should be an address, a prefix such as 192.0.2.0/24 or a range such as 192.0.2.1-192.0.2.9',
      }),
  )
  .max(mostItems)
/** An address, prefix or range a line; `#` begins a comment. */
const set = z.string().max(mostSetText)

function spans(most: number) {
  const number = z.int().min(0).max(most)
  return z
    .array(
      z
        .tuple([number, number])
        .refine(([from, to]) => from <= to, 'should begin before it ends: [1024, 65535]'),
    )
    .max(mostItems)
}

const amount = z.strictObject({
  least: z.int().min(0).optional(),
  most: z.int().min(0).optional(),
})
const countries = z.array(z.string().regex(/^[A-Z]{2}$/, 'should be a code such as DE')).max(mostItems)
const ports = spans(65_535)
const numbers = spans(0xffff_ffff)

/** A filter's directions, of which end is ours (`networks` in the configuration). */
export const directions = ['outbound', 'inbound', 'internal', 'external'] as const

/**
 * Which flows: all conditions given hold; of a list, one entry does. What has `source_` or `destination_` before it is of
 * that end, what has neither of either. `not_` leaves out.
 */
export const flowFilter = z.strictObject({
  /** RFC 3339, inclusive; by when the exporter told of the flow. */
  since: time.optional(),
  /** Exclusive. */
  before: time.optional(),
  address: addresses.optional(),
  source: addresses.optional(),
  destination: addresses.optional(),
  not_address: addresses.optional(),
  not_source: addresses.optional(),
  not_destination: addresses.optional(),
  set: set.optional(),
  source_set: set.optional(),
  destination_set: set.optional(),
  not_set: set.optional(),
  not_source_set: set.optional(),
  not_destination_set: set.optional(),
  /** An end is listed now: on any list, or on one of these. */
  intel: z.union([z.literal('all'), z.array(z.string().min(1).max(64)).min(1).max(mostItems)]).optional(),
  port: ports.optional(),
  source_port: ports.optional(),
  destination_port: ports.optional(),
  not_port: ports.optional(),
  not_source_port: ports.optional(),
  not_destination_port: ports.optional(),
  protocol: spans(255).optional(),
  not_protocol: spans(255).optional(),
  /** As SiLK's `S/SA`: of the flags in `mask`, exactly those in `high` were seen. */
  flags: z
    .array(z.strictObject({ high: z.int().min(0).max(0xffff), mask: z.int().min(0).max(0xffff) }))
    .max(32)
    .optional(),
  bytes: amount.optional(),
  packets: amount.optional(),
  duration_ms: amount.optional(),
  exporter: addresses.optional(),
  next_hop: addresses.optional(),
  interface: numbers.optional(),
  input_interface: numbers.optional(),
  output_interface: numbers.optional(),
  country: countries.optional(),
  source_country: countries.optional(),
  destination_country: countries.optional(),
  not_country: countries.optional(),
  as: numbers.optional(),
  source_as: numbers.optional(),
  destination_as: numbers.optional(),
  not_as: numbers.optional(),
  icmp_type: spans(255).optional(),
  icmp_code: spans(255).optional(),
  direction: z.array(z.enum(directions)).max(directions.length).optional(),
  version: z.union([z.literal(4), z.literal(6)]).optional(),
})

export type FlowFilter = z.output<typeof flowFilter>
