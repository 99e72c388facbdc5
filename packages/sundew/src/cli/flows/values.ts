import { InvalidArgumentError } from 'commander'
import { moment } from '../options.ts'

type Span = [number, number]

/** Names of IP protocols that are met; any other by its number (IANA, protocol-numbers). */
export const protocolNames: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipip'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [41, 'ipv6'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmp6'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [103, 'pim'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [132, 'sctp'],
])
const protocolNumbers = new Map([
  ...[...protocolNames].map(([number, name]) => [name, number] as const),
  ['ipv6-icmp', 58] as const,
])

/** Letters of TCP flags, from the lowest bit, as SiLK has them. */
export const flagLetters = 'FSRPAUEC'

/** `22,443,1024-65535`: numbers and ranges of them; may be given more than once. */
export function spans(most: number): (text: string, before?: readonly Span[]) => Span[] {
  return (text, before = []) => [...before, ...items(text).map((item) => span(item, most))]
}

/** `tcp,17,50-51`. */
export function protocols(text: string, before: readonly Span[] = []): Span[] {
  return [
    ...before,
    ...items(text).map((item): Span => {
      const named = protocolNumbers.get(item.toLowerCase())
      if (named !== undefined) return [named, named]
      if (/[a-z]/i.test(item)) {
        throw new InvalidArgumentError(
          `${item} is not known; give its number, or one of ${[...protocolNumbers.keys()].join(', ')}.`,
        )
      }
      return span(item, 255)
    }),
  ]
}

/** `DE,us`: codes of countries. */
export function countries(text: string, before: readonly string[] = []): string[] {
  return [
    ...before,
    ...items(text).map((item) => {
      if (!/^[a-z]{2}$/i.test(item))
        throw new InvalidArgumentError(`${item} should be a code of two letters, such as DE.`)
      return item.toUpperCase()
    }),
  ]
}

/** SiLK's `high/mask`: `S/SA` is SYN and not ACK, whatever the others; `S` alone is SYN and nothing else. */
export function flags(
  text: string,
  before: readonly { high: number; mask: number }[] = [],
): { high: number; mask: number }[] {
  return [
    ...before,
    ...items(text).map((item) => {
      const [high = '', mask = flagLetters, ...more] = item.toUpperCase().split('/')
      const parts = { high: bits(high), mask: bits(mask) }
      if (more.length > 0 || (parts.high & ~parts.mask) !== 0) {
        throw new InvalidArgumentError(
          `${item} should be flags that are set, a slash, and flags looked at, such as S/SA; letters are ${flagLetters}.`,
        )
      }
      return parts
    }),
  ]
}

/** Flags in their places, each a letter, or this where it was not seen. */
export function flagsText(flags: number, not: string): string {
  return flagLetters.replaceAll(/./g, (letter, bit: number) => (flags & (1 << bit) ? letter : not))
}

function bits(letters: string): number {
  let found = 0
  for (const letter of letters) {
    const bit = flagLetters.indexOf(letter)
    if (bit < 0) throw new InvalidArgumentError(`${letter} is no flag; they are ${flagLetters}.`)
    found |= 1 << bit
  }
  return found
}

const byteUnits = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 } as const
const timeUnits = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `1000`, `1000-`, `-40`, `1k-2M`. */
export function byteAmount(text: string): { least?: number; most?: number } {
  return amount(text, byteUnits, 'such as 1000, 1k-, -40 or 1k-2M')
}

/** The same in time, in seconds where no unit is given; as milliseconds. */
export function timeAmount(text: string): { least?: number; most?: number } {
  return amount(text, timeUnits, 'such as 60, 5m-, -500ms or 1s-1h')
}

function amount(
  text: string,
  units: Readonly<Record<string, number>>,
  example: string,
): { least?: number; most?: number } {
  const [from = '', to = from, ...more] = text.split('-')
  const least = value(from, units)
  const most = value(to, units)
  const wrong = (from !== '' && least === undefined) || (to !== '' && most === undefined)
  if (more.length > 0 || text.replace('-', '') === '' || wrong || (least ?? 0) > (most ?? Infinity))
    throw new InvalidArgumentError(`It should be an amount, or from and to, ${example}.`)
  return { ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) }
}

function value(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,15})([a-z]{0,2})$/i.exec(text)
  const unit =
    match && Object.hasOwn(units, match[2]!.toLowerCase()) ? units[match[2]!.toLowerCase()] : undefined
  const number = unit === undefined ? NaN : Number(match![1]) * unit
  return Number.isSafeInteger(number) ? number : undefined
}

/** `5m`: a length of time in seconds. */
export function step(text: string): number {
  const ms = value(text, timeUnits)
  if (ms === undefined || ms < 1000 || ms % 1000 !== 0 || ms > 31_622_400_000)
    throw new InvalidArgumentError('It should be a time of whole seconds, such as 60, 5m, 1h or 1d.')
  return ms / 1000
}

/** As {@link moment}; SiLK's `2016/01/01` and `2016/01/01:13` too, UTC. */
export function when(text: string): string {
  const silk = /^(\d{4})\/(\d\d)\/(\d\d)(?::(\d\d)(?::(\d\d)(?::(\d\d))?)?)?$/.exec(text)
  if (!silk) return moment(text)
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = silk
  return moment(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

function span(item: string, most: number): Span {
  const [from = '', to = from, ...more] = item.split('-')
  const numbers = [from, to].map((part) => (/^\d{1,10}$/.test(part) ? Number(part) : NaN))
  const [low = NaN, high = NaN] = numbers
  if (more.length > 0 || !(low <= high && high <= most))
    throw new InvalidArgumentError(`${item} should be a number from 0 to ${most}, or a range such as 10-20.`)
  return [low, high]
}

function items(text: string): string[] {
  return text.split(',').filter((item) => item !== '')
}
