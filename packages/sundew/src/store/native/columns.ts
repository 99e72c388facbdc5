import type { ByteString } from '../../event/bytes.ts'
import { GrowingBytes } from './bytes.ts'
import { addressBytes, nanoseconds, uuidHalves } from './text-forms.ts'

/** One column of a block, filled from top to bottom. */
export interface Column {
  readonly rows: number
  /** Bytes it will have when encoded. */
  readonly bytes: number
  /** The type's default: empty, 0, false, `::`, the epoch. */
  pushDefault(): void
  /** Its bytes; they share memory with the column. */
  encode(): Uint8Array[]
  /** Remembers where it ends now. */
  mark(): void
  /** Takes back everything since {@link mark}, half a cell too. */
  back(): void
}

abstract class Flat implements Column {
  rows = 0
  protected readonly data = new GrowingBytes()
  #markedRows = 0
  #markedBytes = 0

  get bytes(): number {
    return this.data.length
  }

  abstract pushDefault(): void

  encode(): Uint8Array[] {
    return [this.data.view()]
  }

  mark(): void {
    this.#markedRows = this.rows
    this.#markedBytes = this.data.length
  }

  back(): void {
    this.rows = this.#markedRows
    this.data.cut(this.#markedBytes)
  }
}

/** Where each row's list ends among the cells of all lists, as Array and Map columns begin. */
class Ends {
  readonly #data = new GrowingBytes()
  #count = 0
  #markedCount = 0
  #markedBytes = 0

  get bytes(): number {
    return this.#data.length
  }

  /** A row's list ends `count` cells further on. */
  end(count: number): void {
    this.#count += count
    this.#data.uint64(this.#count)
  }

  view(): Uint8Array {
    return this.#data.view()
  }

  mark(): void {
    this.#markedCount = this.#count
    this.#markedBytes = this.#data.length
  }

  back(): void {
    this.#count = this.#markedCount
    this.#data.cut(this.#markedBytes)
  }
}

/** A column whose cells are lists. */
abstract class Lists extends Flat {
  protected readonly ends = new Ends()

  override get bytes(): number {
    return this.data.length + this.ends.bytes
  }

  protected endList(count: number): void {
    this.ends.end(count)
    this.rows++
  }

  override encode(): Uint8Array[] {
    return [this.ends.view(), this.data.view()]
  }

  override mark(): void {
    super.mark()
    this.ends.mark()
  }

  override back(): void {
    super.back()
    this.ends.back()
  }
}

/** UInt8, UInt16, UInt32, Float64, Bool, Int64, UInt64. */
export class NumberColumn<T extends number | bigint | boolean> extends Flat {
  readonly #write: (data: GrowingBytes, value: T) => void
  readonly #default: T

  constructor(write: (data: GrowingBytes, value: T) => void, zero: T) {
    super()
    this.#write = write
    this.#default = zero
  }

  /** @throws RangeError where the value does not fit. */
  push(value: T): void {
    this.#write(this.data, value)
    this.rows++
  }

  pushDefault(): void {
    this.push(this.#default)
  }
}

/** String: any bytes. */
export class StringColumn extends Flat {
  /** Bytes, or what a peer sent. */
  push(value: Uint8Array | ByteString): void {
    putBytes(this.data, value)
    this.rows++
  }

  /** Text of ours, as UTF-8. */
  pushText(value: string): void {
    putText(this.data, value)
    this.rows++
  }

  pushDefault(): void {
    this.data.uint8(0)
    this.rows++
  }
}

/** DateTime64(9) in UTC. */
export class TimeColumn extends Flat {
  /** RFC 3339 in UTC, or nanoseconds since the epoch. */
  push(value: string | bigint): void {
    this.data.int64(typeof value === 'bigint' ? value : nanoseconds(value))
    this.rows++
  }

  pushDefault(): void {
    this.push(0n)
  }
}

export class UuidColumn extends Flat {
  /** The usual text; `''` is the nil UUID. */
  push(value: string): void {
    const [high, low] = uuidHalves(value)
    this.data.uint64(high)
    this.data.uint64(low)
    this.rows++
  }

  pushDefault(): void {
    this.push('')
  }
}

/** IPv6; IPv4 addresses are mapped. */
export class AddressColumn extends Flat {
  push(value: string): void {
    this.data.bytes(addressBytes(value))
    this.rows++
  }

  pushDefault(): void {
    this.push('')
  }
}

/** Array(String). */
export class StringsColumn extends Lists {
  push(values: readonly (Uint8Array | ByteString)[]): void {
    for (const value of listed(values)) putBytes(this.data, value)
    this.endList(values.length)
  }

  pushTexts(values: readonly string[]): void {
    for (const value of listed(values)) putText(this.data, value)
    this.endList(values.length)
  }

  pushDefault(): void {
    this.endList(0)
  }
}

/** Array(UInt32). */
export class NumbersColumn extends Lists {
  push(values: Iterable<number>): void {
    let count = 0
    for (const value of values) {
      this.data.uint32(value)
      count++
    }
    this.endList(count)
  }

  pushDefault(): void {
    this.endList(0)
  }
}

/** Map(String, String): our names, their bytes. */
export class MapColumn extends Lists {
  readonly #keys = new GrowingBytes()
  #markedKeys = 0

  override get bytes(): number {
    return super.bytes + this.#keys.length
  }

  push(entries: Iterable<readonly [string, Uint8Array | ByteString]>): void {
    let count = 0
    for (const [key, value] of entries) {
      putText(this.#keys, key)
      putBytes(this.data, value)
      count++
    }
    this.endList(count)
  }

  pushDefault(): void {
    this.endList(0)
  }

  override encode(): Uint8Array[] {
    return [this.ends.view(), this.#keys.view(), this.data.view()]
  }

  override mark(): void {
    super.mark()
    this.#markedKeys = this.#keys.length
  }

  override back(): void {
    super.back()
    this.#keys.cut(this.#markedKeys)
  }
}

/** @throws TypeError for what is no list; text would be one of its characters. */
function listed<T>(values: readonly T[]): readonly T[] {
  if (!Array.isArray(values)) throw new TypeError(`${typeof values} where there should be a list`)
  return values
}

/** @throws TypeError for what is neither bytes nor text. */
function putBytes(data: GrowingBytes, value: Uint8Array | ByteString): void {
  if (typeof value !== 'string' && !(value instanceof Uint8Array))
    throw new TypeError(`${typeof value} where there should be bytes`)
  data.varUint(value.length)
  if (typeof value === 'string') data.latin1(value)
  else data.bytes(value)
}

/** @throws TypeError for what is no text. */
function putText(data: GrowingBytes, value: string): void {
  if (typeof value !== 'string') throw new TypeError(`${typeof value} where there should be text`)
  const length = Buffer.byteLength(value, 'utf8')
  data.varUint(length)
  data.utf8(value, length)
}
