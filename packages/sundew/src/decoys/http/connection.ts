import type { Session } from '../../core/session.ts'
import { ChunkedReader } from '../../wire/http/chunked.ts'
import { framingOf, type Framed } from '../../wire/http/framing.ts'
import { fieldOf, HeadReader, type RequestHead } from '../../wire/http/head.ts'
import type { Answer } from './answer.ts'
import { Body } from './body.ts'
import type { Front, Place } from './front.ts'
import { Incoming } from './incoming.ts'
import { Recorder } from './recorder.ts'
import { requestOf, type HttpRequest } from './request.ts'
import { answerOf, type World } from './world.ts'

/** How long a connection may say nothing at first, milliseconds. Apache's default is about that. */
const firstMs = 50_000
/** Answers waiting for a peer that does not read; past it no further request is looked at. */
const maxUnreadBytes = 64 * 1024

type Received = 'whole' | 'late' | 'cut' | 'bad' | 'too-much'

/** One connection: requests in turn, each answered before the next is looked at. */
export class Connection {
  readonly #session: Session
  readonly #world: World
  readonly #front: Front
  readonly #place: Place
  readonly #tell: Recorder
  readonly #incoming: Incoming
  #served = 0
  #corked = false

  constructor(session: Session, world: World) {
    this.#session = session
    this.#world = world
    this.#front = world.persona.front
    this.#tell = new Recorder(session, world.personaName)
    this.#place = { hostname: session.through?.hostname ?? world.hostname, port: session.port.as }
    this.#incoming = new Incoming(session.socket)
  }

  async run(): Promise<void> {
    this.#world.waiting.add(this.#incoming)
    try {
      let more = true
      while (more) more = await this.#one()
    } finally {
      this.#world.waiting.delete(this.#incoming)
      this.#flush()
      this.#incoming.drop()
      if (this.#incoming.ended) this.#session.socket.end()
      else this.#session.end('persona')
    }
  }

  /** One request; false where the connection is over. */
  async #one(): Promise<boolean> {
    const head = await this.#head()
    if (!head) return false
    const framed = framingOf(head)
    this.#tell.oddities(head, framed)
    const refused = this.#front.refuse(head, framed.faults, this.#place)
    if (refused) {
      if (!head.oddities.has('bad-request-line') && head.lines.length > 0)
        void this.#tell.request(head, refused.status, undefined)
      await this.#send(refused, undefined, undefined)
      return false
    }
    const request = requestOf(head)
    const { framing } = framed
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) {
      const answer = await answerOf(this.#world, this.#session, request, undefined, this.#place)
      return this.#finish(request, answer, undefined, framed)
    }
    return this.#withBody(request, framed)
  }

  async #withBody(request: HttpRequest, framed: Framed): Promise<boolean> {
    const { framing } = framed
    const { readBytes, keptBytes } = this.#world
    if (framing.kind === 'length' && framing.bytes > readBytes) {
      this.#tell.limit('body_read_mb', readBytes)
      return this.#finish(request, this.#tooLarge(request), undefined, framed)
    }
    if (request.version >= 11 && fieldOf(request.head, 'expect')?.toLowerCase() === '100-continue') {
      this.#write(Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'))
    }
    const body = new Body(this.#session, request, keptBytes)
    try {
      return await this.#received(request, framed, body, await this.#receive(body, framed))
    } catch (error) {
      await body.discard()
      throw error
    } finally {
      body.release()
    }
  }

  async #received(request: HttpRequest, framed: Framed, body: Body, received: Received): Promise<boolean> {
    const { readBytes, keptBytes } = this.#world
    if (received === 'whole') {
      await body.finish()
      if (body.truncated) this.#tell.limit('body_kept_mb', keptBytes)
      const answer = body.truncated
        ? { ...this.#tooLarge(request), close: false }
        : await answerOf(this.#world, this.#session, request, body, this.#place)
      return this.#finish(request, answer, body, framed)
    }
    // What came is worth keeping, though it is no upload.
    body.abandon()
    await body.finish()
    if (received === 'late') {
      const slow = this.#front.slow('body', this.#place)
      return slow
        ? this.#finish(request, { ...slow, close: true }, body, framed)
        : this.#leave(request, body, 408)
    }
    if (received === 'cut') {
      this.#tell.malformed('http.body-cut-short', `${body.bytes} bytes came of ${request.head.lines[0]}`)
      return this.#leave(request, body, 400)
    }
    if (received === 'too-much') {
      this.#tell.limit('body_read_mb', readBytes)
      return this.#finish(request, this.#tooLarge(request), body, framed)
    }
    return this.#finish(request, this.#front.badBody(request, this.#place), body, framed)
  }

  /** Reads a head; undefined where none comes. */
  async #head(): Promise<RequestHead | undefined> {
    const { limits } = this.#front
    const reader = new HeadReader(limits)
    let until = 0
    while (!reader.done) {
      if (reader.begun && until === 0) until = performance.now() + limits.headMs
      const quiet = this.#served === 0 ? firstMs : limits.keepAliveMs
      const chunk = await this.#next(until === 0 ? quiet : Math.max(0, until - performance.now()))
      if (typeof chunk === 'string') {
        if (!reader.begun) return undefined
        const { lines } = reader.head
        this.#tell.malformed('http.head-cut-short', `${chunk}: ${lines.join('\n')}`)
        const slow =
          chunk === 'late' ? this.#front.slow(lines.length > 1 ? 'fields' : 'line', this.#place) : undefined
        if (slow) await this.#send(slow, undefined, undefined)
        return undefined
      }
      const at = reader.feed(chunk, 0)
      if (at < chunk.length) this.#incoming.putBack(chunk.subarray(at))
    }
    return reader.head
  }

