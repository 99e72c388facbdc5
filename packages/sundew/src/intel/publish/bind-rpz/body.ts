import { cutRange } from '../../../match/prefixes.ts'
import { RangeSet } from '../../../match/ranges.ts'
import { isRange4, type Words } from '../../../match/words.ts'
import type { Blocklist, ListedName, Why } from '../blocklist.ts'
import { oneLine } from '../text.ts'
import { mostCharacters, prefixOwner, whyNoOwner } from './owners.ts'
import { passRecord, recordsOf } from './records.ts'
import type { RpzSettings, RpzZone } from './settings.ts'

/** Characters gathered before they are handed on. */
const pieceLength = 65_536

/** Characters of a comment. */
const mostComment = 300

type LeaveOut = (reason: string) => void

/**
 * Everything but the head of a zone that blocks: whole lines, in pieces. Names come sorted by their labels from the right, then their
 * name servers, then addresses; so the same list gives the same text.
 *
 * What lies under a name that covers all is left out. It is not only of no use: `c.b.bad.example` beside `*.bad.example` would let
 * `x.b.bad.example` pass, since a wildcard does not reach below a name that is there (RFC 4592 §2.2.2).
 */
export function* blockBody(
  list: Blocklist,
  settings: RpzSettings,
  at: number,
  leaveOut: LeaveOut,
): Generator<string> {
  const zone = settings.zones[at]!
  const { triggers } = settings
  const lines = new Lines()
  const write = writerOf(lines, settings, at)
  if (triggers.includes('name')) yield* namesBody(list, settings, at, leaveOut)
  if (triggers.includes('nsdname'))
    for (const listed of namesOf(list, settings, at)) {
      const { name, covers } = listed
      const owner = `${name}.rpz-nsdname`
      // Told above already, where names are listed too.
      if (whyNoOwner(name, zone.name) !== undefined) continue
      if (owner.length + 3 + zone.name.length > mostCharacters) {
        leaveOut('name server too long for the zone')
        continue
      }
      write(owner, listed)
      if (covers === 'all') write(`*.${owner}`, undefined)
      if (lines.full) yield lines.take()
    }
  for (const [trigger, last] of [
    ['address', 'rpz-ip'],
    ['nsip', 'rpz-nsip'],
  ] as const)
    if (triggers.includes(trigger))
      for (const { family, first, length } of prefixesOf(list, zone)) {
        write(`${prefixOwner(family, first, length)}.${last}`, undefined)
        if (lines.full) yield lines.take()
      }
  yield lines.take()
}

/** What of such a zone is about the names asked for; `within`: of that name and those below it. */
export function* namesBody(
  list: Blocklist,
  settings: RpzSettings,
  at: number,
  leaveOut: LeaveOut,
  within?: string,
): Generator<string> {
  const zone = settings.zones[at]!
  const lines = new Lines()
  const write = writerOf(lines, settings, at)
  for (const listed of namesOf(list, settings, at, within)) {
    const { name, covers } = listed
    const refused = whyNoOwner(name, zone.name)
    if (refused !== undefined) {
      leaveOut(refused)
      continue
    }
    write(name, listed)
    if (covers === 'all') {
      if (name.length + 3 + zone.name.length > mostCharacters) leaveOut('name too long for the zone')
      else write(`*.${name}`, undefined)
    }
    if (lines.full) yield lines.take()
  }
  yield lines.take()
}

/** Writes the records of an owner, and where wanted, why it is listed: that is looked up when it is asked for, so it is not in vain. */
function writerOf(lines: Lines, settings: RpzSettings, at: number) {
  const records = recordsOf(settings.zones[at]!.action, settings.garden)
  return (owner: string, listed: ListedName | undefined) => {
    if (settings.comments && listed) lines.comment(listed.why)
    for (const record of records) lines.add(owner, record)
  }
}

