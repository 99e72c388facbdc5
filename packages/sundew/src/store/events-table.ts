import { bytesOf, readable, type ByteString } from '../event/bytes.ts'
import { catalogue, type commonFields, type KindSpec } from '../event/catalogue.ts'
import type { SundewEvent } from '../event/event.ts'
import type { FieldSpec, FieldType } from '../event/fields.ts'
import { NativeBlock, type NativeType } from './native.ts'
import type {
  AddressColumn,
  MapColumn,
  NumberColumn,
  StringColumn,
  StringsColumn,
  TimeColumn,
  UuidColumn,
} from './native/columns.ts'

/** A column of the table `events`. */
export interface EventColumn {
  readonly name: string
  /** As `DESCRIBE TABLE` shows it. */
  readonly type: string
  /** As a Native block carries it. */
  readonly native: NativeType
}

const commonTypes: Readonly<Record<keyof typeof commonFields, readonly [string, NativeType]>> = {
  id: ['UUID', 'UUID'],
  time: ["DateTime64(9, 'UTC')", "DateTime64(9, 'UTC')"],
  kind: ['LowCardinality(String)', 'String'],
  sensor: ['LowCardinality(String)', 'String'],
  session: ['String', 'String'],
  service: ['LowCardinality(String)', 'String'],
  transport: ['LowCardinality(String)', 'String'],
  source_ip: ['IPv6', 'IPv6'],
  source_port: ['UInt16', 'UInt16'],
  destination_ip: ['IPv6', 'IPv6'],
  destination_port: ['UInt16', 'UInt16'],
  tunnel: ['String', 'String'],
  target_host: ['String', 'String'],
  target_port: ['UInt32', 'UInt32'],
}

const nativeTypes: Readonly<Record<FieldType, NativeType>> = {
  text: 'String',
  bytes: 'String',
  integer: 'UInt64',
  number: 'Float64',
  boolean: 'Bool',
  texts: 'Array(String)',
  bytesList: 'Array(String)',
}

/** Names whose values are few: kept as dictionary. */
const fewValues = new Set(['code'])

/** Fields with a column of their own beside the common ones, over all kinds. */
const ownColumns = collectColumns()

function collectColumns(): Map<string, FieldSpec> {
  const found = new Map<string, FieldSpec>()
  for (const { fields } of Object.values(catalogue)) {
    for (const [name, spec] of Object.entries(fields) as [string, FieldSpec][]) {
      if (!spec.column) continue
      const before = found.get(name)
      if (before && nativeTypes[before.type] !== nativeTypes[spec.type]) {
        throw new TypeError(
          `The field ${name} is ${before.type} in one kind and ${spec.type} in another: one column cannot hold both`,
        )
      }
      found.set(name, spec)
    }
  }
  return found
}

/** The columns that the table `events` must have, by the catalogue. */
export function eventColumns(): EventColumn[] {
  const common = Object.entries(commonTypes).map(([name, [type, native]]): EventColumn => ({
    name,
    type,
    native,
  }))
  const own = [...ownColumns].map(([name, spec]): EventColumn => {
    const native = nativeTypes[spec.type]
    return { name, type: fewValues.has(name) ? `LowCardinality(${native})` : native, native }
  })
  return [
    ...common,
    ...own,
    { name: 'fields', type: 'JSON(max_dynamic_paths=256)', native: 'String' },
    { name: 'raw', type: 'Map(LowCardinality(String), String)', native: 'Map(String, String)' },
  ]
}

/**
 * Settings for inserting {@link EventsBlock}s: without them ClickHouse turns text in `fields` that looks like a date or a
 * number into one, and what was sent is lost.
 */
export const eventInsertSettings = {
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  input_format_json_try_infer_numbers_from_strings: 0,
  input_format_json_read_bools_as_strings: 0,
} as const

