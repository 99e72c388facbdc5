import { plainAddress } from '../../core/address.ts'
import { readable, type ByteString } from '../../event/bytes.ts'
import { catalogue } from '../../event/catalogue.ts'
import type { SundewEvent } from '../../event/event.ts'
import type { FieldSpec } from '../../event/fields.ts'
import type { EventRow } from './contract.ts'

/** An event as the page and the command line read it. */
export function eventRow(event: SundewEvent): EventRow {
  const specs: Readonly<Record<string, FieldSpec>> = catalogue[event.kind].fields
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(event.fields)) {
    if (value !== undefined) fields[name] = readableField(specs[name], value)
  }
  return {
    id: event.id,
    time: event.time,
    kind: event.kind,
    sensor: event.sensor,
    session: event.session,
    service: event.service,
    transport: event.transport,
    source_ip: plainAddress(event.source_ip),
    source_port: event.source_port,
    destination_ip: plainAddress(event.destination_ip),
    destination_port: event.destination_port,
    ...tunnelOf(
      event.tunnel,
      event.target_host === undefined ? '' : readable(event.target_host),
      event.target_port,
    ),
    fields,
  }
}

/** What a row says of the tunnel that its event came through; nothing where it came directly. */
export function tunnelOf(
  tunnel: string | undefined,
  host: string,
  port: number | undefined,
): Pick<EventRow, 'tunnel' | 'target_host' | 'target_port'> {
  return tunnel ? { tunnel, target_host: host, target_port: port ?? 0 } : {}
}

/** Text of the field's kind that a peer sent becomes readable; what is ours stays as it is. */
function readableField(spec: FieldSpec | undefined, value: unknown): unknown {
  switch (spec?.type) {
    case 'bytes':
      return readable(value as ByteString)
    case 'bytesList':
      return (value as readonly ByteString[]).map(readable)
    default:
      return value
  }
}

/** Characters of one text and entries of one list in a row that is one of many. */
const shortText = 1024
const shortList = 64

/** The row with long values cut, for lists and live view; `…` ends what was cut. The whole is at /api/events/:id. */
export function shortRow(row: EventRow): EventRow {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row.fields)) fields[name] = shorten(value)
  return { ...row, fields }
}

function shorten(value: unknown): unknown {
  if (typeof value === 'string') return value.length > shortText ? `${value.slice(0, shortText)}…` : value
  if (!Array.isArray(value)) return value
  const list = value.slice(0, shortList).map(shorten)
  return value.length > shortList ? [...list, `… ${value.length - shortList} more`] : list
}
