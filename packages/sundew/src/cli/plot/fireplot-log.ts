import { type GeoTable, loadGeo } from '../../collectors/flow/geo-table.ts'
import type { FirewallRow } from '../../collectors/syslog/firewall-row.ts'
import { firewallParsers } from '../../collectors/syslog/parsers/index.ts'
import { compareWords, isMapped, type Words } from '../../match/words.ts'
import { Gathering } from '../../plots/fireplot/gather.ts'
import { placeOf, places } from '../../plots/fireplot/place.ts'
import type { Points } from '../../plots/fireplot/points.ts'
import { rowsOf, without } from '../../plots/fireplot/scale.ts'
import {
  type By,
  classOf,
  firstScanner,
  mostCountries,
  named,
  protocolOf,
  schemes,
} from '../../plots/fireplot/schemes.ts'
import type { PlotSources } from '../../plots/fireplot/sources.ts'
import { thousands } from '../../plots/thousands.ts'
import { firewallKinds } from '../../wire/firewall/layout.ts'
import { exitCode, Failure, usage } from '../failure.ts'
import { note } from '../output.ts'
import { plain } from '../plain.ts'
import { clockOffsets, type FirewallLines, readFirewallLines } from './firewall-lines.ts'
import type { Drawn, FireplotOptions } from './fireplot.ts'
import { spanOf } from './fireplot-span.ts'
import { LogPoints } from './log-points.ts'
import { scannersAmong } from './scanners.ts'

/** Packets of a log that are drawn at most. */
const mostPackets = 20_000_000
/** TCP flags (RFC 9293 §3.1): what has these answers something. */
const [fin, rst, ack] = [1, 4, 16]
/** Different ports that make a scanner of a source, where nothing else is said. */
const scannerPorts = 50

/** What a log tells, with no Sundew running. */
export async function drawnFromLog(
  path: string,
  options: FireplotOptions,
  forPage: boolean,
  geoFile: string,
): Promise<Drawn> {
  const scheme = schemes[options.scheme]
  if (scheme.by === 'listed')
    throw usage('--scheme listed: a log does not say who is on a list; the store does, without --log.')
  const now = Date.now()
  const { scanners } = options
  // Who sent what is told by pages, and asked by whoever wants scanners and countries.
  const withSources = forPage || scanners !== undefined || scheme.by === 'country'
  const collected = new LogPoints(spanOf(options, now), now, mostPackets, withSources)
  const left = { timeless: 0, answers: 0, elsewhere: 0 }
  const colour = colouring(scheme.by)
  const read = await readFirewallLines(
    { path, parsers: firewallParsers, now, offset: clockOffsets(options.utc) },
    (row, at) => {
      if (Number.isNaN(at)) return void left.timeless++
      if (!options.answers && row.protocol === 6 && isAnswer(row.tcpFlags)) return void left.answers++
      if (!isWanted(row, options)) return void left.elsewhere++
      collected.add(at, placeOf(row.protocol, row.destinationPort), colour(row), row.source)
    },
  )
  const drawn = collected.drawn()
  tell(read, { ...left, ...collected.left })
  if (!drawn)
    throw new Failure(
      'SUNDEW_NOTHING_TO_DRAW',
      exitCode.finding,
      `${path} tells of no packet that would be drawn.`,
    )
  const { points, sources, from, to } = drawn
  const hidden = options.hideTop === undefined ? [] : busiest(points, options.hideTop)
  const rows = without(rowsOf(options.size.height, options.scale), hidden)
  let countries: readonly string[] = []
  if (sources && scheme.by === 'country') countries = colourCountries(points, sources, await loadGeo(geoFile))
  if (sources && scanners !== undefined) {
    const found = scannersAmong(points, sources, scanners === true ? scannerPorts : scanners)
    for (let at = 0; at < points.length; at++)
      if (found.has(sources.indices[at]!)) points.colour[at] = firstScanner
  }
  const gathering = new Gathering({ ...options.size, from, to, rows }, forPage)
  if (forPage && sources) gathering.adopt(sources)
  gathering.add(points)
  const { impossible, far, tooMany } = collected.left
  const lost = impossible + far + tooMany
  const leftOut = lost === 0 ? '' : `without ${thousands(lost)} of a wrong time or too many`
  return { gathering, from, to, scheme: named(scheme, countries), countries, hidden, leftOut }
}