  async #receive(body: Body, { framing }: Framed): Promise<Received> {
    // Chunks may have a byte each: what comes at once is looked at once.
    let pieces: Buffer[] = []
    const chunked =
      framing.kind === 'chunked' ? new ChunkedReader((piece) => void pieces.push(piece)) : undefined
    let left = framing.kind === 'length' ? framing.bytes : 0
    while (chunked ? !chunked.done : left > 0) {
      const chunk = await this.#next(this.#front.limits.bodyMs)
      if (chunk === 'late') return 'late'
      if (chunk === 'end') return 'cut'
      let at = Math.min(left, chunk.length)
      if (chunked) at = chunked.feed(chunk, 0)
      else pieces.push(chunk.subarray(0, at))
      left -= at
      const wait =
        pieces.length > 0 ? body.take(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)) : undefined
      pieces = []
      if (chunked?.fault) {
        this.#tell.malformed('http.bad-chunk', `${chunked.fault}: ${chunk.toString('latin1', at, at + 256)}`)
        return 'bad'
      }
      if (at < chunk.length) this.#incoming.putBack(chunk.subarray(at))
      if (wait) await wait
      if (body.bytes > this.#world.readBytes) return 'too-much'
    }
    return 'whole'
  }

  /** Keeps what came, answers, and tells whether the connection goes on. */
  async #finish(
    request: HttpRequest,
    answer: Answer,
    body: Body | undefined,
    framed: Framed,
  ): Promise<boolean> {
    let said = answer
    if (body && body.bytes > 0) {
      try {
        await this.#tell.keep(request, answer.status, body)
      } catch {
        // It could not be written down: whoever brought it must not believe that it was kept.
        if (answer.status < 300)
          said = this.#front.error(request.method === 'PUT' ? 507 : 500, request, this.#place)
      }
    } else {
      void this.#tell.request(request.head, answer.status, undefined)
    }
    const { connection, version } = request
    const wanted =
      version >= 11 ? !connection.includes('close') : version === 10 && connection.includes('keep-alive')
    const { requests } = this.#front.limits
    const goesOn = wanted && !said.close && framed.faults.length === 0 && this.#served < requests
    await this.#send(said, request, goesOn ? { left: requests - this.#served } : undefined)
    this.#served++
    return goesOn && !this.#session.socket.destroyed
  }

  /** Keeps what came of a request that gets no answer. */
  async #leave(request: HttpRequest, body: Body, status: number): Promise<boolean> {
    await this.#tell.keep(request, status, body).catch(() => {})
    return false
  }

  #tooLarge(request: HttpRequest): Answer {
    return { ...this.#front.error(413, request, this.#place), close: true }
  }

  /** Sends an answer, a large one no faster than the peer reads it. */
  async #send(
    answer: Answer,
    request: HttpRequest | undefined,
    keep: { left: number } | undefined,
  ): Promise<void> {
    const pieces = answer.serialise?.(answer, request, keep) ?? this.#front.serialise(answer, request, keep)
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += maxUnreadBytes) {
        this.#write(piece.subarray(at, at + maxUnreadBytes))
        if (this.#session.socket.writableLength > maxUnreadBytes) await this.#readers()
      }
    }
  }

  #write(bytes: Buffer): void {
    const { socket } = this.#session
    if (!socket.writable) return
    if (!this.#corked) {
      this.#corked = true
      socket.cork()
    }
    socket.write(bytes)
  }

  #flush(): void {
    if (!this.#corked) return
    this.#corked = false
    this.#session.socket.uncork()
  }

  /** What has come, or what comes next; before waiting, what we said goes out. */
  #next(ms: number): Buffer | Promise<Buffer | 'end' | 'late'> {
    const chunk = this.#incoming.next()
    if (chunk) return chunk
    this.#flush()
    return this.#incoming.wait(ms)
  }

  /** Waits while a peer that asks and asks does not read. The listener's idle limit ends those that never do. */
  async #readers(): Promise<void> {
    const { socket } = this.#session
    if (socket.writableLength <= maxUnreadBytes || socket.destroyed) return
    this.#flush()
    if (!socket.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done).off('close', done)
        resolve()
      }
      socket.on('drain', done).on('close', done)
    })
  }
}
