import type { About, Report } from '../sighting.ts'
import { publishedTime } from './dates.ts'
import { tagsOf } from './said.ts'
import type { Taker } from './taker.ts'
import { typeNamed } from './type-names.ts'

type Json = Readonly<Record<string, unknown>>

/** Where a pulse of AlienVault OTX is shown. */
const pulsePage = 'https://otx.alienvault.com/pulse/'

/**
 * A pulse of AlienVault OTX with its indicators, as exports hold them: a report of its own.
 *
 * @param where said of what cannot be read
 */
export function takePulse(pulse: Json, indicators: readonly unknown[], where: string, taker: Taker): void {
  taker.report(reportOf(pulse))
  for (const one of indicators) {
    if (taker.full) return
    if (!isObject(one)) {
      taker.bad(where, 'an indicator that is no object')
      continue
    }
    const told = text(one['type'])
    const type = typeNamed(told)
    if (one['is_active'] === 0 || one['is_active'] === false) taker.leaveOut('inactive')
    else if (type === undefined || type === 'other')
      taker.leaveOut(/^[\w-]{1,40}$/.test(told) ? told : 'unnamed')
    else taker.take(text(one['indicator']), aboutOf(one), type)
  }
}

function reportOf(pulse: Json): Report {
  const id = text(pulse['id'])
  const isId = /^[0-9a-f]{1,64}$/i.test(id)
  const report: { -readonly [key in keyof Report]: Report[key] } = {
    id: isId ? id : '',
    title: text(pulse['name']),
  }
  if (isId) report.link = pulsePage + id
  const author = text(pulse['author_name'])
  if (author !== '') report.author = author
  const tags = tagsOf(pulse['tags'])
  if (tags.length > 0) report.tags = tags
  const malware = familiesOf(pulse['malware_families'])
  if (malware !== '') report.malware = malware
  const tlp = text(pulse['TLP']) || text(pulse['tlp'])
  if (tlp !== '') report.tlp = tlp
  const [created, modified] = [publishedTime(pulse['created']), publishedTime(pulse['modified'])]
  if (created !== undefined) report.created = created
  if (modified !== undefined) report.modified = modified
  if (Number.isSafeInteger(pulse['revision'])) report.revision = pulse['revision'] as number
  return report
}

function aboutOf(indicator: Json): About | undefined {
  const title = text(indicator['title'])
  const first = publishedTime(indicator['created'])
  const expires = publishedTime(indicator['expiration'])
  if (title === '' && first === undefined && expires === undefined) return undefined
  return {
    ...(title !== '' && { title }),
    ...(first !== undefined && { first }),
    ...(expires !== undefined && { expires }),
  }
}

function familiesOf(value: unknown): string {
  if (!Array.isArray(value)) return ''
  return value
    .slice(0, 8)
    .map((one: unknown) => (isObject(one) ? text(one['display_name']) : text(one)))
    .filter((name) => name !== '')
    .join(', ')
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
