import { getDomain } from 'tldts'
import type { IndicatorType } from '../../indicator/indicator.ts'
import type { About, Report } from '../../sighting.ts'
import {
  countOf,
  isObject,
  type JsonObject,
  listOf,
  textOf,
  textsOf,
  timeOf,
  titleWithin,
  webLink,
} from '../json-fields.ts'
import { tlpOf } from './markings.ts'
import type { StixLot } from './objects.ts'
import { type PatternIndicator, type PatternRefusal } from './pattern-meaning.ts'
import { readPattern } from './pattern.ts'

const refusals: Readonly<Record<Exclude<PatternRefusal, 'syntax'>, string>> = {
  'more-than-one': 'a pattern that needs more than one thing',
  negated: 'a pattern that says what is not so',
  operator: 'a pattern with another comparison than =, IN and ISSUBSET',
  unmapped: 'a pattern of a property that is not matched',
}

/** Tells the intake an indicator object (STIX 2.1 §4.7), or that it is none any more. */
export function takeIndicator(
  id: string,
  object: JsonObject,
  malware: readonly string[],
  lot: StixLot,
): void {
  const { intake, known, now } = lot
  const modified = timeOf(object['modified'])
  if (known.has(id) && modified !== undefined && known.get(id) === modified && malware.length === 0) return
  const withdraw = (reason: string) => {
    if (known.delete(id)) intake.withdraw(id)
    intake.leaveOut(reason)
  }
  const types = textsOf(object['indicator_types'])
  if (object['revoked'] === true) return withdraw('revoked')
  if ((timeOf(object['valid_until']) ?? Infinity) <= now) return withdraw('not valid any more')
  if (types.includes('benign')) return withdraw('benign')
  const language = textOf(object['pattern_type'] ?? 'stix')
  if (language !== 'stix')
    return withdraw(`a pattern in ${/^[\w-]{1,20}$/.test(language) ? language : 'no language'}`)
  const { pattern } = object
  const { indicators, refused, onlyWith } = readPattern(typeof pattern === 'string' ? pattern : '')
  for (const why of refused) {
    if (why === 'syntax') intake.bad(id, typeof pattern === 'string' ? pattern.slice(0, 200) : 'no pattern')
    else intake.leaveOut(refusals[why])
  }
  if (indicators.length === 0) {
    if (known.delete(id)) intake.withdraw(id)
    return
  }
  const report = reportOf(id, object, malware, lot)
  intake.report(report)
  known.set(id, modified)
  const about = aboutOf(report.title, object, types, onlyWith)
  for (const one of indicators) intake.take(one.value, about, typeOf(one))
}

function reportOf(
  id: string,
  object: JsonObject,
  malware: readonly string[],
  { names, link }: StixLot,
): Report {
  const [created, modified] = [timeOf(object['created']), timeOf(object['modified'])]
  const references = listOf(object['external_references']).map((one) =>
    isObject(one) ? webLink(one['url']) : '',
  )
  return {
    id,
    title: textOf(object['name']) || textOf(object['description']),
    author: names.nameOf(object['created_by_ref']),
    tags: textsOf([...listOf(object['labels']), ...listOf(object['indicator_types'])]),
    malware: textOf(textsOf(malware).join(', ')),
    link: references.find((one) => one !== '') ?? link,
    tlp: tlpOf(object['object_marking_refs']),
    ...(created !== undefined && { created }),
    ...(modified !== undefined && { modified }),
  }
}

function aboutOf(
  name: string,
  object: JsonObject,
  types: readonly string[],
  onlyWith: readonly string[],
): About {
  const title = titleWithin(name, onlyWith.length > 0 ? `only with ${onlyWith.join(', ')}` : '')
  const [first, expires] = [timeOf(object['valid_from']), timeOf(object['valid_until'])]
  const confidence = countOf(object['confidence'])
  return {
    ...(first !== undefined && { first }),
    ...(expires !== undefined && { expires }),
    ...(confidence !== undefined && confidence <= 100 && { confidence }),
    ...(types.includes('compromised') && { compromised: true }),
    ...(title !== undefined && { title }),
  }
}

/**
 * A pattern names one domain name and not those below it. Where that is one that somebody registered, all below it is
 * theirs, too, and meant.
 */
function typeOf({ type, value }: PatternIndicator): IndicatorType | undefined {
  if (type !== 'domain') return type
  const name = value.toLowerCase().replace(/\.$/, '')
  return getDomain(name, { allowPrivateDomains: true }) === name ? 'domain' : 'hostname'
}
