import type { SundewEvent } from '../event/event.ts'

/** From the least to the most. */
export const severities = ['low', 'medium', 'high'] as const
export type Severity = (typeof severities)[number]

/** How much an event should worry the owner: a match says it itself, an alert of ours is in the middle, all else is what a decoy is for. */
export function severityOf({ kind, fields }: SundewEvent): Severity {
  if (kind === 'alert.raised') return 'medium'
  // One source more that scans is what a network is for; many in step, or a port that everybody wants at once, is news.
  if (kind === 'scan.detected')
    return fields.pattern === 'synchronised' || fields.pattern === 'rising' ? 'medium' : 'low'
  if (kind !== 'intel.match') return 'low'
  return severities.find((severity) => severity === fields.severity) ?? 'medium'
}

export function atLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least)
}
