import type { ByteString } from './bytes.ts'
import type { catalogue, EventKind } from './catalogue.ts'
import type { FieldsOf } from './fields.ts'

/** Where and to whom something happened; bound once a session, never taken from a payload. */
export interface EventContext {
  readonly sensor: string
  readonly session: string
  readonly service: string
  readonly transport: string
  readonly source_ip: string
  readonly source_port: number
  readonly destination_ip: string
  readonly destination_port: number
  readonly tunnel?: string
  readonly target_host?: ByteString
  readonly target_port?: number
}

/** The kind's own fields. */
export type KindFields<K extends EventKind> = FieldsOf<(typeof catalogue)[K]['fields']>

/** One event of the kind `K`. */
export type SundewEvent<K extends EventKind = EventKind> = K extends EventKind
  ? EventContext & {
      readonly id: string
      readonly time: string
      readonly kind: K
      readonly fields: KindFields<K>
    }
  : never

/** The context of events that belong to no connection. */
export function localContext(sensor: string, service: string): EventContext {
  return {
    sensor,
    session: '',
    service,
    transport: '',
    source_ip: '::',
    source_port: 0,
    destination_ip: '::',
    destination_port: 0,
  }
}
