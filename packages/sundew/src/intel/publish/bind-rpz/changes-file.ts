import type { Continued } from './continued.ts'
import { zoneHead } from './head.ts'

/** Before a removed record: a comment, so that the file is a zone of what was added. */
export const removedMark = ';- '

/**
 * A zone's last changes as a file beside it: a zone itself, of the added records, with the removed ones in comments. It is for reading, for
 * `named-checkzone`, which need not look at the records that it has seen before, and for the zone transfer (`hub/zones`).
 */
export function* changesFile(zone: string, ttl: number, now: Continued): Generator<string> {
  const from = now.how === 'changed' ? now.from : 'nothing'
  yield `; changes of ${zone} from ${from} to ${now.serial}\n`
  yield zoneHead({ zone, ttl, serial: now.serial })
  if (now.how !== 'changed') return
  for (const record of now.changes.removed) yield `${removedMark}${record}\n`
  for (const record of now.changes.added) yield `${record}\n`
}

/** What the first line of such a file says; undefined where it is none. `from` is undefined where the zone is new as a whole. */
export function readChangesHead(
  line: string,
): { readonly zone: string; readonly from: number | undefined; readonly to: number } | undefined {
  const [, zone, from, to] = /^; changes of (\S+) from (\d{1,10}|nothing) to (\d{1,10})$/.exec(line) ?? []
  if (zone === undefined) return undefined
  return { zone, from: from === 'nothing' ? undefined : Number(from), to: Number(to) }
}