/** The same of the zone of what is allowed, which comes before all others. */
export function* allowBody(list: Blocklist, settings: RpzSettings, leaveOut: LeaveOut): Generator<string> {
  const lines = new Lines()
  for (const [trigger, end] of [
    ['name', ''],
    ['nsdname', '.rpz-nsdname'],
  ] as const) {
    // Names are let pass whatever is looked at; name servers where they are looked at.
    if (trigger === 'nsdname' && !settings.triggers.includes(trigger)) continue
    let over = ''
    for (const { name, covers } of list.holes()) {
      // Below a wildcard another name would cut into it, as above.
      if (over !== '' && name.endsWith(over)) continue
      const refused = whyNoOwner(name, settings.allow_zone)
      if (refused !== undefined) {
        // Told once.
        if (trigger === 'name') leaveOut(`allowed: ${refused}`)
        continue
      }
      const owner = `${name}${end}`
      if (owner.length + 1 + settings.allow_zone.length > mostCharacters) {
        leaveOut('allowed: name too long for the zone')
        continue
      }
      lines.add(owner, passRecord)
      if (covers === 'all') {
        over = `.${name}`
        if (owner.length + 3 + settings.allow_zone.length <= mostCharacters)
          lines.add(`*.${owner}`, passRecord)
        else leaveOut('allowed: name too long for the zone')
      }
      if (lines.full) yield lines.take()
    }
  }
  if (settings.allow_addresses)
    for (const family of [4, 6] as const)
      for (const { first, length } of cut(list.allowedRanges(family))) {
        lines.add(`${prefixOwner(family, first, length)}.rpz-ip`, passRecord)
        if (lines.full) yield lines.take()
      }
  yield lines.take()
}

/** Names that are in this zone, which is the first that takes them. */
function* namesOf(
  list: Blocklist,
  { zones }: RpzSettings,
  at: number,
  within?: string,
): Generator<ListedName> {
  const alone = zones.length === 1 && takesAll(zones[0]!)
  /** Names above the one looked at that cover all, and the zones they are in. */
  const above: { readonly end: string; readonly zone: number }[] = []
  const names = within === undefined ? list.names(true) : (list.namesWithin?.(within) ?? [])
  for (const name of names) {
    while (above.length > 0 && !name.name.endsWith(above.at(-1)!.end)) above.pop()
    const zone = alone ? 0 : zones.findIndex((one) => takes(one, name.why))
    if (zone < 0) continue
    // The first zone wins, unless all that it does is log.
    const covered = above.some(
      (one) => one.zone === zone || (one.zone < zone && zones[one.zone]!.action !== 'log'),
    )
    if (covered) continue
    if (name.covers === 'all') above.push({ end: `.${name.name}`, zone })
    if (zone === at) yield name
  }
}

function* prefixesOf(
  list: Blocklist,
  zone: RpzZone,
): Generator<{ readonly family: 4 | 6; readonly first: Words; readonly length: number }> {
  if (takesAll(zone)) {
    for (const family of [4, 6] as const)
      for (const { first, length } of list.prefixes(family)) yield { family, first, length }
    return
  }
  const own = RangeSet.of([...list.addresses()].filter(({ why }) => takes(zone, why)))
  for (const range of own.ranges()) {
    const family = isRange4(range.first, range.last) ? 4 : 6
    for (const { first, length } of cut([range])) yield { family, first, length }
  }
}

function cut(ranges: Iterable<{ readonly first: Words; readonly last: Words }>) {
  const out: { readonly first: Words; readonly length: number }[] = []
  for (const { first, last } of ranges)
    cutRange(first, last, (start, length) => out.push({ first: start, length }))
  return out
}

function takesAll({ confidence_from, sources }: RpzZone): boolean {
  return confidence_from === 0 && sources.length === 0
}

function takes({ confidence_from, sources }: RpzZone, why: Why): boolean {
  return (
    why.confidence >= confidence_from &&
    (sources.length === 0 || why.sources.some((source) => sources.includes(source)))
  )
}

/** Lines that gather to a piece. */
class Lines {
  #text = ''

  add(owner: string, record: string): void {
    this.#text += `${owner} ${record}\n`
  }

  comment({ sources, title, link, confidence }: Why): void {
    this.#text += `; ${oneLine([sources.join(', '), title, link, `confidence ${confidence}`].filter(Boolean).join(': '), mostComment)}\n`
  }

  get full(): boolean {
    return this.#text.length >= pieceLength
  }

  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }
}
