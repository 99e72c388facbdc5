import type { CloseReason, Session } from '../../core/session.ts'
import { readDropbearIdentification } from '../../wire/ssh/dropbear-identification.ts'
import { readIdentification } from '../../wire/ssh/identification.ts'
import { writeDisconnect } from '../../wire/ssh/message/transport.ts'
import { openSshAnswer } from '../../wire/ssh/open-ssh-answer.ts'
import { PacketReader } from '../../wire/ssh/packet-reader.ts'
import { PacketWriter } from '../../wire/ssh/packet-writer.ts'
import { closeAsProcess } from './closing.ts'
import type { Manners } from './manners.ts'
import type { Tally } from './tally.ts'

/** Who is told what came over the line. */
export interface Listening {
  /** The client's first line is there; `software` is what it says after `SSH-2.0-`. */
  identified(line: string, software: string): void
  message(payload: Uint8Array, sequence: number): void
  closed(): void
}

/** SSH_DISCONNECT_PROTOCOL_ERROR, which sshd gives for whatever it hangs up for. */
const protocolError = 2
/** Bytes of its last words at most: OpenSSH's buffer for them. */
const maxWords = 1023

/** The bytes of one connection: first lines, then packets both ways, paused while something is waited for. */
export class Line {
  readonly reader: PacketReader
  readonly writer = new PacketWriter()
  readonly #session: Session
  readonly #manners: Manners
  readonly #tally: Tally
  readonly #listening: Listening
  readonly #over = Promise.withResolvers<void>()
  /** What came of the first line; undefined once it is read. */
  #head: Buffer | undefined = Buffer.alloc(0)
  #out: Uint8Array[] = []
  #holds = 0
  #running = false
  #ended = false

  constructor(session: Session, manners: Manners, tally: Tally, listening: Listening) {
    this.#session = session
    this.#manners = manners
    this.#tally = tally
    this.#listening = listening
    this.reader = new PacketReader(manners.persona.packetLimits)
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Greets, and goes on until either side has ended it. */
  start(): Promise<void> {
    const { socket } = this.#session
    socket.on('data', this.#read)
    socket.on('end', () => this.end('peer'))
    socket.prependOnceListener('close', () => {
      this.#ended = true
      this.#listening.closed()
      this.#over.resolve()
    })
    socket.write(`${this.#manners.persona.identification}\r\n`)
    return this.#over.promise
  }

  /** Sends a message: with others, where it answers what is being read. */
  send(message: Uint8Array): void {
    if (this.#ended) return
    this.#out.push(this.writer.write(message))
    if (!this.#running) this.#flush()
  }

  /** Hangs up, with these last words where the persona has any. */
  disconnect(text: string, reason: CloseReason = 'persona'): void {
    if (this.#manners.explains) this.send(writeDisconnect(protocolError, text.slice(0, maxWords)))
    this.end(reason)
  }

  /** Hangs up; `unread` where the peer had sent what a real server would not have read. */
  end(reason: CloseReason, unread = this.reader.pendingBytes > this.#manners.readBytes): void {
    if (this.#ended) return
    this.#flush()
    this.#ended = true
    if (reason !== 'peer') this.#session.closeReason ??= reason
    closeAsProcess(this.#session.socket, unread)
  }

  /** Reads nothing more until {@link release}. */
  hold(): void {
    if (this.#holds++ === 0) this.#session.socket.pause()
  }

  readonly release = (): void => {
    if (--this.#holds > 0 || this.#ended) return
    if (this.#running) return
    this.#run()
    if (this.#holds === 0) this.#session.socket.resume()
  }

  readonly #read = (chunk: Buffer): void => {
    if (this.#ended) return
    if (this.#head) this.#readHead(chunk)
    else {
      this.reader.push(chunk)
      this.#run()
    }
  }

  #readHead(chunk: Buffer): void {
    const head = Buffer.concat([this.#head!, chunk])
    this.#head = head
    const read = this.#manners.kind === 'dropbear' ? readDropbearIdentification : readIdentification
    const result = read(head)
    if (result.state === 'more') return
    this.#head = undefined
    if (result.state === 'malformed') {
      this.#tally.malformed(`ssh.identification-${result.reason}`, head)
      const { answer } = result
      if (answer !== undefined && this.#manners.explains) this.#session.socket.write(`${answer}\r\n`)
      return this.end('persona', head.length > result.bytes)
    }
    const { line, software } = result.identification
    this.#listening.identified(line, software)
    this.reader.push(head.subarray(result.bytes))
    this.#run()
  }

  #run(): void {
    try {
      this.#running = true
      while (this.#holds === 0 && !this.#ended) {
        const result = this.reader.next()
        if (result.state === 'more') break
        if (result.state === 'malformed') {
          this.#tally.malformed(`ssh.${result.fault.reason}`, Buffer.from(JSON.stringify(result.fault)))
          const words = this.#manners.explains ? openSshAnswer(result.fault) : undefined
          if (words) this.disconnect(words.text)
          else this.end('persona')
        } else this.#listening.message(result.payload, result.sequence)
      }
    } catch (error) {
      this.#ended = true
      this.#over.reject(error)
    } finally {
      this.#running = false
      this.#flush()
    }
  }

  #flush(): void {
    const out = this.#out
    if (out.length === 0) return
    this.#out = []
    const { socket } = this.#session
    if (this.#ended || socket.destroyed || socket.writableEnded) return
    if (socket.write(out.length === 1 ? out[0]! : Buffer.concat(out))) return
    // Who does not read is not read from.
    this.hold()
    socket.once('drain', this.release)
  }
}
