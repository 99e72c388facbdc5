import type { Intake } from '../feed.ts'
import { isObject, type JsonObject, listOf, secondsOf, textOf, timeOf, titleWithin } from '../json-fields.ts'
import type { About, Report } from '../../sighting.ts'
import { attributePart } from './attribute-types.ts'
import { type MispTags, mispTags } from './tags.ts'

/** Of one event, those of its objects included. */
const mostAttributes = 500_000

/**
 * Tells the intake an event of MISP's core format with all its attributes.
 *
 * @param modified by which it is known, ms since 1970: the manifest's time, which need not be the event's own
 */
export function takeMispEvent(
  intake: Intake,
  event: JsonObject,
  known: { readonly id: string; readonly link: string; readonly modified: number },
): void {
  const tags = mispTags(event['Tag'])
  const report = reportOf(event, tags, known)
  intake.report(report)
  let count = 0
  for (const { attribute, object } of attributes(event)) {
    if (intake.full) return
    if (++count > mostAttributes) {
      intake.bad(`event ${known.id}`, `more than ${mostAttributes} attributes`)
      return
    }
    if (isObject(attribute)) takeAttribute(intake, report, attribute, object)
    else intake.bad(`event ${known.id}`, 'an attribute that is no object')
  }
}

function reportOf(
  event: JsonObject,
  tags: MispTags,
  { id, link, modified }: { readonly id: string; readonly link: string; readonly modified: number },
): Report {
  const organisation = isObject(event['Orgc']) ? event['Orgc'] : isObject(event['Org']) ? event['Org'] : {}
  const created = timeOf(event['date'])
  return {
    id,
    title: textOf(event['info']),
    author: textOf(organisation['name']),
    tags: tags.names,
    malware: tags.malware,
    link,
    tlp: tags.tlp,
    modified,
    ...(created !== undefined && { created }),
  }
}

interface Found {
  readonly attribute: unknown
  /** Name of the object that it is of; '' where it stands by itself. */
  readonly object: string
}

function* attributes(event: JsonObject): Generator<Found> {
  for (const attribute of listOf(event['Attribute'])) yield { attribute, object: '' }
  for (const object of listOf(event['Object'])) {
    if (!isObject(object) || isSet(object['deleted'])) continue
    for (const attribute of listOf(object['Attribute'])) yield { attribute, object: textOf(object['name']) }
  }
}

function takeAttribute(intake: Intake, report: Report, attribute: JsonObject, object: string): void {
  const { type, value, to_ids, deleted } = attribute
  if (typeof type !== 'string' || typeof value !== 'string')
    return intake.bad(`event ${report.id}`, 'an attribute without type or value')
  if (isSet(deleted)) return intake.leaveOut('deleted')
  const part = attributePart(type)
  if (!part) return intake.leaveOut(/^[\w|.-]{1,40}$/.test(type) ? type : 'of no type')
  if (!isSet(to_ids)) return intake.leaveOut('not to be looked for (to_ids)')
  if (object === 'domain-ip' && part.type === 'address')
    return intake.leaveOut('an address that a domain led to')
  const tags = mispTags(attribute['Tag'])
  if (tags.isLikelyFalse) return intake.leaveOut('likely a false positive')
  if (type === 'domain|ip') intake.leaveOut('an address that a domain led to')
  // Names of files may have the mark that separates in them: the hash is behind the last.
  const text =
    part.at === 1
      ? value.slice(value.lastIndexOf('|') + 1)
      : type.includes('|')
        ? (value.split('|', 1)[0] ?? '')
        : value
  intake.take(text, aboutOf(report.title, attribute, tags), part.type)
}

function aboutOf(event: string, attribute: JsonObject, tags: MispTags): About {
  const title = titleWithin(event, textOf(attribute['comment']))
  const first = timeOf(attribute['first_seen'])
  const last = timeOf(attribute['last_seen']) ?? secondsOf(attribute['timestamp'])
  return {
    ...(title !== undefined && { title }),
    ...(tags.names.length > 0 && { tags: tags.names }),
    ...(tags.malware !== '' && { malware: tags.malware }),
    ...(tags.confidence !== undefined && { confidence: tags.confidence }),
    ...(first !== undefined && { first }),
    ...(last !== undefined && { last }),
  }
}

/** MISP writes truth as `true`, `1` and `"1"`. */
function isSet(value: unknown): boolean {
  return value === true || value === 1 || value === '1'
}
