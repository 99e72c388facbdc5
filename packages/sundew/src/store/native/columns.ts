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
}

abstract class Flat implements Column {
  rows = 0
  protected readonly data = new GrowingBytes()

  get bytes(): number {
    return this.data.length
  }

  abstract pushDefault(): void

  encode(): Uint8Array[] {
    return [this.data.view()]
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
export class StringsColumn extends Flat {
  readonly #ends = new GrowingBytes()
  #count = 0

  override get bytes(): number {
    return this.data.length + this.#ends.length
  }

  push(values: readonly (Uint8Array | ByteString)[]): void {
    for (const value of values) putBytes(this.data, value)
    this.#end(values.length)
  }

  pushTexts(values: readonly string[]): void {
    for (const value of values) putText(this.data, value)
    this.#end(values.length)
  }

  pushDefault(): void {
    this.#end(0)
  }

  override encode(): Uint8Array[] {
    return [this.#ends.view(), this.data.view()]
  }

  #end(count: number): void {
    this.#count += count
    this.#ends.uint64(this.#count)
    this.rows++
  }
}

/** Array(UInt32). */
export class NumbersColumn extends Flat {
  readonly #ends = new GrowingBytes()
  #count = 0

  override get bytes(): number {
    return this.data.length + this.#ends.length
  }

  push(values: Iterable<number>): void {
    for (const value of values) {
      this.data.uint32(value)
      this.#count++
    }
    this.#ends.uint64(this.#count)
    this.rows++
  }

  pushDefault(): void {
    this.push([])
  }

  override encode(): Uint8Array[] {
    return [this.#ends.view(), this.data.view()]
  }
}

/** Map(String, String): our names, their bytes. */
export class MapColumn extends Flat {
  readonly #ends = new GrowingBytes()
  readonly #keys = new GrowingBytes()
  #count = 0

  override get bytes(): number {
    return this.data.length + this.#keys.length + this.#ends.length
  }

  push(entries: Iterable<readonly [string, Uint8Array | ByteString]>): void {
    for (const [key, value] of entries) {
      putText(this.#keys, key)
      putBytes(this.data, value)
      this.#count++
    }
    this.#ends.uint64(this.#count)
    this.rows++
  }

  pushDefault(): void {
    this.push([])
  }

  override encode(): Uint8Array[] {
    return [this.#ends.view(), this.#keys.view(), this.data.view()]
  }
}

function putBytes(data: GrowingBytes, value: Uint8Array | ByteString): void {
  data.varUint(value.length)
  if (typeof value === 'string') data.latin1(value)
  else data.bytes(value)
}

function putText(data: GrowingBytes, value: string): void {
  const length = Buffer.byteLength(value, 'utf8')
  data.varUint(length)
  data.utf8(value, length)
}
