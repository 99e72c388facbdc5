import { LineDiscipline } from './line-discipline.ts'
import { Killed } from '../program.ts'
import type { Terminal, TerminalSettings } from './terminal.ts'

export interface TerminalParts {
  readonly name: string
  readonly type: string
  readonly columns: number
  readonly rows: number
  /** Where output goes: settles once there is room for more. */
  readonly write: (bytes: Uint8Array) => Promise<void>
  /** Whether output waits: nothing more is echoed meanwhile, so nothing more is taken. */
  readonly isFull: () => boolean
  /** Nobody in front wants a signal. */
  readonly signal: (number: number) => void
  /** So many bytes of what was typed were taken. */
  readonly took: (bytes: number) => void
}

/** The largest a terminal is taken to be. */
const maxColumns = 10_000

/** A session's terminal. */
export class SessionTerminal implements Terminal {
  readonly name: string
  readonly type: string
  readonly #parts: TerminalParts
  readonly #discipline: LineDiscipline
  #columns: number
  #rows: number
  /** Typed and not taken yet. */
  #pending = ''
  #hungUp = false
  #readers: { resolve(): void; reject(error: Error): void }[] = []
  #held: (() => void)[] = []
  readonly #front: ((signal: number) => void)[] = []
  readonly #resized = new Set<() => void>()

  constructor(parts: TerminalParts) {
    this.#parts = parts
    this.name = parts.name
    this.type = parts.type
    this.#columns = Math.min(parts.columns, maxColumns)
    this.#rows = Math.min(parts.rows, maxColumns)
    this.#discipline = new LineDiscipline({
      echo: (text) => void parts.write(Buffer.from(text, 'latin1')),
      signal: (number) => this.#signal(number),
    })
  }

  get columns(): number {
    return this.#columns
  }

  get rows(): number {
    return this.#rows
  }

  get settings(): TerminalSettings {
    return this.#discipline.settings
  }

  set settings(settings: TerminalSettings) {
    this.#discipline.settings = settings
    this.#wake()
  }

  async read(max = 65_536): Promise<Uint8Array | undefined> {
    for (;;) {
      const text = this.#discipline.read(max)
      if (text !== undefined) {
        this.pump()
        return Buffer.from(text, 'latin1')
      }
      if (this.#hungUp) return undefined
      await new Promise<void>((resolve, reject) => this.#readers.push({ resolve, reject }))
    }
  }

  unread(bytes: Uint8Array): void {
    this.#discipline.unread(textOf(bytes))
    this.#wake()
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    while (this.#discipline.stopped && !this.#hungUp)
      await new Promise<void>((resolve) => this.#held.push(resolve))
    const text = typeof bytes === 'string' ? bytes : textOf(bytes)
    if (text !== '') await this.#parts.write(Buffer.from(this.#discipline.output(text), 'latin1'))
  }

  inFront(interrupted: (signal: number) => void): () => void {
    this.#front.push(interrupted)
    return () => {
      const at = this.#front.lastIndexOf(interrupted)
      if (at >= 0) this.#front.splice(at, 1)
    }
  }

  onResize(resized: () => void): () => void {
    this.#resized.add(resized)
    return () => this.#resized.delete(resized)
  }

  /** Somebody types. */
  typed(bytes: Uint8Array): void {
    this.#pending += textOf(bytes)
    this.pump()
  }

  /** Takes what was typed, as far as there is room. */
  pump(): void {
    while (this.#pending !== '' && !this.#parts.isFull()) {
      const taken = this.#discipline.input(this.#pending.slice(0, 1024))
      if (taken === 0) break
      this.#pending = this.#pending.slice(taken)
      this.#parts.took(taken)
    }
    this.#wake()
  }

  resize(columns: number, rows: number): void {
    const same = columns === this.#columns && rows === this.#rows
    this.#columns = Math.min(columns, maxColumns)
    this.#rows = Math.min(rows, maxColumns)
    if (!same) for (const resized of this.#resized) resized()
  }

  /** The peer is gone: whoever reads is told. */
  hangUp(): void {
    this.#hungUp = true
    this.#pending = ''
    this.#wake()
  }

  /** Whoever reads is interrupted too: what is typed next is for others. */
  #signal(number: number): void {
    const front = this.#front.at(-1) ?? this.#parts.signal
    front(number)
    if (number !== 20) for (const reader of this.#readers.splice(0)) reader.reject(new Killed(number))
  }

  #wake(): void {
    if (this.#discipline.readable || this.#hungUp)
      for (const reader of this.#readers.splice(0)) reader.resolve()
    if (!this.#discipline.stopped || this.#hungUp) for (const held of this.#held.splice(0)) held()
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
