import type { Intake } from '../feed.ts'
import { isObject, type JsonObject, timeOf } from '../json-fields.ts'
import { takeIndicator } from './indicator.ts'
import { isId, type StixNames } from './names.ts'

/** What a lot of STIX objects is read with. */
export interface StixLot {
  readonly intake: Intake
  readonly names: StixNames
  /** Reports of this source, and when each was modified; kept up to date here. */
  readonly known: Map<string, number | undefined>
  /** ms since 1970. */
  readonly now: number
  /** A page about the source, where an indicator has none. */
  readonly link: string
}

/**
 * Tells the intake the indicators among these objects, each as a report of its own: the latest version of each, with the
 * malware that a relationship among the objects says it indicates.
 */
export function takeObjects(objects: readonly unknown[], lot: StixLot): void {
  const latest = new Map<string, JsonObject>()
  const malware = new Map<string, Set<string>>()
  for (const object of objects) {
    if (!isObject(object)) {
      lot.intake.bad('an object', 'what is no object')
      continue
    }
    lot.names.add(object)
    if (object['type'] === 'indicator') addLatest(object, latest, lot.intake)
    else if (object['type'] === 'relationship') addRelation(object, malware)
  }
  for (const [id, indicator] of latest) {
    const names = [...(malware.get(id) ?? [])]
      .map((ref) => lot.names.nameOf(ref))
      .filter((name) => name !== '')
    takeIndicator(id, indicator, names, lot)
  }
}

function addLatest(indicator: JsonObject, latest: Map<string, JsonObject>, intake: Intake): void {
  const { id } = indicator
  if (!isId(id, 'indicator')) return intake.bad('an indicator', 'one without an id of its own')
  const before = latest.get(id)
  if (before && (timeOf(before['modified']) ?? 0) > (timeOf(indicator['modified']) ?? 0)) return
  latest.set(id, indicator)
}

/** `indicates`, from an indicator to malware or a tool. */
function addRelation(relation: JsonObject, malware: Map<string, Set<string>>): void {
  const { relationship_type, source_ref, target_ref, revoked } = relation
  if (relationship_type !== 'indicates' || revoked === true || !isId(source_ref, 'indicator')) return
  if (!isId(target_ref, 'malware') && !isId(target_ref, 'tool')) return
  const refs = malware.get(source_ref) ?? new Set()
  malware.set(source_ref, refs.add(target_ref))
}
