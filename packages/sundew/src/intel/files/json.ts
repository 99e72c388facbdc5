import { jsonObjects } from './json-values.ts'
import type { Tally } from './tally.ts'

/** Where a pulse of AlienVault OTX is shown. */
const pulsePage = 'https://otx.alienvault.com/pulse/'
/** Types of OTX's indicators that are addresses. */
const addressTypes = new Set(['IPv4', 'IPv6', 'CIDR'])
/** Keys that hold the address in the flat objects of other lists (Spamhaus, Feodo Tracker, ThreatFox …). */
const addressKeys = ['indicator', 'ioc', 'ioc_value', 'ip_address', 'ip', 'cidr', 'dst_ip', 'address']
const titleKeys = ['title', 'malware_printable', 'malware', 'name', 'description', 'sblid', 'threat']
const linkKeys = ['link', 'reference', 'malware_malpedia', 'url']

type Json = Readonly<Record<string, unknown>>

/**
 * OTX pulses as its API and its exports have them: an array of pulses, pages `{"results": […]}`, one pulse, or JSON
 * lines of them; and lists of flat objects with an address in a key of its own.
 */
export function readJson(pieces: Iterable<Uint8Array>, tally: Tally): void {
  let number = 0
  for (const value of jsonObjects(pieces)) {
    if (tally.over) return
    number++
    if (value) readObject(value as Json, `object ${number}`, tally, 0)
    else tally.bad(`object ${number}`, 'no JSON object, or too large a one')
  }
}

function readObject(value: Json, where: string, tally: Tally, depth: number): void {
  const { results, indicators } = value
  if (Array.isArray(results) && depth === 0) {
    for (const one of results as unknown[]) {
      if (isObject(one)) readObject(one, where, tally, 1)
      else tally.bad(where, 'a result that is no object')
    }
  } else if (Array.isArray(indicators)) readPulse(value, indicators, where, tally)
  else readFlat(value, where, tally)
}

function readPulse(pulse: Json, indicators: readonly unknown[], where: string, tally: Tally): void {
  const title = text(pulse['name'])
  const id = text(pulse['id'])
  const link = /^[0-9a-f]{1,64}$/i.test(id) ? pulsePage + id : ''
  for (const one of indicators) {
    if (tally.over) return
    if (!isObject(one)) {
      tally.bad(where, 'an indicator that is no object')
      continue
    }
    const type = text(one['type'])
    if (addressTypes.has(type)) tally.take(text(one['indicator']), `${where}, ${type}`, title, link)
    else tally.leaveOut(/^[\w-]{1,40}$/.test(type) ? type : 'unnamed')
  }
}

function readFlat(value: Json, where: string, tally: Tally): void {
  const told = addressKeys.map((key) => text(value[key])).find((one) => one !== '')
  // ThreatFox: an address and a port, also IPv6's without brackets.
  const found = text(value['ioc_type']) === 'ip:port' ? told?.replace(/:\d+$/, '') : told
  if (found !== undefined) tally.take(found, where, firstOf(value, titleKeys), firstOf(value, linkKeys))
  // Spamhaus ends its lists with one about the list.
  else if (value['type'] !== 'metadata') tally.bad(where, JSON.stringify(value).slice(0, 200))
}

function firstOf(value: Json, keys: readonly string[]): string {
  return keys.map((key) => text(value[key])).find((one) => one !== '') ?? ''
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
