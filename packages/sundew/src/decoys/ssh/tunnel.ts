import type { Session } from '../../core/session.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import type { TcpipFields } from '../../wire/ssh/message/channel-open.ts'
import type { Channel } from './channel.ts'

/** Bytes of one tunnel that are kept; past them it is closed. */
const maxKeptBytes = 64 * 1024

/** The other end of a tunnel: takes what is sent, keeps its beginning, and says nothing. Nothing is ever connected. */
export class Tunnel {
  readonly channel: Channel
  readonly #session: Session
  readonly #target: { host: ByteString; port: number }
  #kept: Uint8Array[] = []
  #bytes = 0
  #told = false

  constructor(session: Session, channel: Channel, { host, port }: TcpipFields) {
    this.#session = session
    this.channel = channel
    this.#target = { host: byteString(host), port }
  }

  data(bytes: Uint8Array): void {
    if (this.#told) return
    this.#kept.push(bytes.slice(0, Math.max(0, maxKeptBytes - this.#bytes)))
    this.#bytes += bytes.length
    if (this.#kept.length > 64) this.#kept = [Buffer.concat(this.#kept)]
    if (this.#bytes >= maxKeptBytes) this.end()
  }

  /** The client has said all, or we have heard enough. */
  end(): void {
    this.tell()
    this.channel.finish()
  }

  tell(): void {
    if (this.#told) return
    this.#told = true
    if (this.#bytes === 0 || this.#session.room() !== 'room') return
    this.#session.note('tunnel.data', {
      target_host: this.#target.host,
      target_port: this.#target.port,
      data: byteString(Buffer.concat(this.#kept)),
      size_bytes: this.#bytes,
    })
    this.#kept = []
  }
}
