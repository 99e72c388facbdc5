import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Egress } from '../../core/egress.ts'
import { explain, type Log } from '../../core/log.ts'
import { classes, flags, opcodes, types } from '../../wire/dns/codes.ts'
import { encodeName } from '../../wire/dns/name.ts'
import { type TsigKey, TsigSigner } from '../../wire/dns/tsig.ts'
import { MessageWriter } from '../../wire/dns/writer.ts'
import type { TransferSection } from './section.ts'

/** RFC 1996 §3.6 tries five times, in growing distances. */
const waitsMs = [2_000, 4_000, 8_000, 16_000]
const answerMs = 3_000

/** Tells secondaries that a zone has a new serial (RFC 1996). */
export class Notifier {
  readonly #secondaries: TransferSection['notify']
  readonly #keys: readonly TsigKey[]
  readonly #egress: Egress
  readonly #log: Log

  constructor(secondaries: TransferSection['notify'], keys: readonly TsigKey[], egress: Egress, log: Log) {
    this.#secondaries = secondaries
    this.#keys = keys
    this.#egress = egress
    this.#log = log
  }

  /** Settles when all have answered, or were tried often enough. `still` says whether it is still worth telling. */
  async tell(zone: string, signal: AbortSignal, still: () => boolean): Promise<void> {
    await Promise.all(this.#secondaries.map((to) => this.#tell(to, zone, signal, still)))
  }

  async #tell(
    to: TransferSection['notify'][number],
    zone: string,
    signal: AbortSignal,
    still: () => boolean,
  ): Promise<void> {
    const key = this.#keys.find(({ name }) => name === to.key)
    for (const waitMs of [...waitsMs, undefined]) {
      if (signal.aborted || !still()) return
      const id = randomInt(65_536)
      const message = notification(id, zone)
      try {
        await this.#egress.ask({
          to: { host: to.address, port: to.port, transport: 'udp' },
          datagram: key ? new TsigSigner(key).sign(message, Math.floor(Date.now() / 1000)) : message,
          accepts: (answer) => isAnswer(answer, id),
          withinMs: answerMs,
        })
        return
      } catch (error) {
        if (waitMs === undefined)
          this.#log.warn(`${to.address} port ${to.port} was not told of ${zone}: ${explain(error)}`)
        else await sleep(waitMs, undefined, { signal }).catch(() => {})
      }
    }
  }
}

function notification(id: number, zone: string): Uint8Array {
  const writer = new MessageWriter().begin(id, (opcodes.notify << 11) | flags.authoritative)
  writer.question(encodeName(zone)!, types.soa, classes.internet)
  return writer.bytes()
}

/** Whatever it says: it has been heard. */
function isAnswer(bytes: Uint8Array, id: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || view.getUint16(0) !== id) return false
  const bits = view.getUint16(2)
  return (bits & flags.response) !== 0 && ((bits >>> 11) & 15) === opcodes.notify
}