/** Events as a Native block for `INSERT INTO events (columns) FORMAT Native`. */
export class EventsBlock {
  readonly #block = new NativeBlock(eventColumns().map(({ name, native }) => ({ name, type: native })))

  /** Names for the INSERT's column list. */
  static readonly columns: readonly string[] = eventColumns().map(({ name }) => name)

  get rows(): number {
    return this.#block.rows
  }

  get bytes(): number {
    return this.#block.bytes
  }

  push(event: SundewEvent): void {
    const rest: Record<string, unknown> = {}
    const raw: [string, ByteString][] = []
    this.#column<UuidColumn>('id').push(event.id)
    this.#column<TimeColumn>('time').push(event.time)
    for (const name of ['kind', 'sensor', 'session', 'service', 'transport'] as const) {
      this.#column<StringColumn>(name).pushText(event[name])
    }
    for (const name of ['source_ip', 'destination_ip'] as const)
      this.#column<AddressColumn>(name).push(event[name])
    for (const name of ['source_port', 'destination_port'] as const) {
      this.#column<NumberColumn<number>>(name).push(portOf(event[name]))
    }
    if (event.tunnel !== undefined) this.#column<StringColumn>('tunnel').pushText(event.tunnel)
    if (event.target_host !== undefined) this.#column<StringColumn>('target_host').push(event.target_host)
    if (event.target_port !== undefined)
      this.#column<NumberColumn<number>>('target_port').push(event.target_port)
    // A journal may hold kinds of another version: their fields go where nothing is lost.
    const specs = (catalogue as Readonly<Record<string, KindSpec>>)[event.kind]?.fields ?? {}
    for (const [name, value] of Object.entries(event.fields)) {
      const spec = specs[name]
      if (value === undefined) continue
      if (spec?.column) this.#pushOwn(name, spec.type, value)
      else rest[name] = spec ? jsonValue(name, spec.type, value, raw) : value
    }
    this.#column<StringColumn>('fields').pushText(JSON.stringify(rest))
    this.#column<MapColumn>('raw').push(raw)
    this.#block.endRow()
  }

  /** The bytes, in pieces that share memory with the block. */
  encode(): Uint8Array[] {
    return this.#block.encode()
  }

  #pushOwn(name: string, type: FieldType, value: unknown): void {
    switch (type) {
      case 'text':
        return this.#column<StringColumn>(name).pushText(value as string)
      case 'bytes':
        return this.#column<StringColumn>(name).push(value as ByteString)
      case 'texts':
        return this.#column<StringsColumn>(name).pushTexts(value as string[])
      case 'bytesList':
        return this.#column<StringsColumn>(name).push(value as ByteString[])
      case 'integer':
      case 'number':
        return this.#column<NumberColumn<number>>(name).push(value as number)
      case 'boolean':
        return this.#column<NumberColumn<boolean>>(name).push(value as boolean)
    }
  }

  #column<C>(name: string): C {
    return this.#block.column(name) as unknown as C
  }
}

/** A field as it stands in `fields`; bytes that are not UTF-8 go into `raw` as well. */
function jsonValue(name: string, type: FieldType, value: unknown, raw: [string, ByteString][]): unknown {
  if (type === 'bytes') return textOf(name, value as ByteString, raw)
  if (type === 'bytesList')
    return (value as ByteString[]).map((item, index) => textOf(`${name}.${index}`, item, raw))
  return value
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ascii = /^[\x00-\x7f]*$/

function textOf(name: string, bytes: ByteString, raw: [string, ByteString][]): string {
  if (ascii.test(bytes)) return bytes
  try {
    return strictUtf8.decode(bytesOf(bytes))
  } catch {
    raw.push([name, bytes])
    return readable(bytes)
  }
}

/** What fits a column of ports. An event is durable by now: one that another program's log made up must not hold up those behind it. */
function portOf(port: number): number {
  return Number.isInteger(port) && port >= 0 && port <= 0xffff ? port : 0
}
