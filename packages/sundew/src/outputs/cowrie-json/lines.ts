import { createHash } from 'node:crypto'
import type { EventKind } from '../../event/catalogue.ts'
import type { SundewEvent } from '../../event/event.ts'
import type { Dialect } from './dialect.ts'
import { writers, type CowrieEvent } from './writers.ts'

/** Cowrie answers no others. */
export const services: ReadonlySet<string> = new Set(['ssh', 'telnet'])

export function wanted(kind: EventKind): boolean {
  return writers[kind] !== undefined
}

/** The lines that Cowrie would have written of an event, each with its end. */
export function cowrieLines(event: SundewEvent, dialect: Dialect): string[] {
  // The journal may hold kinds of another version.
  const write = Object.hasOwn(writers, event.kind)
    ? (writers[event.kind] as ((event: SundewEvent, dialect: Dialect) => CowrieEvent[]) | undefined)
    : undefined
  return write?.(event, dialect).map((one) => `${asciiJson(around(event, one, dialect))}\n`) ?? []
}

/** An event of Cowrie's with what is said in every one. */
function around(event: SundewEvent, { eventid, message, fields }: CowrieEvent, dialect: Dialect): object {
  const { source_ip: src_ip, sensor, service: protocol } = event
  const session = hash(event.session).slice(0, 12)
  const id = { eventid: `cowrie.${eventid}` }
  const timestamp = `${event.time.slice(0, 26)}Z`
  const connection = {
    protocol,
    src_port: event.source_port,
    dst_ip: event.destination_ip,
    dst_port: event.destination_port,
  }
  if (dialect === '3.0.6') {
    // What an event says of its own stands before what is said of the connection, but for who it was.
    const all = { session, src_ip, ...connection, ...fields, ...id, protocol }
    return { ...all, sensor, uuid: uuidOf(sensor), timestamp, message }
  }
  const opening = eventid === 'session.connect' ? connection : {}
  const uuid = dialect === '3.0.3' ? {} : { uuid: uuidOf(sensor) }
  return { ...id, ...opening, ...fields, message, sensor, ...uuid, timestamp, src_ip, session }
}

/** As Python's `json.dumps` with its default `ensure_ascii`. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\x7f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A sensor's id that stays the same. */
function uuidOf(sensor: string): string {
  const hex = hash(`sensor\n${sensor}`)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
