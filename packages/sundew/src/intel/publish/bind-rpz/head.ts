/** What stands before a zone's records. */
export interface ZoneHead {
  readonly zone: string
  readonly ttl: number
  readonly serial: number
}

/** Lines of a head. */
export const headLines = 4

/**
 * The lines before a zone's records: what it is, and the records that every zone has. A response policy zone has nobody to ask about it: its
 * name server is `localhost`, as is usual. Refresh and retry are for secondaries that hear no NOTIFY.
 */
export function zoneHead({ zone, ttl, serial }: ZoneHead): string {
  return [
    `; ${zone}: written by Sundew; a record a line, names as they are asked for (docs/publish-dns.md)`,
    `$TTL ${ttl}`,
    `@ SOA localhost. hostmaster.localhost. ${serial} 3600 600 604800 ${ttl}`,
    '@ NS localhost.',
    '',
  ].join('\n')
}

/** What the lines of a head say; undefined where they are none. */
export function readHead(lines: readonly string[]): ZoneHead | undefined {
  const zone = /^; ([^ :]+): /.exec(lines[0] ?? '')?.[1]
  const ttl = Number(/^\$TTL (\d{1,9})$/.exec(lines[1] ?? '')?.[1])
  const serial = Number(/^@ SOA \S+ \S+ (\d{1,10}) /.exec(lines[2] ?? '')?.[1])
  if (zone === undefined || !(ttl >= 0) || !(serial <= 0xffff_ffff)) return undefined
  const head = { zone, ttl, serial }
  return zoneHead(head) === `${lines.slice(0, headLines).join('\n')}\n` ? head : undefined
}

/** The serial after the former one: of the clock (seconds since 1970), or the next (RFC 1982), so that it rises always. */
export function nextSerial(former: number | undefined, madeMs: number): number {
  const clock = Math.floor(madeMs / 1000) % 2 ** 32
  if (former === undefined) return clock
  return ((clock - former) >>> 0) - 1 < 2 ** 31 - 1 && clock !== former ? clock : (former + 1) % 2 ** 32
}
