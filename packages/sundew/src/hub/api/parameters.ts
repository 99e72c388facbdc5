import { BlockList, isIP, isIPv4 } from 'node:net'
import type { Context } from 'hono'
import { eventKinds } from '../../event/catalogue.ts'
import { maxLimit } from './contract.ts'
import { badRequest } from './errors.ts'

/** Entries in a list of kinds or services. */
const maxList = 32

/** A whole number between `least` and `most` from the URL. */
export function integerParameter(
  c: Context,
  name: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number {
  const text = c.req.query(name)
  if (text === undefined || text === '') return fallback
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (!(value >= least && value <= most)) {
    throw badRequest(`${name} should be a whole number from ${least} to ${most}; got ${show(text)}.`)
  }
  return value
}

export function limitParameter(c: Context): number {
  return integerParameter(c, 'limit', { fallback: 100, least: 1, most: maxLimit })
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

/** An RFC 3339 time from the URL, with its nanoseconds, as decimal nanoseconds since the epoch. */
export function timeParameter(c: Context, name: string): string | undefined {
  const text = c.req.query(name)
  if (text === undefined || text === '') return undefined
  const milliseconds = rfc3339.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(milliseconds)) {
    throw badRequest(`${name} should be a time as 2026-11-25T01:08:48Z (RFC 3339); got ${show(text)}.`)
  }
  const fraction = (/\.(\d+)/.exec(text)?.[1] ?? '').padEnd(9, '0')
  return String(BigInt(Math.floor(milliseconds / 1000)) * 1_000_000_000n + BigInt(fraction))
}

/** The kinds asked for, each one of the catalogue; empty where none were. */
export function kindsParameter(c: Context): readonly string[] {
  const kinds = listParameter(c, 'kind')
  const known: readonly string[] = eventKinds
  for (const kind of kinds) {
    if (!known.includes(kind))
      throw badRequest(`kind ${show(kind)} is not in the catalogue: ${known.join(', ')}.`)
  }
  return kinds
}

export function servicesParameter(c: Context): readonly string[] {
  const services = listParameter(c, 'service')
  for (const service of services) {
    if (!/^[a-z0-9_-]{1,32}$/.test(service))
      throw badRequest(`service should be a name such as smtp; got ${show(service)}.`)
  }
  return services
}

function listParameter(c: Context, name: string): readonly string[] {
  const list = (c.req.query(name) ?? '').split(',', maxList + 1).filter((entry) => entry !== '')
  if (list.length > maxList) throw badRequest(`${name} may name ${maxList} at most.`)
  return list
}

/** An address or a prefix. `bits` counts from the start of an IPv6 address, an IPv4 one being mapped. */
export interface AddressRange {
  readonly address: string
  readonly bits: number
  has(address: string): boolean
}

export function addressParameter(c: Context): AddressRange | undefined {
  const text = c.req.query('address')
  if (text === undefined || text === '') return undefined
  const range = parseAddressRange(text)
  if (!range) {
    throw badRequest(`address should be an address or a prefix such as 192.0.2.0/24; got ${show(text)}.`)
  }
  return range
}

export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', length, ...rest] = text.split('/', 3)
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return undefined
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  const most = family === 'ipv4' ? 32 : 128
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : NaN
  if (!(bits <= most)) return undefined
  const list = new BlockList()
  list.addSubnet(address, bits, family)
  return {
    address,
    bits: family === 'ipv4' ? bits + 96 : bits,
    has: (other) => list.check(other, isIPv4(other) ? 'ipv4' : 'ipv6'),
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function idParameter(c: Context): string {
  const id = c.req.param('id') ?? ''
  if (!uuid.test(id)) throw badRequest(`The id should be a UUID in lower case; got ${show(id)}.`)
  return id
}

/** What was sent, short enough to be told back. */
function show(text: string): string {
  return JSON.stringify(text.slice(0, 64))
}

export function campaignParameter(c: Context): string | undefined {
  const text = c.req.query('campaign')
  if (text === undefined || text === '') return undefined
  if (!/^[A-Za-z0-9-]{1,64}$/.test(text))
    throw badRequest(`campaign should be a campaign's id; got ${show(text)}.`)
  return text
}
