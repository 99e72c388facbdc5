/** The owner pressed q or Ctrl-C. */
export class Quit extends Error {
  override readonly name = 'Quit'
}

interface KeyInput {
  readonly isTTY?: boolean
  setRawMode?(raw: boolean): unknown
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
  resume(): unknown
  pause(): unknown
}

const ctrlC = 0x03
const space = 0x20

/** Waits that the owner can pause (space) and end (q, Ctrl-C). */
export class Keys {
  readonly #input: KeyInput
  #paused = false
  #quit = false
  #waiting:
    | { left: number; from: number; timer: NodeJS.Timeout | undefined; done: (error?: Error) => void }
    | undefined

  constructor(input: KeyInput) {
    this.#input = input
    if (input.isTTY) input.setRawMode?.(true)
    input.on('data', this.#press)
    input.resume()
  }

  readonly wait = (ms: number): Promise<void> => {
    if (this.#quit) return Promise.reject(new Quit())
    return new Promise((resolve, reject) => {
      this.#waiting = {
        left: ms,
        from: 0,
        timer: undefined,
        done: (error) => {
          this.#waiting = undefined
          if (error) reject(error)
          else resolve()
        },
      }
      if (!this.#paused) this.#run()
    })
  };

  /** Gives the keyboard back. */
  [Symbol.dispose](): void {
    this.#input.off('data', this.#press)
    if (this.#input.isTTY) this.#input.setRawMode?.(false)
    this.#input.pause()
  }

  readonly #press = (chunk: Buffer): void => {
    for (const key of chunk) {
      if (key === ctrlC || key === 0x71 || key === 0x51) {
        this.#quit = true
        clearTimeout(this.#waiting?.timer)
        this.#waiting?.done(new Quit())
        return
      }
      if (key === space) this.#toggle()
    }
  }

  #toggle(): void {
    this.#paused = !this.#paused
    const waiting = this.#waiting
    if (!waiting) return
    if (!this.#paused) return this.#run()
    clearTimeout(waiting.timer)
    waiting.left -= performance.now() - waiting.from
  }

  #run(): void {
    const waiting = this.#waiting
    if (!waiting) return
    waiting.from = performance.now()
    waiting.timer = setTimeout(() => waiting.done(), Math.max(0, waiting.left))
  }
}
