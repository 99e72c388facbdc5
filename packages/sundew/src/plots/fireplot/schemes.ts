import type { Colour } from './raster.ts'

/** What an event's colour tells. */
export type By = 'class' | 'protocol' | 'version' | 'country' | 'listed'

export interface Entry {
  readonly name: string
  readonly colour: Colour
}

export interface Scheme {
  readonly by: By
  readonly ground: Colour
  /** Axes, labels. */
  readonly ink: string
  /** In the order of the legend: what the points' `colour` leads to. */
  readonly entries: readonly Entry[]
}

const dark = { ground: 0x101418, ink: '#d0d4d8' } as const
const black = { ground: 0x000000, ink: '#c0c0c0' } as const

const classNames = ['TCP', 'UDP', 'ICMP', 'other', 'TCP, IPv6', 'UDP, IPv6', 'ICMPv6', 'other, IPv6'] as const

function classes(colours: readonly Colour[]): readonly Entry[] {
  return classNames.map((name, index) => ({ name, colour: colours[index]! }))
}

/** Colours that can be told apart by whoever does not see red and green apart (Okabe and Ito, 2008). */
const safe = {
  sky: 0x56b4e9,
  orange: 0xe69f00,
  yellow: 0xf0e442,
  pink: 0xcc79a7,
  blue: 0x0072b2,
  red: 0xd55e00,
  green: 0x009e73,
  white: 0xffffff,
  grey: 0x808488,
} as const

/** Countries that have a colour of their own: the first of the time that is shown. */
export const mostCountries = 8

/** By name, the usual one first. `classic` is the original's: what it left out is grey. */
export const schemes = {
  usual: {
    by: 'class',
    ...black,
    entries: classes([0x00e040, 0xa0b0ff, 0xffd000, 0xff80ff, 0xff4020, 0xffffff, 0xff9040, 0xff60a0]),
  },
  classic: {
    by: 'class',
    ...black,
    entries: classes([0x00ff00, 0xb0b0ff, 0x808080, 0x808080, 0xff0000, 0xffffff, 0x808080, 0x808080]),
  },
  safe: {
    by: 'class',
    ...dark,
    entries: classes([
      safe.sky,
      safe.orange,
      safe.yellow,
      safe.pink,
      safe.blue,
      safe.red,
      safe.white,
      safe.green,
    ]),
  },
  protocol: {
    by: 'protocol',
    ...dark,
    entries: [
      { name: 'TCP', colour: safe.sky },
      { name: 'UDP', colour: safe.orange },
      { name: 'ICMP', colour: safe.yellow },
      { name: 'GRE', colour: safe.pink },
      { name: 'IPsec', colour: safe.red },
      { name: 'other', colour: safe.white },
    ],
  },
  version: {
    by: 'version',
    ...dark,
    entries: [
      { name: 'IPv4', colour: safe.sky },
      { name: 'IPv6', colour: safe.orange },
    ],
  },
  country: {
    by: 'country',
    ...dark,
    entries: [
      safe.orange,
      safe.sky,
      safe.yellow,
      safe.green,
      safe.pink,
      safe.red,
      safe.blue,
      safe.white,
      safe.grey,
    ].map((colour, index) => ({ name: index < mostCountries ? '' : 'other countries', colour })),
  },
  listed: {
    by: 'listed',
    ...dark,
    entries: [
      { name: 'not listed', colour: safe.grey },
      { name: 'listed', colour: safe.red },
    ],
  },
} as const satisfies Readonly<Record<string, Scheme>>

export type SchemeName = keyof typeof schemes

export const schemeNames = Object.keys(schemes) as readonly SchemeName[]

/** Sources that scan, over all others: one that goes alone, and many in step. Their colours begin at {@link firstScanner}. */
export const firstScanner = 16
export const scannerEntries = {
  alone: { name: 'scanners', colour: 0xffffff },
  together: { name: 'scanners in step', colour: 0xff3df2 },
} as const
/** What is left of the light below scanners, of 255. */
export const dimmed = 90

/** The class of an event. */
export function classOf(protocol: number, version: 4 | 6): number {
  const icmp = version === 4 ? 1 : 58
  const kind = protocol === 6 ? 0 : protocol === 17 ? 1 : protocol === icmp ? 2 : 3
  return version === 4 ? kind : kind + 4
}

/** The entry of a protocol in the scheme `protocol`. */
export function protocolOf(protocol: number): number {
  switch (protocol) {
    case 6:
      return 0
    case 17:
      return 1
    case 1:
    case 58:
      return 2
    case 47:
      return 3
    case 50:
    case 51:
      return 4
    default:
      return 5
  }
}

/** The scheme with names of countries in their order; those without events have none. */
export function named(scheme: Scheme, countries: readonly string[]): Scheme {
  if (scheme.by !== 'country') return scheme
  const entries = scheme.entries.map((entry, index) =>
    index < mostCountries ? { ...entry, name: countries[index] ?? '' } : entry,
  )
  return { ...scheme, entries }
}

/** The legend: the scheme's own entries, and those of scanners behind them. */
export function legendOf({ entries }: Scheme): readonly (Entry | undefined)[] {
  const legend: (Entry | undefined)[] = [...entries]
  legend[firstScanner] = scannerEntries.alone
  legend[firstScanner + 1] = scannerEntries.together
  return Array.from(legend)
}

/** How the raster looks in this scheme. */
export function lookOf({ ground, entries }: Scheme) {
  const above: (Colour | undefined)[] = []
  above[firstScanner] = scannerEntries.alone.colour
  above[firstScanner + 1] = scannerEntries.together.colour
  return { ground, colours: entries.map(({ colour }) => colour), above: { colours: above, dim: dimmed } }
}
