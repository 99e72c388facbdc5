import type { About } from '../sighting.ts'
import { publishedTime } from './dates.ts'
import { jsonObjects } from './json-values.ts'
import { isObject, takePulse, text } from './pulse.ts'
import type { Reading, Taker } from './taker.ts'
import { confidenceOf, said, tagsOf } from './said.ts'
import { typeNamed } from './type-names.ts'

/** Keys that hold the indicator in the flat objects of lists (Spamhaus, Feodo Tracker, ThreatFox …). */
const indicatorKeys = [
  'indicator',
  'ioc',
  'ioc_value',
  'ip_address',
  'ip',
  'cidr',
  'dst_ip',
  'address',
  'domain',
  'hostname',
  'url',
  'sha256_hash',
  'sha256',
]
const titleKeys = ['title', 'name', 'description', 'threat_type', 'threat', 'sblid']
const malwareKeys = ['malware_printable', 'malware', 'signature']
const linkKeys = ['link', 'reference', 'urlhaus_link', 'malware_malpedia']
const firstKeys = ['first_seen', 'first_seen_utc', 'dateadded', 'date_added', 'created']
const lastKeys = ['last_seen', 'last_seen_utc', 'last_online', 'modified']

type Json = Readonly<Record<string, unknown>>

/** Looks at each flat object: what the list's own reader makes of it, a reason to leave it out, or nothing of its own. */
export type LookAt = (object: Json, at: number, taker: Taker) => boolean

/**
 * OTX pulses as its API and its exports have them: an array of pulses, pages `{"results": […]}`, one pulse, or JSON
 * lines of them; and lists of flat objects with an indicator in a key of its own.
 *
 * @param look says of a flat object that it has dealt with it
 */
export function readJson(pieces: Iterable<Uint8Array>, taker: Taker, look?: LookAt): Reading {
  let number = 0
  for (const value of jsonObjects(pieces)) {
    if (taker.full) break
    number++
    if (!value) taker.bad(`object ${number}`, 'no JSON object, or too large a one')
    else if (!look?.(value as Json, number, taker)) readObject(value as Json, number, taker, 0)
  }
  return { format: 'otx', records: number }
}

function readObject(value: Json, at: number, taker: Taker, depth: number): void {
  const { results, indicators } = value
  if (Array.isArray(results) && depth === 0) {
    for (const one of results as unknown[]) {
      if (isObject(one)) readObject(one, at, taker, 1)
      else taker.bad(`object ${at}`, 'a result that is no object')
    }
  } else if (Array.isArray(indicators)) takePulse(value, indicators, `object ${at}`, taker)
  else readFlat(value, at, taker)
}

function readFlat(value: Json, at: number, taker: Taker): void {
  const key = indicatorKeys.find((one) => text(value[one]) !== '')
  if (key === undefined) {
    // Spamhaus ends its lists with one about the list.
    if (value['type'] !== 'metadata') taker.bad(`object ${at}`, JSON.stringify(value).slice(0, 200))
    return
  }
  const told = typeNamed(text(value['ioc_type']) || text(value['type']) || text(value['indicator_type']))
  if (told === 'other' && key === 'indicator') taker.leaveOut('type')
  else
    taker.take(
      withoutPort(text(value[key]), text(value['ioc_type'])),
      flatAbout(value),
      told === 'other' ? undefined : told,
      at,
    )
}

/** ThreatFox: an address and a port, also IPv6's without brackets. */
export function withoutPort(indicator: string, type: string): string {
  return type === 'ip:port' ? indicator.replace(/:\d{1,5}$/, '') : indicator
}

/** What a flat object says of its indicator. */
export function flatAbout(value: Json): About {
  const about: { -readonly [key in keyof About]: About[key] } = {}
  const title = firstOf(value, titleKeys)
  if (title !== '') about.title = title
  const malware = firstOf(value, malwareKeys)
  if (malware !== '') about.malware = malware
  const link = firstOf(value, linkKeys)
  if (link !== '') about.link = link
  const tags = tagsOf(value['tags'])
  if (tags.length > 0) about.tags = tags
  const first = firstTime(value, firstKeys)
  if (first !== undefined) about.first = first
  const last = firstTime(value, lastKeys)
  if (last !== undefined) about.last = last
  const confidence = confidenceOf(value['confidence_level'] ?? value['confidence'])
  if (confidence !== undefined) about.confidence = confidence
  return about
}

function firstOf(value: Json, keys: readonly string[]): string {
  for (const key of keys) {
    const one = said(text(value[key]))
    if (one !== '') return one
  }
  return ''
}

function firstTime(value: Json, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const time = publishedTime(value[key])
    if (time !== undefined) return time
  }
  return undefined
}
