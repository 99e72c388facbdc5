import type { AddressInfo } from 'node:net'
import type { TlsOptions } from 'node:tls'
import type { Exporter } from '../../wire/flow/sink.ts'
import { type StreamCounts, type StreamLimits, type StreamReader, StreamServer } from '../stream-server.ts'
import { addressWords } from './address-bytes.ts'
import type { Senders } from './senders.ts'

const headerBytes = 16
/** A message's length is the 16 bits of its header (RFC 7011 §3.1). */
const maxMessageBytes = 65_535
const ipfixVersion = 10

export interface StreamHost {
  readonly senders: Senders
  /** A whole message; its bytes are good until this returns. */
  readonly message: (view: DataView, offset: number, length: number, exporter: Exporter) => void
  /** The stream has ended, and its templates with it (RFC 7011 §8). */
  readonly ended: (exporter: Exporter) => void
  /** Undefined where more can be taken at once; else settles when it can. */
  readonly room: () => Promise<void> | undefined
  readonly limits?: Partial<StreamLimits>
}

/** IPFIX over TCP or TLS on one port: cuts streams into messages. */
export class StreamListener {
  readonly #server: StreamServer

  /** Over TLS where `tls` is given. */
  constructor(host: StreamHost, tls?: TlsOptions) {
    const { senders, room, limits } = host
    const transport = tls ? 'tls' : 'tcp'
    this.#server = new StreamServer(
      {
        allowed: (address) => senders.make(addressWords(address), 0, 'tcp').allowed,
        open: (address, port) => new Messages(host, senders.make(addressWords(address), port, transport)),
        room,
        limits,
      },
      tls,
    )
  }

  get counts(): StreamCounts {
    return this.#server.counts
  }

  /** Rejects with the system's error (EADDRINUSE, EACCES …). */
  listen(address: string, port: number): Promise<AddressInfo> {
    return this.#server.listen(address, port)
  }

  close(): Promise<void> {
    return this.#server.close()
  }
}

/** The messages of one connection. */
class Messages implements StreamReader {
  readonly #host: StreamHost
  readonly #exporter: Exporter
  /** The beginning of a message whose rest is to come. */
  readonly #rest = new Uint8Array(maxMessageBytes)
  readonly #restView = new DataView(this.#rest.buffer)
  #held = 0

  constructor(host: StreamHost, exporter: Exporter) {
    this.#host = host
    this.#exporter = exporter
  }

  get begun(): boolean {
    return this.#held > 0
  }

  data(chunk: Uint8Array): boolean {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
    let at = 0
    while (at < chunk.length) {
      // A message that is whole in the chunk is read where it is; of others the beginning is kept.
      const whole = this.#held === 0 && chunk.length - at >= headerBytes ? lengthOf(view, at) : 0
      if (whole < 0) return false
      if (whole > 0 && chunk.length - at >= whole) {
        this.#host.message(view, at, whole, this.#exporter)
        at += whole
        continue
      }
      const wanted = this.#held < headerBytes ? headerBytes : lengthOf(this.#restView, 0)
      const more = Math.min(wanted - this.#held, chunk.length - at)
      this.#rest.set(chunk.subarray(at, at + more), this.#held)
      this.#held += more
      at += more
      if (this.#held < headerBytes) break
      const length = lengthOf(this.#restView, 0)
      if (length < 0) return false
      if (this.#held === length) {
        this.#host.message(this.#restView, 0, length, this.#exporter)
        this.#held = 0
      }
    }
    return true
  }

  closed(): void {
    this.#host.ended(this.#exporter)
  }
}

/** Length of the message whose header begins there; -1 where it is no IPFIX header. */
function lengthOf(view: DataView, at: number): number {
  const length = view.getUint16(at + 2)
  return view.getUint16(at) === ipfixVersion && length >= headerBytes ? length : -1
}
