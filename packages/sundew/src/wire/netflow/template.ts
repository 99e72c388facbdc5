import { variableLength } from './encode.ts'
import type { OptionPlan } from './options.ts'
import type { Plan } from './plan.ts'

/** Stands where an enterprise number would, for scope types (RFC 3954, section 6.1). */
export const scopePen = 0xffff_ffff

export interface Field {
  /** 0 for IANA's elements, {@link scopePen} for the scopes of v9, which have ids of their own. */
  readonly pen: number
  readonly id: number
  /** Bytes, at least 1; 65535 where it is told with each value. */
  readonly length: number
}

/** How records of one id are laid out. What decodes them is made when the first come. */
export class Template {
  readonly version: number
  readonly id: number
  /** Its records are options: of the exporter itself, not flows. */
  readonly isOptions: boolean
  /** pen, id and length of each field; those of no length are left out, as they hold nothing. */
  readonly #shape: Uint32Array
  /** When it was last told or used. */
  seenMs: number
  plan: Plan | undefined
  optionPlan: OptionPlan | undefined

  constructor(version: number, id: number, isOptions: boolean, shape: Uint32Array, seenMs: number) {
    this.version = version
    this.id = id
    this.isOptions = isOptions
    this.#shape = shape
    this.seenMs = seenMs
  }

  /** How many fields it has. */
  get size(): number {
    return this.#shape.length / 3
  }

  fields(): Field[] {
    return Array.from({ length: this.size }, (_, index) => ({
      pen: this.#shape[index * 3]!,
      id: this.#shape[index * 3 + 1]!,
      length: this.#shape[index * 3 + 2]!,
    }))
  }

  /** Without what was made to decode it. */
  copy(): Template {
    return new Template(this.version, this.id, this.isOptions, this.#shape, this.seenMs)
  }

  /** The same layout, told again. */
  equals(other: Template): boolean {
    if (other.isOptions !== this.isOptions || other.#shape.length !== this.#shape.length) return false
    return this.#shape.every((value, at) => value === other.#shape[at])
  }

  /** As {@link templateFrom} takes it. */
  toJSON(): unknown {
    return { id: this.id, options: this.isOptions, shape: [...this.#shape] }
  }
}

/** Where a record's fields are. */
export interface Layout {
  readonly fields: readonly Field[]
  /** Bytes of a record: all of them where `fixed`, else at least. */
  readonly recordBytes: number
  readonly fixed: boolean
  /** Where `fixed`: each field's place in the record, and its bytes. */
  readonly offsets: Int32Array
  readonly lengths: Int32Array
}

export function layoutOf(fields: readonly Field[]): Layout {
  const offsets = new Int32Array(fields.length)
  let recordBytes = 0
  for (const [index, { length }] of fields.entries()) {
    offsets[index] = recordBytes
    recordBytes += leastLength(length)
  }
  return {
    fields,
    recordBytes,
    fixed: fields.every(({ length }) => length !== variableLength),
    offsets,
    lengths: Int32Array.from(fields, ({ length }) => length),
  }
}

/**
 * Finds the fields of a record whose lengths vary (RFC 7011, section 7).
 *
 * @param places where each value begins is put here
 * @param sizes and how long it is
 * @returns the byte after the record; -1 where it goes past `end`
 */
export function locate(
  { fields }: Layout,
  view: DataView,
  at: number,
  end: number,
  places: Int32Array,
  sizes: Int32Array,
): number {
  for (const [index, field] of fields.entries()) {
    let { length } = field
    if (length === variableLength) {
      if (at >= end) return -1
      length = view.getUint8(at++)
      if (length === 255) {
        if (at + 2 > end) return -1
        length = view.getUint16(at)
        at += 2
      }
    }
    places[index] = at
    sizes[index] = length
    at += length
    if (at > end) return -1
  }
  return at
}

/** Whether records can be read by it: some field has a length, and none of them is longer than a message. */
export function canBe(shape: Uint32Array): boolean {
  let bytes = 0
  for (let at = 2; at < shape.length; at += 3) bytes += leastLength(shape[at]!)
  return bytes > 0 && bytes < 65_536
}

/** Bytes that a field takes at least: the one that says its length, where that varies. */
export function leastLength(length: number): number {
  return length === variableLength ? 1 : length
}

/** A template that was saved; undefined where it cannot have been one. */
export function templateFrom(
  version: number,
  saved: unknown,
  maxFields: number,
  seenMs: number,
): Template | undefined {
  if (typeof saved !== 'object' || saved === null) return undefined
  const { id, options, shape } = saved as Record<string, unknown>
  if (!isWhole(id, 256, 65_535) || !Array.isArray(shape)) return undefined
  if (shape.length === 0 || shape.length % 3 !== 0 || shape.length > maxFields * 3) return undefined
  if (typeof options !== 'boolean') return undefined
  for (let at = 0; at < shape.length; at += 3) {
    if (!isWhole(shape[at], 0, 0xffff_ffff) || !isWhole(shape[at + 1], 0, 65_535)) return undefined
    if (!isWhole(shape[at + 2], 1, 65_535)) return undefined
  }
  const words = Uint32Array.from(shape as number[])
  return canBe(words) ? new Template(version, id, options, words, seenMs) : undefined
}

export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}