function colouring(by: By): (row: FirewallRow) => number {
  const version = ({ source }: FirewallRow) =>
    isMapped([source[0]!, source[1]!, source[2]!, source[3]!]) ? 4 : 6
  switch (by) {
    case 'class':
      return (row) => classOf(row.protocol, version(row))
    case 'protocol':
      return (row) => protocolOf(row.protocol)
    case 'version':
      return (row) => (version(row) === 4 ? 0 : 1)
    case 'country':
    case 'listed':
      return () => mostCountries
  }
}

function isWanted(
  { kind, source, protocol, destinationPort }: FirewallRow,
  { kind: wanted, source: range, protocol: one, port }: FireplotOptions,
): boolean {
  if (
    wanted === undefined ? kind === firewallKinds.allow : wanted !== 'all' && kind !== firewallKinds[wanted]
  )
    return false
  if (one !== undefined && protocol !== one) return false
  if (port !== undefined && placeOf(protocol, destinationPort) !== port) return false
  if (!range) return true
  const words: Words = [source[0]!, source[1]!, source[2]!, source[3]!]
  return compareWords(words, range.first) >= 0 && compareWords(words, range.last) <= 0
}

function isAnswer(flags: number): boolean {
  return (flags & rst) !== 0 || (flags & (fin | ack)) === (fin | ack)
}

/** The ports with the most packets. */
function busiest({ length, place }: Points, most: number): number[] {
  const byPlace = new Uint32Array(places)
  for (let at = 0; at < length; at++) byPlace[place[at]!]!++
  const ports = [...byPlace.subarray(0, 65_536).entries()].filter(([, count]) => count > 0)
  return ports
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([port]) => port)
}

/** Gives each packet the colour of its country, and names those that have one of their own. */
function colourCountries({ length, colour }: Points, sources: PlotSources, geo: GeoTable): string[] {
  const { indices } = sources
  const countryOf = Array.from({ length: sources.size }, (_, index) => {
    const words = sources.wordsOf(index)
    const found = isMapped(words) ? geo.map.find4(words[3]) : geo.map.find6(...words)
    const code = found < 0 ? 0 : geo.countries[found]!
    return code === 0 ? '' : String.fromCharCode(code & 255, code >>> 8)
  })
  const packets = new Map<string, number>()
  for (let at = 0; at < length; at++) {
    const country = countryOf[indices[at]!]!
    if (country !== '') packets.set(country, (packets.get(country) ?? 0) + 1)
  }
  const names = [...packets]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, mostCountries)
    .map(([country]) => country)
  const colours = countryOf.map((country) => {
    const at = names.indexOf(country)
    return at < 0 ? mostCountries : at
  })
  for (let at = 0; at < length; at++) colour[at] = colours[indices[at]!]!
  return names
}

function tell(
  read: FirewallLines,
  left: LogPoints['left'] & {
    readonly timeless: number
    readonly answers: number
    readonly elsewhere: number
  },
): void {
  const parts = [
    `${thousands(read.told)} packets (${read.formats.join(', ') || 'no format known'})`,
    ...(left.answers > 0 ? [`${left.answers} answers left out`] : []),
    ...(left.elsewhere > 0 ? [`${left.elsewhere} that were not asked for`] : []),
    ...(left.elsewhen > 0 ? [`${left.elsewhen} of another time`] : []),
    ...(left.impossible > 0
      ? [`${left.impossible} left out whose time cannot be: before 2000, or more than a day from now`]
      : []),
    ...(left.far > 0
      ? [`${left.far} left out whose time is far from that of the others (--from and --to draw it)`]
      : []),
    ...(left.tooMany > 0 ? [`${left.tooMany} left out after ${thousands(mostPackets)}`] : []),
    ...(read.other > 0 ? [`${read.other} lines of other things`] : []),
    ...(left.timeless > 0 ? [`${left.timeless} lines without a time`] : []),
    ...(read.unread > 0 ? [`${read.unread} lines could not be read, the first: ${plain(read.sample)}`] : []),
  ]
  note(parts.join('; '))
}
