import type { CloseReason, Session } from '../../core/session.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import { DataReader } from '../../wire/smtp/data.ts'
import { isUtf8Bytes } from '../../wire/smtp/utf8.ts'
import { startTls, type Ending } from '../tls.ts'
import { Body } from './body.ts'
import { command } from './commands.ts'
import { Login } from './login.ts'
import type { Facts } from './persona.ts'
import type { Shared } from './shared.ts'
import { Tally } from './tally.ts'
import { Transaction } from './transaction.ts'

/** What a busy conversation lets wait before it stops reading. */
const maxBacklogBytes = 64 * 1024
/** Answers gathered before they are written even though more commands wait. */
const maxGatheredBytes = 16 * 1024

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** What the bytes that come next are. */
type Mode = 'command' | 'data' | 'bdat'

/**
 * One SMTP session: takes bytes as they come, answers as the persona. Answers to commands that came together go out
 * together, as a server does that answers when its input is used up.
 */
export class Conversation {
  readonly session: Session
  readonly shared: Shared
  readonly facts: Writable<Facts>
  readonly login: Login
  readonly transaction: Transaction
  readonly tally: Tally
  readonly body = new Body()
  /** Stands for a process id in queue ids. */
  readonly number: number
  mode: Mode = 'command'
  /** Bytes of the BDAT chunk still to come. */
  chunkLeft = 0
  readonly reader: DataReader
  readonly #over = Promise.withResolvers<void>()
  #input: Buffer = nothing
  #at = 0
  #partial = ''
  #out = ''
  /** Waits for the journal, the disk, a punishment or the peer's window. */
  #busy = false
  #peerEnded = false
  #ended = false
  #paused = false
  #timer: NodeJS.Timeout | undefined

  constructor(session: Session, shared: Shared, number: number) {
    this.session = session
    this.shared = shared.for(session)
    this.number = number
    this.facts = this.shared.facts(session)
    this.tally = new Tally(session)
    this.login = new Login(this)
    this.transaction = new Transaction(this)
    this.reader = new DataReader(this.shared.persona.lineEnds, this.body.keep)
  }

