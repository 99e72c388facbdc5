import { z } from 'zod'
import { dimensions } from './dimensions.ts'
import { type FlowField, flowFields, usualFields } from './fields.ts'
import { flowFilter } from './filter.ts'

/** Rows of one answer at most. */
const mostRows = 1_000_000_000
export const amounts = ['bytes', 'packets', 'flows'] as const

/** What is asked of the flows that a filter lets through. */
export const flowQuestion = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('rows'),
    filter: flowFilter.default({}),
    fields: z
      .array(z.enum(flowFields as readonly [FlowField, ...FlowField[]]))
      .min(1)
      .max(flowFields.length)
      .default([...usualFields]),
    /** All where it is not given. */
    limit: z.int().min(1).max(mostRows).optional(),
    order: z.enum(['newest', 'oldest']).default('oldest'),
    format: z.enum(['json', 'csv']).default('json'),
    /** CSV begins with a line of names. */
    titles: z.boolean().default(true),
  }),
  z.strictObject({ mode: z.literal('count'), filter: flowFilter.default({}) }),
  z.strictObject({
    mode: z.literal('top'),
    filter: flowFilter.default({}),
    of: z.enum(dimensions.map(({ name }) => name) as [string, ...string[]]),
    by: z.enum(amounts).default('bytes'),
    limit: z.int().min(1).max(1_000_000).default(10),
  }),
  z.strictObject({
    mode: z.literal('histogram'),
    filter: flowFilter.default({}),
    step_seconds: z.int().min(1).max(31_622_400),
  }),
  z.strictObject({
    mode: z.literal('seen'),
    filter: flowFilter.default({}),
    limit: z.int().min(1).max(1_000_000).default(1000),
  }),
  z.strictObject({
    mode: z.literal('hunt'),
    filter: flowFilter.default({}),
    limit: z.int().min(1).max(1_000_000).default(1_000_000),
  }),
])

export type FlowQuestion = z.output<typeof flowQuestion>
export type QuestionOf<M extends FlowQuestion['mode']> = Extract<FlowQuestion, { mode: M }>
