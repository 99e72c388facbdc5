import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { explain, type Log } from '../../../src/core/log.ts'
import { Access } from '../../../src/hub/zones/access.ts'
import type { Answering } from '../../../src/hub/zones/answer.ts'
import { ServedZones } from '../../../src/hub/zones/served.ts'
import { zoneHead } from '../../../src/intel/publish/bind-rpz/head.ts'
import { classes, types } from '../../../src/wire/dns/codes.ts'
import { type Message, readMessage } from '../../../src/wire/dns/message.ts'
import { encodeName } from '../../../src/wire/dns/name.ts'
import type { TsigKey } from '../../../src/wire/dns/tsig.ts'
import { MessageWriter } from '../../../src/wire/dns/writer.ts'
import { scratch } from '../../intel/publish/in-folder.ts'

export const zone = 'block.rpz'
export const now = 1_764_100_000
export const key: TsigKey = { name: 'transfer', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 5) }

/** One zone that is served, in a folder of its own. */
export class ServedZone implements AsyncDisposable {
  readonly #folder = scratch()
  readonly said: string[] = []
  readonly zones: ServedZones
  readonly path: string
  readonly changes: string

  constructor() {
    this.path = join(this.#folder.path, `${zone}.zone`)
    this.changes = join(this.#folder.path, `${zone}.changes`)
    this.zones = new ServedZones(
      [{ zone, path: this.path, changes: this.changes }],
      join(this.#folder.path, 'state'),
      this.log,
    )
  }

  get log(): Log {
    const say = (message: string, cause?: unknown) =>
      void this.said.push(cause === undefined ? message : `${message}: ${explain(cause)}`)
    return { info: say, warn: say, error: say }
  }

  answering(keys: readonly TsigKey[] = [], allow: readonly string[] = ['127.0.0.1']): Answering {
    return { zones: this.zones, access: new Access(allow, keys), now: () => now, began: () => {} }
  }

  async write(serial: number, body: string, changes = ''): Promise<void> {
    await mkdir(this.#folder.path, { recursive: true })
    if (changes !== '') await writeFile(this.changes, changes)
    await writeFile(`${this.path}.part`, zoneHead({ zone, ttl: 60, serial }) + body)
    await rename(`${this.path}.part`, this.path)
    await this.zones.look()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.zones.close()
    await this.#folder[Symbol.asyncDispose]()
  }
}

/** A request; of IXFR with the serial that the asker has. */
export function request(type: number, name = zone, serial?: number): Uint8Array {
  const writer = new MessageWriter().begin(0xbeef, 0)
  writer.question(encodeName(name)!, type, classes.internet)
  if (serial !== undefined) {
    const data = Buffer.alloc(22)
    data.writeUInt32BE(serial, 2)
    writer.record('authorities', Uint8Array.of(0xc0, 12), types.soa, classes.internet, 0, data)
  }
  return writer.bytes()
}

export function read(bytes: Uint8Array): Message {
  const message = readMessage(bytes)
  if (typeof message === 'string') throw new Error(`no message: ${message}`)
  return message
}

/** A message behind its length, as TCP has it. */
export function framed(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(bytes.length >>> 8, bytes.length & 255), bytes])
}