  /** Plays the persona until the peer or we have ended it. */
  start(): Promise<void> {
    const { socket } = this.session
    socket.prependOnceListener('close', this.#close)
    this.#listen()
    this.say(this.shared.replies.banner(this.facts))
    this.#flush()
    return this.#over.promise
  }

  /** Adds an answer; CRLF is added to it. A refusal counts as the persona counts. */
  say(answer: string): void {
    const { faults } = this.shared.persona
    if (answer.charCodeAt(0) >= 0x34 && faults.counts(answer)) {
      this.tally.faults++
      const unknown = answer === this.shared.replies.unknown
      if (unknown) this.tally.unknown++
      if (this.tally.faults >= faults.faults || this.tally.unknown >= faults.unknown) {
        this.#out += `${this.shared.replies.tooManyFaults(answer, unknown && this.tally.unknown >= faults.unknown)}\r\n`
        this.tally.limit('faults', faults.faults)
        this.end('limit')
        return
      }
      if (this.tally.faults > faults.sleepAfter && this.shared.errorSleepMs > 0) this.#sleep()
    }
    this.#out += `${answer}\r\n`
  }

  /** RSET, NOOP and their like: past a number of them each is a fault, though it is answered all the same. */
  junk(answer: string): void {
    const { faults } = this.shared.persona
    if (this.tally.junk++ < faults.junk) {
      this.say(answer)
      return
    }
    this.tally.faults++
    if (this.tally.faults >= faults.faults) {
      this.#out += `${this.shared.replies.tooManyFaults(answer, false)}\r\n`
      this.tally.limit('junk', faults.junk)
      this.end('limit')
    } else this.say(answer)
  }

  /** Whether the peer has already sent something after what is being answered. */
  get more(): boolean {
    return this.#at < this.#input.length
  }

  /** Stops reading until `settled` has settled; then says what `then` says. */
  wait<T>(settled: Promise<T>, kept: (value: T) => void, lost: (error: unknown) => void): void {
    this.#busy = true
    settled.then(
      (value) => this.#goOn(kept, value),
      (error: unknown) => this.#goOn(lost, error),
    )
  }

  #goOn<T>(then: (value: T) => void, value: T): void {
    try {
      then(value)
      this.#resume()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Our side ends it once what was said is out. */
  end(reason: CloseReason): void {
    if (this.#ended) return
    this.#ended = true
    this.#flush()
    this.body.drop()
    this.session.end(reason)
  }

  /** TLS begins after what was said; clear text that came along with the command is dropped, as it should be. */
  turnToTls(): void {
    this.#turnToTls().catch(this.#fail)
  }

  async #turnToTls(): Promise<void> {
    const { session } = this
    const socket = session.socket as Ending
    this.#busy = true
    this.#flush()
    if (this.more) {
      this.tally.malformed(
        'smtp.plaintext-after-starttls',
        byteString(this.#input.subarray(this.#at, this.#at + 256)),
      )
    }
    this.#input = nothing
    this.#at = 0
    this.#partial = ''
    session.stopReading()
    socket.off('end', this.#end)
    if (!(await startTls(session, socket, this.shared.certificates))) {
      this.#ended = true
      session.closeReason ??= 'persona'
      socket.destroySoon()
      return
    }
    this.facts.tls = true
    this.shared.offer(this.facts)
    this.facts.helo = ''
    this.facts.extended = false
    this.transaction.reset()
    this.#listen()
    this.#resume()
  }

  #listen(): void {
    const { session } = this
    session.startReading(this.#read)
    session.socket.on('end', this.#end)
  }

  readonly #read = (chunk: Buffer): void => {
    if (this.#ended) return
    try {
      if (this.#at >= this.#input.length) this.#input = chunk
      else this.#input = Buffer.concat([this.#input.subarray(this.#at), chunk])
      this.#at = 0
      if (!this.#busy) this.#run()
      else if (this.#input.length > maxBacklogBytes) this.#pause(true)
      if (this.#input === chunk) this.#input = Buffer.from(chunk.subarray(this.#at))
      else if (this.#at > 0) this.#input = this.#input.subarray(this.#at)
      this.#at = 0
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #end = (): void => {
    this.#peerEnded = true
    if (!this.#busy) this.#hangUp()
  }

  readonly #close = (): void => {
    this.#ended = true
    this.#busy = true
    clearTimeout(this.#timer)
    this.body.drop()
    this.tally.tell()
    this.#over.resolve()
  }

  readonly #fail = (error: unknown): void => {
    this.#ended = true
    this.body.drop()
    this.#over.reject(error)
  }

  readonly #resume = (): void => {
    if (this.#ended) {
      this.#flush()
      return
    }
    this.#busy = false
    this.#run()
    if (this.#busy) return
    if (this.#peerEnded) this.#hangUp()
    else this.#pause(false)
  }

  #hangUp(): void {
    this.#ended = true
    this.body.drop()
    this.session.socket.end()
  }

  #pause(pause: boolean): void {
    if (this.#paused === pause) return
    this.#paused = pause
    if (pause) this.session.socket.pause()
    else this.session.socket.resume()
  }

  #run(): void {
    while (!this.#busy && !this.#ended && this.#at < this.#input.length) {
      if (this.mode === 'command') this.#takeLine()
      else if (this.mode === 'data') this.#takeData()
      else this.#takeChunk()
      if (this.#out.length > maxGatheredBytes) this.#flush()
    }
    if (this.#at >= this.#input.length) {
      this.#input = nothing
      this.#at = 0
    }
    if (this.#timer === undefined) this.#flush()
  }

  #flush(): void {
    if (this.#out === '') return
    const out = this.#out
    this.#out = ''
    const { socket } = this.session
    if (socket.destroyed || socket.writableEnded || socket.write(out, 'latin1') || this.#busy) return
    // The peer does not read: neither do we.
    this.#busy = true
    this.#pause(true)
    socket.once('drain', this.#resume)
  }

  /** The answer waits, and so does what comes after it. */
  #sleep(): void {
    this.#busy = true
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#resume()
    }, this.shared.errorSleepMs)
  }

  #takeLine(): void {
    const input = this.#input
    const begin = this.#at
    const { maxLineBytes, trimsLines } = this.shared.persona
    const found = input.indexOf(0x0a, begin)
    const stop = found < 0 ? input.length : found
    this.#at = found < 0 ? stop : found + 1
    const room = maxLineBytes - this.#partial.length
    if (stop - begin > room) this.tally.limit('line', maxLineBytes)
    const piece = room > 0 ? input.toString('latin1', begin, Math.min(stop, begin + room)) : ''
    if (found < 0) {
      this.#partial += piece
      return
    }
    let line = piece
    if (this.#partial !== '') {
      line = this.#partial + piece
      this.#partial = ''
    }
    let end = line.length
    while (end > 0 && line.charCodeAt(end - 1) === 0x0d) end--
    if (end === line.length && line.length < maxLineBytes) this.tally.bareLf++
    let start = 0
    if (trimsLines && !this.login.asked) while (start < end && isBlank(line.charCodeAt(start))) start++
    line = line.slice(start, end)
    if (this.login.asked) this.login.answer(line)
    else this.#command(line)
  }

  #command(line: string): void {
    const { persona, replies } = this.shared
    if (line === '') return this.#bad(replies.empty, line)
    if (replies.notUtf8 !== undefined && !isUtf8Bytes(line)) return this.#bad(replies.notUtf8, line)
    if (replies.nul !== undefined && line.includes('\0')) return this.#bad(replies.nul, line)
    const rude = isLetter(line.charCodeAt(0)) && !mayBeRude(line) ? undefined : persona.rude(line)
    if (rude !== undefined) {
      this.tally.malformed('smtp.not-smtp', line.slice(0, 256) as ByteString)
      this.#out += `${rude}\r\n`
      this.end('persona')
      return
    }
    if (!command(this, line)) this.#bad(replies.unknown, line)
  }

  #bad(answer: string, line: string): void {
    this.tally.bad(line)
    this.say(answer)
  }

  #takeData(): void {
    const after = this.reader.feed(this.#input, this.#at)
    this.#at = after < 0 ? this.#input.length : after
    if (after >= 0) {
      this.mode = 'command'
      this.transaction.finish('DATA')
    } else {
      this.body.settle()
      this.#letDiskCatchUp()
    }
  }

  #takeChunk(): void {
    const size = Math.min(this.chunkLeft, this.#input.length - this.#at)
    this.transaction.takeChunk(this.#input, this.#at, this.#at + size)
    this.#at += size
    this.chunkLeft -= size
    if (this.chunkLeft === 0) {
      this.mode = 'command'
      this.transaction.endChunk()
    } else {
      this.body.settle()
      this.#letDiskCatchUp()
    }
  }

  #letDiskCatchUp(): void {
    const { waiting } = this.body
    if (!waiting) return
    this.body.waiting = undefined
    this.#pause(true)
    // Where the disk refuses, the end of the message will be told.
    this.wait(waiting, noop, noop)
  }
}

const nothing: Buffer = Buffer.alloc(0)
const noop = (): void => {}

function isBlank(c: number): boolean {
  return c === 0x20 || c === 0x09
}

function isLetter(c: number): boolean {
  const lower = c | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

/** C, G, P and U begin the words of other protocols; the verbs of a mail delivery do not. */
function mayBeRude(line: string): boolean {
  const lower = line.charCodeAt(0) | 0x20
  return lower === 0x63 || lower === 0x67 || lower === 0x70 || lower === 0x75
}
