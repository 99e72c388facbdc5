import { plainAddress } from '../../core/address.ts'
import { severityOf } from '../../core/severity.ts'
import type { SundewEvent } from '../../event/event.ts'
import { oneLine, plainFields, short } from './value.ts'

/**
 * The event as one line of ASCII JSON: the fields of docs/events.md with their names, `severity` beside them, bytes
 * readable, and long values cut as `measure` says. The kind's own fields are left out where it would be longer than
 * `maxBytes`; it says `"cut":true` then.
 */
export function jsonLine(event: SundewEvent, maxBytes = Infinity, measure = short): string {
  const common = {
    id: oneLine(event.id),
    time: oneLine(event.time),
    kind: oneLine(event.kind),
    severity: severityOf(event),
    sensor: oneLine(event.sensor),
    session: oneLine(event.session),
    service: oneLine(event.service),
    transport: oneLine(event.transport),
    source_ip: oneLine(plainAddress(event.source_ip)),
    source_port: event.source_port,
    destination_ip: oneLine(plainAddress(event.destination_ip)),
    destination_port: event.destination_port,
    ...(event.tunnel !== undefined && { tunnel: oneLine(event.tunnel) }),
    ...(event.target_host !== undefined && { target_host: oneLine(event.target_host, true) }),
    ...(event.target_port !== undefined && { target_port: event.target_port }),
  }
  const line = ascii({ ...common, fields: Object.fromEntries(plainFields(event, measure)) })
  return line.length <= maxBytes ? line : ascii({ ...common, fields: {}, cut: true })
}

function ascii(value: object): string {
  return JSON.stringify(value).replace(
    /[\x7f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
