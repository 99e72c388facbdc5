import { isIP } from 'node:net'
import { plainAddress } from '../../core/address.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import { sentBytes, unescapedBytes } from '../../wire/cowrie/python-repr.ts'
import type { CowrieRecord } from './record.ts'

/** Text of ours has no more, characters. */
const mostText = 1024

/** Reads a record's fields, whatever is in them. */
export class CowrieFields {
  readonly #fields: CowrieRecord['fields']
  /** Cowrie 3.0.6 and later says with every event what it is of, and escapes names and passwords. */
  readonly #escapes: boolean

  constructor({ fields, eventid }: CowrieRecord) {
    this.#fields = fields
    this.#escapes = 'protocol' in fields && 'src_port' in fields && eventid !== 'cowrie.session.connect'
  }

  has(name: string): boolean {
    return typeof this.#fields[name] === 'string'
  }

  /** Text of whoever wrote the log, fit for a field of ours. */
  text(name: string): string {
    const value = this.#fields[name]
    return typeof value === 'string' ? value.toWellFormed().slice(0, mostText).toWellFormed() : ''
  }

  /** The field as it stands. */
  raw(name: string): string {
    const value = this.#fields[name]
    return typeof value === 'string' ? value : ''
  }

  /** What a peer sent, in a field that Cowrie writes as it decoded it. */
  bytes(name: string): ByteString {
    return byteString(sentBytes(this.raw(name)))
  }

  /** What a peer sent, in a field that later versions escape: user name, password, version. */
  sent(name: string): ByteString {
    return this.#escapes ? byteString(unescapedBytes(this.raw(name))) : this.bytes(name)
  }

  /** A whole number that is not negative; 0 where there is none. */
  integer(name: string): number {
    const value = Number(this.#fields[name])
    return Number.isSafeInteger(Math.round(value)) && value > 0 ? Math.round(value) : 0
  }

  port(name: string): number {
    const value = this.integer(name)
    return value <= 65_535 ? value : 0
  }

  /** `::` where there is none. */
  address(name: string): string {
    const value = plainAddress(this.text(name))
    return isIP(value) > 0 ? value : '::'
  }

  /** Lower-case hex of a SHA-256; undefined where there is none. */
  sha256(name: string): string | undefined {
    const value = this.text(name).toLowerCase()
    return /^[0-9a-f]{64}$/.test(value) ? value : undefined
  }

  /** How long something lasted, milliseconds: `duration_ms`, or `duration` in seconds up to 3.0.3. */
  duration(): number {
    if ('duration_ms' in this.#fields) return this.integer('duration_ms')
    const ms = Math.round(Number(this.#fields['duration']) * 1000)
    return Number.isSafeInteger(ms) && ms > 0 ? ms : 0
  }

  /** Names of algorithms; undefined where a name is none. */
  names(name: string): string[] | undefined {
    const value = this.#fields[name]
    const list: unknown[] = Array.isArray(value) ? value.slice(0, mostNames + 1) : []
    const fine =
      list.length <= mostNames &&
      list.every((one) => typeof one === 'string' && /^[!-+\--~]{0,64}$/.test(one))
    return fine ? (list as string[]) : undefined
  }
}

const mostNames = 512
