import type { OpenFile } from '../files/file-system.ts'
import { Killed, type Input, type Output } from '../program.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { bytesOfText, textOfBytes } from './byte-text.ts'

/**
 * What a file descriptor stands for (an open file description): descriptors share it, with its place and what was read ahead.
 * Counts its holders; the last one to let go closes it.
 */
export class Stream implements Input, Output {
  readonly #end: StreamEnd
  #holders = 1
  /** Read ahead and given back. */
  #ahead = ''
  /** The whole text of a pipe of `<(…)`, once it was read for a program that may open it by its path. */
  filled: string | undefined

  constructor(end: StreamEnd) {
    this.#end = end
  }

  get terminal(): Terminal | undefined {
    return this.#end.terminal
  }

  get path(): string | undefined {
    return this.#end.path
  }

  /** Set where it is a file of the tree. */
  get file(): OpenFile | undefined {
    return this.#end.file
  }

  get isPipe(): boolean {
    return this.#end.pipe === true
  }

  get readable(): boolean {
    return this.#end.take !== undefined
  }

  get writable(): boolean {
    return this.#end.put !== undefined
  }

  hold(): this {
    this.#holders++
    return this
  }

  release(): void {
    if (--this.#holders === 0) this.#end.close?.()
  }

  /** Some bytes; undefined at the end. */
  async take(max = 65_536): Promise<string | undefined> {
    if (this.#ahead !== '') {
      const text = this.#ahead.slice(0, max)
      this.#ahead = this.#ahead.slice(text.length)
      return text
    }
    return this.#end.take?.(max)
  }

  /** What `take` gave too much. */
  unread(text: string): void {
    this.#ahead = text + this.#ahead
  }

  /** Whether `take` would answer at once. */
  get ready(): boolean {
    return this.#ahead !== '' || (this.#end.ready?.() ?? true)
  }

  /** A promise only where there is no room. @throws Killed SIGPIPE */
  put(text: string): Promise<void> | undefined {
    return this.#end.put?.(text)
  }

  async read(max?: number): Promise<Uint8Array | undefined> {
    const text = await this.take(max)
    return text === undefined ? undefined : bytesOfText(text)
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    await this.put(typeof bytes === 'string' ? bytes : textOfBytes(bytes))
  }
}

/** What a stream is made of. */
export interface StreamEnd {
  readonly terminal?: Terminal | undefined
  readonly path?: string | undefined
  readonly file?: OpenFile | undefined
  readonly pipe?: boolean
  take?(max: number): Promise<string | undefined> | string | undefined
  put?(text: string): Promise<void> | undefined
  ready?(): boolean
  close?(): void
}

/** Reads what somebody else gives. */
export function inputStream(input: Input): Stream {
  if (input instanceof Stream) return input.hold()
  return new Stream({
    terminal: input.terminal,
    path: input.path,
    take: async (max) => {
      const bytes = await input.read(max)
      return bytes === undefined ? undefined : textOfBytes(bytes)
    },
    ready: () => false,
  })
}

/** Writes to somebody else. `count` is told how much. */
export function outputStream(output: Output, count: (bytes: number) => void): Stream {
  if (output instanceof Stream) return output.hold()
  return new Stream({
    terminal: output.terminal,
    path: output.path,
    put: (text) => {
      count(text.length)
      return output.write(text)
    },
  })
}

/** A terminal: reads and writes. */
export function terminalStream(terminal: Terminal, count: (bytes: number) => void): Stream {
  return new Stream({
    terminal,
    take: async (max) => {
      const bytes = await terminal.read(max)
      return bytes === undefined || bytes.length === 0 ? undefined : textOfBytes(bytes)
    },
    ready: () => false,
    put: (text) => {
      count(text.length)
      return terminal.write(text)
    },
  })
}

/** A file of the tree. */
export function fileStream(file: OpenFile, read: boolean, write: boolean): Stream {
  return new Stream({
    path: file.path,
    file,
    ...(read && {
      take: (max: number) => {
        const bytes = file.read(max)
        return bytes.length === 0 ? undefined : textOfBytes(bytes)
      },
    }),
    ...(write && {
      put: (text: string) => {
        file.write(bytesOfText(text))
        return undefined
      },
    }),
    close: () => file.close(),
  })
}

/** Text to read: a here-document. */
export function textStream(text: string): Stream {
  let at = 0
  return new Stream({
    take: (max) => {
      if (at >= text.length) return undefined
      const part = text.slice(at, at + max)
      at += part.length
      return part
    },
  })
}

/** Bytes that wait in a pipe: what Linux has. */
const pipeBytes = 65_536

/** A pipe with back-pressure: its reading and its writing end. */
export function pipe(): { readonly reader: Stream; readonly writer: Stream } {
  let waiting: string[] = []
  let size = 0
  let readers = true
  let writers = true
  let wakeReader: (() => void) | undefined
  const wakeWriters: (() => void)[] = []
  const wake = () => {
    wakeReader?.()
    wakeReader = undefined
  }
  const room = () => {
    for (const wakeWriter of wakeWriters.splice(0)) wakeWriter()
  }
  const take = (max: number): string => {
    const first = waiting.length === 1 ? waiting[0]! : waiting.join('')
    const part = first.slice(0, max)
    waiting = part.length < first.length ? [first.slice(part.length)] : []
    size -= part.length
    room()
    return part
  }
  const add = (text: string) => {
    waiting.push(text)
    size += text.length
    wake()
  }
  const addSlowly = async (text: string): Promise<void> => {
    let at = 0
    while (at < text.length) {
      if (!readers) throw new Killed(13)
      if (size >= pipeBytes) {
        await new Promise<void>((resolve) => wakeWriters.push(resolve))
        continue
      }
      const part = text.slice(at, at + pipeBytes - size)
      at += part.length
      add(part)
    }
  }
  return {
    reader: new Stream({
      pipe: true,
      take: (max) => {
        if (size > 0) return take(max)
        if (!writers) return undefined
        return (async () => {
          while (size === 0 && writers) {
            await new Promise<void>((resolve) => {
              // Several readers of one end: all wake and look again.
              const previous = wakeReader
              wakeReader = () => {
                previous?.()
                resolve()
              }
            })
          }
          return size > 0 ? take(max) : undefined
        })()
      },
      ready: () => size > 0 || !writers,
      close: () => {
        readers = false
        waiting = []
        room()
      },
    }),
    writer: new Stream({
      pipe: true,
      put: (text) => {
        if (!readers) throw new Killed(13)
        if (text === '') return undefined
        if (size + text.length > pipeBytes) return addSlowly(text)
        add(text)
        return undefined
      },
      close: () => {
        writers = false
        wake()
      },
    }),
  }
}

/** Collects what is written: `$(…)`. `hold` is told of each part, and may refuse by throwing. */
export function captureStream(hold: (bytes: number) => void): { readonly stream: Stream; text(): string } {
  let parts: string[] = []
  return {
    stream: new Stream({
      pipe: true,
      put: (text) => {
        hold(text.length)
        parts.push(text)
        return undefined
      },
    }),
    text: () => {
      const all = parts.join('')
      parts = []
      hold(-all.length)
      return all
    },
  }
}
