/** One event of Cowrie's, as its log has it: `eventid` and fields of any type. */
export interface CowrieRecord {
  readonly eventid: string
  /** Milliseconds since the Unix epoch, to the microsecond. */
  readonly ms: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** No Internet honeypot is older. */
const firstMs = Date.UTC(1995, 0, 1)
const dayMs = 86_400_000

/** A line of `cowrie.json`; undefined where it is none. */
export function readRecord(line: string): CowrieRecord | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as Record<string, unknown>
  const { eventid, timestamp, time } = fields
  if (typeof eventid !== 'string' || !eventid.startsWith('cowrie.')) return undefined
  const ms =
    typeof timestamp === 'string'
      ? timeOf(timestamp)
      : typeof time === 'number'
        ? likely(time * 1000)
        : undefined
  return ms === undefined ? undefined : { eventid, ms, fields }
}

/**
 * `2018-04-02T21:03:37.191876Z`, `2016-11-29 07:46:02-0500`, `2024-11-14T18:11:26+0000`; UTC where no zone stands.
 * Undefined for what is none or can't be.
 */
export function timeOf(text: string): number | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d\d:?\d\d))?$/.exec(
    text,
  )
  if (!parts) return undefined
  const [, day, clock, fraction = '', zone = 'Z'] = parts
  const ms = Date.parse(`${day}T${clock}${zone.replace(/^(...)(\d\d)$/, '$1:$2')}`)
  return likely(ms + Number(fraction.padEnd(6, '0').slice(0, 6)) / 1000)
}

function likely(ms: number): number | undefined {
  return ms >= firstMs && ms <= Date.now() + dayMs ? ms : undefined
}
