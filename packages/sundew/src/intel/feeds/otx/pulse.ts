import type { Intake } from '../feed.ts'
import type { IndicatorType } from '../../indicator/indicator.ts'
import type { Report } from '../../sighting.ts'
import {
  countOf,
  isObject,
  type JsonObject,
  listOf,
  textOf,
  textsOf,
  timeOf,
  titleWithin,
} from '../json-fields.ts'

/** Where a pulse is shown. */
const pulsePage = 'https://otx.alienvault.com/pulse/'

/** OTX's types of what we look up; others are left out and counted by their name. */
const types: Readonly<Record<string, IndicatorType>> = {
  IPv4: 'address',
  IPv6: 'address',
  CIDR: 'address',
  domain: 'domain',
  hostname: 'hostname',
  URL: 'url',
  URI: 'url',
  email: 'email',
  'FileHash-MD5': 'hash',
  'FileHash-SHA1': 'hash',
  'FileHash-SHA256': 'hash',
  SSLCertFingerprint: 'hash',
  JA3: 'ja3',
  CVE: 'cve',
}

/** The pulse's id where it has one that can be asked for. */
export function pulseId(pulse: JsonObject): string | undefined {
  const { id } = pulse
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined
}

/** The pulse without its indicators. */
export function pulseReport(id: string, pulse: JsonObject): Report {
  const [created, modified] = [timeOf(pulse['created']), timeOf(pulse['modified'])]
  const revision = countOf(pulse['revision'])
  const families = listOf(pulse['malware_families']).map((one) =>
    textOf(isObject(one) ? (one['display_name'] ?? one['id']) : one),
  )
  return {
    id,
    title: textOf(pulse['name']),
    author: textOf(pulse['author_name']),
    tags: textsOf([textOf(pulse['adversary']), ...listOf(pulse['tags'])]),
    malware: textOf(textsOf(families).join(', ')),
    link: pulsePage + id,
    tlp: textOf(pulse['tlp'] ?? pulse['TLP']).toLowerCase(),
    ...(created !== undefined && { created }),
    ...(modified !== undefined && { modified }),
    ...(revision !== undefined && { revision }),
  }
}

/** Tells the intake the pulse and all its indicators. */
export function takePulse(intake: Intake, report: Report, indicators: readonly unknown[]): void {
  intake.report(report)
  for (const one of indicators) {
    if (intake.full) return
    if (isObject(one)) takeIndicator(intake, report, one)
    else intake.bad(`pulse ${report.id}`, 'an indicator that is no object')
  }
}

function takeIndicator(intake: Intake, { id: pulse, title: name }: Report, one: JsonObject): void {
  const { indicator, type: told, is_active } = one
  if (typeof indicator !== 'string') return intake.bad(`pulse ${pulse}`, 'an indicator without a value')
  if (is_active === 0 || is_active === false) return intake.leaveOut('not active any more')
  const type = typeof told === 'string' && Object.hasOwn(types, told) ? types[told] : undefined
  if (type === undefined)
    return intake.leaveOut(typeof told === 'string' && /^[\w-]{1,40}$/.test(told) ? told : 'of no type')
  const isUrl = /^[a-z]+:\/\//i.test(indicator.trim())
  if (told === 'URI' && !isUrl) return intake.leaveOut('URI without a host')
  const [first, expires] = [timeOf(one['created']), timeOf(one['expiration'])]
  const title = titleWithin(name, textOf(one['title']) || textOf(one['description']))
  const role = textOf(one['role'])
  intake.take(
    indicator,
    {
      ...(title !== undefined && { title }),
      ...(role !== '' && { tags: [role] }),
      ...(first !== undefined && { first }),
      ...(expires !== undefined && { expires }),
    },
    // What is written as a URL is one, whatever its type says.
    isUrl ? 'url' : type,
  )
}
