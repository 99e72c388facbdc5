import { byteStringOf, type ByteString } from '../event/bytes.ts'
import { catalogue, type commonFields, type KindSpec } from '../event/catalogue.ts'
import type { SundewEvent } from '../event/event.ts'
import type { FieldSpec, FieldType } from '../event/fields.ts'
import { bytesIn, jsonValue, wellFormed } from './event-values.ts'
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

/** Neither a field with a column of its own nor all others together may be longer: the store parses a batch within a gigabyte. */
const mostFieldBytes = 16 * 1024 * 1024

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

  /**
   * Takes an event, or nothing of it.
   *
   * @throws TypeError or RangeError for what no row can hold: an id that is none, a time past the year 2262, a field of another
   * type than the catalogue says, one of more than {@link mostFieldBytes}. Trying again would not mend it.
   */
  push(event: SundewEvent): void {
    try {
      this.#push(event)
    } catch (error) {
      this.#block.back()
      throw error
    }
  }

  #push(event: SundewEvent): void {
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
      if (portOf(event[name]) !== event[name]) raw.push([name, told(event[name])])
    }
    if (event.tunnel !== undefined) this.#column<StringColumn>('tunnel').pushText(event.tunnel)
    if (event.target_host !== undefined)
      this.#column<StringColumn>('target_host').push(bytesIn(event.target_host))
    if (event.target_port !== undefined)
      this.#column<NumberColumn<number>>('target_port').push(event.target_port)
    // A journal may hold kinds of another version: their fields go where nothing is lost.
    const specs = specsOf(event.kind)
    for (const [name, value] of Object.entries(event.fields)) {
      const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
      if (value === undefined || (value as unknown) === null) continue
      if (spec?.column) {
        if (typeof value === 'string') within(value.length)
        this.#pushOwn(name, spec.type, value, raw)
      } else rest[name] = jsonValue(name, spec?.type, value, raw)
    }
    const json = JSON.stringify(rest)
    within(json.length)
    this.#column<StringColumn>('fields').pushText(json)
    this.#column<MapColumn>('raw').push(raw)
    this.#block.endRow()
  }

  /** The bytes, in pieces that share memory with the block. */
  encode(): Uint8Array[] {
    return this.#block.encode()
  }

  #pushOwn(name: string, type: FieldType, value: unknown, raw: [string, ByteString][]): void {
    switch (type) {
      case 'text':
        return this.#column<StringColumn>(name).pushText(wellFormed(name, value as string, raw))
      case 'bytes':
        return this.#column<StringColumn>(name).push(bytesIn(value as ByteString))
      case 'texts':
        return this.#column<StringsColumn>(name).pushTexts(value as string[])
      case 'bytesList':
        return this.#column<StringsColumn>(name).push((value as ByteString[]).map(bytesIn))
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

/** @throws TypeError for a kind that is no text. */
function specsOf(kind: string): Readonly<Record<string, FieldSpec>> {
  return Object.hasOwn(catalogue, kind) ? (catalogue as Readonly<Record<string, KindSpec>>)[kind]!.fields : {}
}

/** What fits a column of ports. An event is durable by now: one that another program's log made up must not hold up those behind it. */
export function portOf(port: number): number {
  return Number.isInteger(port) && port >= 0 && port <= 0xffff ? port : 0
}

function told(value: unknown): ByteString {
  return byteStringOf(String(value).slice(0, 64))
}

function within(bytes: number): void {
  if (bytes > mostFieldBytes)
    throw new RangeError(`a field is of ${bytes} bytes, where ${mostFieldBytes} are taken`)
}
