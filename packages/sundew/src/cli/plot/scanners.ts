import { places } from '../../plots/fireplot/place.ts'
import type { Points } from '../../plots/fireplot/points.ts'
import type { PlotSources } from '../../plots/fireplot/sources.ts'

/** Sources whose ports are counted: those with the most packets. A bit for each place is 8 kB each. */
const mostCandidates = 10_000

/**
 * Sources that asked for so many different ports.
 *
 * @returns their indices
 */
export function scannersAmong({ length, place }: Points, sources: PlotSources, ports: number): Set<number> {
  const { indices } = sources
  const packets = new Uint32Array(sources.size)
  for (let at = 0; at < length; at++) packets[indices[at]!]!++
  const candidates = [...packets.keys()]
    .filter((index) => packets[index]! >= ports)
    .toSorted((a, b) => packets[b]! - packets[a]!)
    .slice(0, mostCandidates)
  const seen = new Map(candidates.map((index) => [index, { bits: new Uint8Array(places >>> 3), ports: 0 }]))
  for (let at = 0; at < length; at++) {
    const one = seen.get(indices[at]!)
    if (!one) continue
    const [byte, bit] = [place[at]! >>> 3, 1 << (place[at]! & 7)]
    if ((one.bits[byte]! & bit) !== 0) continue
    one.bits[byte]! |= bit
    one.ports++
  }
  return new Set(candidates.filter((index) => seen.get(index)!.ports >= ports))
}
