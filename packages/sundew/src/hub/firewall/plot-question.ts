import { z } from 'zod'

/** Sources that a question names at most, of each kind. */
const mostScanners = 2000
/** 0001 to 9999: what JSON and the store's times both have. */
const time = z.int().min(-62_135_596_800_000).max(253_402_300_799_999)

const sources = z
  .array(z.union([z.ipv4(), z.ipv6()]))
  .max(mostScanners)
  .default([])

/** Which of the firewalls' lines are drawn, and what their colour tells. */
export const plotQuestion = z.strictObject({
  /** ms since 1970; all there are where not given. */
  from: time.optional(),
  to: time,
  /** Blocked, and what rules only logged, where not given. */
  kind: z.enum(['block', 'allow', 'all']).optional(),
  /** An address or a prefix. */
  source: z.string().max(64).optional(),
  port: z.int().min(0).max(65_535).optional(),
  protocol: z.int().min(0).max(255).optional(),
  /** Also TCP with RST, or with FIN and ACK. */
  answers: z.boolean().default(false),
  by: z.enum(['class', 'protocol', 'version', 'country', 'listed']).default('class'),
  /** So many of the busiest ports are named in the head. */
  hide_top: z.int().min(0).max(1000).default(0),
  /** Sources are asked for, where there are no more events than this. */
  named_most: z.int().min(0).max(4_000_000).default(0),
  /** Sources that are drawn over others: those of scans that were told of in that time, or these. */
  scanners: z.union([z.literal('told'), z.strictObject({ alone: sources, together: sources })]).prefault({}),
})

export type PlotQuestion = z.output<typeof plotQuestion>
export type PlotQuestionInput = z.input<typeof plotQuestion>
