import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LineParser, LineReader, Parsed, Seen } from '../../../src/collectors/tail/parser.ts'

const folder = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'watch')

/** A log of testdata/watch. */
export function log(name: string): Buffer {
  return readFileSync(join(folder, name))
}

/** What was told, each thing as `what value`. */
export class Heard implements Seen {
  told: string[] = []

  name(line: Uint8Array, from: number, to: number): void {
    this.#tell('name', line, from, to)
  }
  address(line: Uint8Array, from: number, to: number): void {
    this.#tell('address', line, from, to)
  }
  url(line: Uint8Array, from: number, to: number): void {
    this.#tell('url', line, from, to)
  }
  hash(line: Uint8Array, from: number, to: number): void {
    this.#tell('hash', line, from, to)
  }
  ja3(line: Uint8Array, from: number, to: number): void {
    this.#tell('ja3', line, from, to)
  }
  ja4(line: Uint8Array, from: number, to: number): void {
    this.#tell('ja4', line, from, to)
  }
  email(line: Uint8Array, from: number, to: number): void {
    this.#tell('email', line, from, to)
  }
  fileName(line: Uint8Array, from: number, to: number): void {
    this.#tell('file', line, from, to)
  }
  client(line: Uint8Array, from: number, to: number): void {
    this.#tell('client', line, from, to)
  }
  server(line: Uint8Array, from: number, to: number): void {
    this.#tell('server', line, from, to)
  }
  port(port: number): void {
    this.told.push(`port ${port}`)
  }
  time(ms: number): void {
    this.told.push(`time ${new Date(ms).toISOString()}`)
  }
  blocked(policy: string, only: boolean): void {
    this.told.push(`blocked ${only ? 'log-only ' : ''}${policy}`)
  }
  answered(yes: boolean): void {
    this.told.push(`answered ${yes}`)
  }

  #tell(what: string, line: Uint8Array, from: number, to: number): void {
    if (!(from >= 0 && to >= from && to <= line.length)) throw new RangeError(`${what} from ${from} to ${to}`)
    this.told.push(`${what} ${Buffer.from(line.subarray(from, to)).toString('latin1')}`)
  }
}

export interface Read {
  readonly parsed: Parsed
  readonly told: readonly string[]
}

/** Every line of a log, read; with `but`, what is told of these only. */
export function readAll(parser: LineParser, bytes: Uint8Array, but?: readonly string[]): Read[] {
  const reader = parser.begin()
  return linesOf(bytes).map(([from, to]) => readLine(reader, bytes, from, to, but))
}

export function readLine(
  reader: LineReader,
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
  but?: readonly string[],
): Read {
  const heard = new Heard()
  const parsed = reader.parse(bytes, from, to, heard)
  const told = but
    ? heard.told.filter((thing) => but.includes(thing.slice(0, thing.indexOf(' '))))
    : heard.told
  return { parsed, told }
}

/** Where the lines of a log are, without their newlines. */
export function linesOf(bytes: Uint8Array): [number, number][] {
  const lines: [number, number][] = []
  let from = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0x0a) continue
    lines.push([from, at])
    from = at + 1
  }
  if (from < bytes.length) lines.push([from, bytes.length])
  return lines
}
