/**
 * CONTRACT (to be written out by its builder; shapes may be improved, names kept).
 *
 * Which listed entries name an address: IPv4 and IPv6; single addresses, prefixes and ranges; nested, overlapping and
 * doubled in any order. Built once into one buffer, used from any process as views over it, swapped whole.
 *
 * Ranges are cut into prefixes at building, so entries always nest: an address meets a chain of prefixes, the most
 * specific first, and memory stays linear in the number of entries whatever their overlap.
 */

/** One listed entry, as a source gave it. */
export interface ListedEntry {
  /** As listed, normalised: `192.0.2.1`, `192.0.2.0/24`, `192.0.2.5-192.0.2.9`, `2001:db8::/32`. */
  readonly indicator: string
  /** Index in {@link SetSource}s. */
  readonly source: number
  /** Title (an OTX pulse's name …) and link; '' where there is none. */
  readonly title: string
  readonly link: string
}

/** A list that entries come from. */
export interface SetSource {
  readonly name: string
}
