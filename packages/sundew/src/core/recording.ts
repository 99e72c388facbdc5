import { createHash } from 'node:crypto'
import { AsciicastWriter } from './asciicast/writer.ts'
import type { KindFields } from '../event/event.ts'
import type { Capture } from './capture.ts'
import { now } from './clock.ts'
import { uuidv7 } from './id.ts'
import type { Session } from './session.ts'

export interface RecordingLimits {
  /** What one recording may take in all. */
  readonly totalBytes: number
  /** A piece of this size is put into the journal; the rest follows in others. */
  readonly pieceBytes: number
  /** And so is one as old as this, milliseconds: all that a kill of the process takes away. */
  readonly pieceMs: number
}

export const recordingLimits: RecordingLimits = {
  totalBytes: 8 * 1024 * 1024,
  pieceBytes: 256 * 1024,
  pieceMs: 30_000,
}

/** What it needs of a session. */
type Recorded = Pick<Session, 'id' | 'record' | 'note' | 'capture' | 'room'>

/** Bytes of the file, and what happened in them. */
class Piece {
  readonly capture: Capture
  readonly fromMs: number
  readonly hash = createHash('sha256')
  toMs: number
  commands = 0
  inputBytes = 0
  outputBytes = 0

  constructor(capture: Capture, fromMs: number) {
    this.capture = capture
    this.fromMs = fromMs
    this.toMs = fromMs
  }

  append(text: string): void {
    const bytes = Buffer.from(text, 'utf8')
    this.hash.update(bytes)
    this.capture.append(bytes)?.catch(() => {}) // `finish` tells
  }
}

/**
 * What one terminal of a session shows and is typed into it, as `session.recorded` events, each with a piece of the
 * recording as its body: a piece is an asciicast of its own, and the pieces of one recording on end are one, too. Call
 * {@link end} however the session ends. Nothing is kept of a terminal that showed nothing.
 *
 * @example
 * const recording = new Recording(session, { width: 80, height: 24 })
 * recording.output(Buffer.from('$ '))
 * await recording.end()
 */
export class Recording {
  readonly #session: Recorded
  readonly #limits: RecordingLimits
  readonly #writer: AsciicastWriter
  readonly #id = uuidv7(now())
  readonly #clock: () => number
  readonly #begun: number
  #piece: Piece | undefined
  #part = 0
  #timer: NodeJS.Timeout | undefined
  #kept: Promise<void> = Promise.resolve()
  #commands = 0
  /** Nothing more is taken: no room, the journal refused, or it is over. */
  #closed = false

  constructor(
    session: Recorded,
    terminal: { readonly width: number; readonly height: number },
    limits = recordingLimits,
    clock = () => performance.now(),
  ) {
    this.#session = session
    this.#limits = limits
    this.#clock = clock
    this.#begun = clock()
    this.#writer = new AsciicastWriter({
      ...terminal,
      startedMs: now().ms,
      title: session.id,
      limitBytes: limits.totalBytes,
    })
  }

  /** Bytes that the terminal is shown; they are copied. */
  output(bytes: Uint8Array): void {
    this.#add((ms) => this.#writer.output(ms, bytes), { outputBytes: bytes.length })
  }

  /** Bytes that were typed; they are copied. */
  input(bytes: Uint8Array): void {
    this.#add((ms) => this.#writer.input(ms, bytes), { inputBytes: bytes.length })
  }

  resize(width: number, height: number): void {
    this.#add((ms) => this.#writer.resize(ms, width, height), {})
  }

  /** A command is run: it is counted. */
  command(): void {
    this.#commands++
  }

  /** Settles when all of it is durable; rejects with JournalError where some could not be kept. */
  async end(): Promise<void> {
    const rest = this.#closed ? '' : this.#writer.end(this.#ms())
    if (rest !== '') this.#add(() => rest, {})
    this.#closed = true
    this.#cut()
    await this.#kept
  }

  #ms(): number {
    return this.#clock() - this.#begun
  }

  #add(line: (ms: number) => string, counts: { inputBytes?: number; outputBytes?: number }): void {
    if (this.#closed) return
    const truncatedBefore = this.#writer.truncated
    const ms = this.#ms()
    const piece = (this.#piece ??= truncatedBefore ? undefined : this.#begin(ms))
    if (piece === undefined) return
    piece.inputBytes += counts.inputBytes ?? 0
    piece.outputBytes += counts.outputBytes ?? 0
    piece.toMs = ms
    piece.append(line(ms))
    if (piece.capture.bytes >= this.#limits.pieceBytes || (this.#writer.truncated && !truncatedBefore)) {
      this.#cut()
    }
  }

  #begin(ms: number): Piece | undefined {
    if (this.#session.room() !== 'room') {
      this.#closed = true
      this.#session.note('limit.reached', { limit: 'recording', value: 0 })
      return undefined
    }
    const piece = new Piece(this.#session.capture(), this.#part === 0 ? 0 : ms)
    piece.append(this.#writer.header())
    this.#timer = setTimeout(() => this.#cut(), this.#limits.pieceMs).unref()
    return piece
  }

  /** Puts the piece at hand into the journal, after those before it. */
  #cut(): void {
    const piece = this.#piece
    if (piece === undefined) return
    clearTimeout(this.#timer)
    this.#piece = undefined
    const part = ++this.#part
    const commands = this.#commands
    this.#commands = 0
    const fields = {
      recording: this.#id,
      part,
      duration_ms: Math.round(piece.toMs - piece.fromMs),
      width: this.#writer.width,
      height: this.#writer.height,
      commands,
      input_bytes: piece.inputBytes,
      output_bytes: piece.outputBytes,
      truncated: this.#writer.truncated,
      file_sha256: piece.hash.digest('hex'),
      size_bytes: piece.capture.bytes,
    }
    this.#kept = this.#kept.then(() => this.#keep(piece.capture, fields))
    this.#kept.catch(() => {
      this.#closed = true
    })
  }

  async #keep(capture: Capture, fields: KindFields<'session.recorded'>): Promise<void> {
    try {
      await capture.finish()
    } catch (error) {
      await capture.discard()
      throw error
    }
    await this.#session.record('session.recorded', fields, capture)
  }
}
