import { z } from 'zod'
import { atLeast, severities, severityOf, type Severity } from '../../core/severity.ts'
import { eventKinds, type EventKind } from '../../event/catalogue.ts'
import type { SundewEvent } from '../../event/event.ts'
import { cefLine } from './cef-line.ts'
import { jsonLine } from './json.ts'
import { keyValueLine } from './key-value.ts'

/** Kinds of events, as keys in sundew.yaml name them. */
export const kindList = z
  .array(z.enum(eventKinds as [EventKind, ...EventKind[]]).meta({ title: 'kinds of [events](events.md)' }))
  .min(1)

/** Which events an output that warns is told, and how many. */
export interface Choice {
  readonly kinds: readonly EventKind[]
  readonly severity: Severity
  readonly per_minute: number
}

/** The keys of {@link Choice} in sundew.yaml. */
export const choiceKeys = {
  kinds: kindList.default(['intel.match', 'alert.raised']).describe('Kinds of events that it is told.'),
  severity: z
    .enum(severities)
    .default('low')
    .describe(
      'The least that it is told: a match says its own (low, medium, high), an alert of ours is medium, all else low.',
    ),
  per_minute: z
    .int()
    .min(0)
    .max(100_000)
    .default(60)
    .describe('So many of each severity in a minute; the rest is counted and told in one line. 0: all.'),
} as const

/** What an open output says of its choice. */
export function chosen({ kinds, severity, per_minute }: Choice) {
  const wanted = new Set<string>(kinds)
  return {
    wants: (event: SundewEvent) => wanted.has(event.kind) && atLeast(severityOf(event), severity),
    ...(per_minute > 0 && { perMinute: per_minute }),
  }
}

/** How an event becomes one line. */
export const formats = ['kv', 'json', 'cef'] as const
export type Format = (typeof formats)[number]

/** The event as one line without its end, `maxBytes` at most. */
export function formatted(
  event: SundewEvent,
  format: Format,
  { version, maxBytes }: { readonly version: string; readonly maxBytes: number },
): string {
  switch (format) {
    case 'kv':
      return keyValueLine(event, maxBytes)
    case 'json':
      return jsonLine(event, maxBytes)
    case 'cef':
      return cefLine(event, version, maxBytes)
  }
}
