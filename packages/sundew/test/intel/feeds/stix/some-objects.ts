/** The id of an object of this type. */
export function idOf(type: string, number: number): string {
  return `${type}--00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

/** An indicator object with this pattern. */
export function indicator(number: number, pattern: string, more: object = {}): Record<string, unknown> {
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: idOf('indicator', number),
    created: '2026-10-01T00:00:00.000Z',
    modified: '2026-11-01T00:00:00.000Z',
    pattern,
    pattern_type: 'stix',
    valid_from: '2026-10-01T00:00:00Z',
    ...more,
  }
}

/** A relationship that says that one indicates the other. */
export function relation(number: number, source_ref: string, target_ref: string): Record<string, unknown> {
  return {
    type: 'relationship',
    id: idOf('relationship', number),
    relationship_type: 'indicates',
    source_ref,
    target_ref,
  }
}
