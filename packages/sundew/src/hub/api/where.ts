import type { AddressRange } from './parameters.ts'

/** Conditions joined by AND, and the parameters that they name. Values never enter the SQL. */
export class Where {
  readonly params: Record<string, unknown> = {}
  readonly #conditions: string[] = []

  and(condition: string, params: Record<string, unknown> = {}): this {
    this.#conditions.push(condition)
    Object.assign(this.params, params)
    return this
  }

  /** The same conditions once more, to add others to. */
  copy(): Where {
    const copy = new Where()
    copy.#conditions.push(...this.#conditions)
    Object.assign(copy.params, this.params)
    return copy
  }

  /** `column` is an IPv6 column. One address is asked for by equality, which the bloom index answers. */
  inRange(column: string, range: AddressRange | undefined): this {
    if (!range) return this
    const address = 'toIPv6({address:String})'
    return range.bits === 128
      ? this.and(`${column} = ${address}`, { address: range.address })
      : this.and(
          `${column} BETWEEN tupleElement(IPv6CIDRToRange(${address}, {bits:UInt8}), 1) AND tupleElement(IPv6CIDRToRange(${address}, {bits:UInt8}), 2)`,
          { address: range.address, bits: range.bits },
        )
  }

  /** `column` is a DateTime64(9); the times are nanoseconds since the epoch in decimal. */
  between(column: string, since: string | undefined, before: string | undefined): this {
    if (since !== undefined) this.and(`${column} >= fromUnixTimestamp64Nano({since:Int64}, 'UTC')`, { since })
    if (before !== undefined)
      this.and(`${column} < fromUnixTimestamp64Nano({before:Int64}, 'UTC')`, { before })
    return this
  }

  oneOf(column: string, name: string, values: readonly string[]): this {
    return values.length === 0 ? this : this.and(`${column} IN {${name}:Array(String)}`, { [name]: values })
  }

  get sql(): string {
    return this.#conditions.length === 0 ? '' : `WHERE ${this.#conditions.join(' AND ')}`
  }
}

/** SQL: a DateTime64(9) as RFC 3339 with nanoseconds. */
export function timeText(column: string, as = column): string {
  return `concat(replaceOne(toString(toTimeZone(${column}, 'UTC')), ' ', 'T'), 'Z') AS ${as}_text`
}
