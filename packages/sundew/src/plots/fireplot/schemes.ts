import type { Colour } from './raster.ts'

/** What an event is drawn as: one colour each, in the order of the legend. */
export const classes = [
  { name: 'TCP', protocol: 6, version: 4 },
  { name: 'UDP', protocol: 17, version: 4 },
  { name: 'ICMP', protocol: 1, version: 4 },
  { name: 'other', protocol: undefined, version: 4 },
  { name: 'TCP, IPv6', protocol: 6, version: 6 },
  { name: 'UDP, IPv6', protocol: 17, version: 6 },
  { name: 'ICMPv6', protocol: 58, version: 6 },
  { name: 'other, IPv6', protocol: undefined, version: 6 },
] as const

/** The class of an event. */
export function classOf(protocol: number, version: 4 | 6): number {
  const found = classes.findIndex((one) => one.version === version && one.protocol === protocol)
  return found >= 0 ? found : version === 4 ? 3 : 7
}

export interface Scheme {
  readonly ground: Colour
  /** Axes, labels. */
  readonly ink: string
  /** By class. */
  readonly colours: readonly Colour[]
}

/**
 * `classic`: as fireplot had it, with colours for what it left out. `safe`: told apart by whoever does not see red and green apart
 * (Okabe and Ito, 2008).
 */
export const schemes: Readonly<Record<'classic' | 'safe', Scheme>> = {
  classic: {
    ground: 0x000000,
    ink: '#c0c0c0',
    colours: [0x00ff00, 0xb0b0ff, 0xffd000, 0xff80ff, 0xff0000, 0xffffff, 0xff9040, 0xff60a0],
  },
  safe: {
    ground: 0x101418,
    ink: '#d0d4d8',
    colours: [0x56b4e9, 0xe69f00, 0xf0e442, 0xcc79a7, 0x0072b2, 0xd55e00, 0xffffff, 0x009e73],
  },
}
