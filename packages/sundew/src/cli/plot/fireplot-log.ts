import { type GeoTable, loadGeo } from '../../collectors/flow/geo-table.ts'
import type { FirewallRow } from '../../collectors/syslog/firewall-row.ts'
import { firewallParsers } from '../../collectors/syslog/parsers/index.ts'
import { compareWords, isMapped, type Words } from '../../match/words.ts'
import { Gathering } from '../../plots/fireplot/gather.ts'
import { placeOf, places } from '../../plots/fireplot/place.ts'
import { PointCollector, type Points } from '../../plots/fireplot/points.ts'
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
import { PlotSources } from '../../plots/fireplot/sources.ts'
import { firewallKinds } from '../../wire/firewall/layout.ts'
import { exitCode, Failure, usage } from '../failure.ts'
import { note } from '../output.ts'
import { plain } from '../plain.ts'
import { clockOffsets, type FirewallLines, readFirewallLines } from './firewall-lines.ts'
import type { Drawn, FireplotOptions } from './fireplot.ts'
import { spanOf } from './fireplot-span.ts'
import { scannersAmong } from './scanners.ts'

const yearMs = 366 * 86_400_000
const minuteMs = 60_000
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
  const span = spanOf(options, now)
  const { scanners } = options
  let collector = span && new PointCollector(span.from, span.to, mostPackets)
  const left = { timeless: 0, answers: 0, elsewhere: 0 }
  let [first, last] = [Infinity, -Infinity]
  const byPlace = new Uint32Array(places)
  // Who sent what is told by pages, and asked by whoever wants scanners and countries.
  const sources =
    forPage || scanners !== undefined || scheme.by === 'country' ? new PlotSources(mostPackets) : undefined
  const colour = colouring(scheme.by)
  const read = await readFirewallLines(
    { path, parsers: firewallParsers, now, offset: clockOffsets(options.utc) },
    (row, at) => {
      if (Number.isNaN(at)) return void left.timeless++
      if (!options.answers && row.protocol === 6 && isAnswer(row.tcpFlags)) return void left.answers++
      if (!isWanted(row, options)) return void left.elsewhere++
      const place = placeOf(row.protocol, row.destinationPort)
      first = Math.min(first, at)
      last = Math.max(last, at)
      // Without a span it is known only at the end: a year to either side of the first is taken.
      collector ??= new PointCollector(at - yearMs, at + yearMs, mostPackets)
      const { leftOut } = collector
      collector.add(at, place, colour(row))
      if (collector.leftOut !== leftOut) return
      byPlace[place]!++
      sources?.add(row.source[0]!, row.source[1]!, row.source[2]!, row.source[3]!)
    },
  )
  tell(read, left)
  const points = collector?.points
  if (!points || points.length === 0)
    throw new Failure(
      'SUNDEW_NOTHING_TO_DRAW',
      exitCode.finding,
      `${path} tells of no packet that would be drawn.`,
    )
  const { from, to } = span ?? wholeMinutes(first, last)
  const hidden = options.hideTop === undefined ? [] : busiest(byPlace, options.hideTop)
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
  return { gathering, from, to, scheme: named(scheme, countries), countries, hidden }
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
function busiest(byPlace: Uint32Array, most: number): number[] {
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

/** From the minute of the first to past that of the last. */
function wholeMinutes(first: number, last: number): { from: number; to: number } {
  return {
    from: Math.floor(first / minuteMs) * minuteMs,
    to: (Math.floor(last / minuteMs) + 1) * minuteMs,
  }
}

function tell(
  read: FirewallLines,
  left: { readonly timeless: number; readonly answers: number; readonly elsewhere: number },
): void {
  const parts = [
    `${read.told.toLocaleString('en-US')} packets (${read.formats.join(', ') || 'no format known'})`,
    ...(left.answers > 0 ? [`${left.answers} answers left out`] : []),
    ...(left.elsewhere > 0 ? [`${left.elsewhere} that were not asked for`] : []),
    ...(read.other > 0 ? [`${read.other} lines of other things`] : []),
    ...(left.timeless > 0 ? [`${left.timeless} lines without a time`] : []),
    ...(read.unread > 0 ? [`${read.unread} lines could not be read, the first: ${plain(read.sample)}`] : []),
  ]
  note(parts.join('; '))
}
