import { FeedError, type FeedTrouble } from '../../intel/feeds/feed.ts'

/** What two threads say to each other: a question with a number, or its answer. */
type Message =
  | { readonly call: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly failure: Failure }

/** An error as it crosses: what is cloned loses what makes it one of ours. */
interface Failure {
  readonly message: string
  readonly feed?: { readonly code: FeedTrouble; readonly retryAt: number | undefined }
}

/** The other thread: `Worker` here, `parentPort` there. */
export interface Port {
  postMessage(message: unknown): void
}

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>

/** Calls from one thread to functions of the other, by their names. */
export class Calls {
  readonly #port: Port
  readonly #functions: Functions
  readonly #waiting = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (reason: unknown) => void }
  >()
  #last = 0

  /** @param functions what the other thread may call here */
  constructor(port: Port, functions: Functions) {
    this.#port = port
    this.#functions = functions
  }

  /** Rejects with what the function threw: a {@link FeedError} as such, others with their message. */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T> {
    const call = ++this.#last
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(call, { resolve: resolve as (value: unknown) => void, reject })
      this.#port.postMessage({ call, name, args } satisfies Message)
    })
  }

  /** Takes a message of the other thread; false where it is none of these. */
  hear(message: unknown): boolean {
    if (typeof message !== 'object' || message === null) return false
    if ('answer' in message) {
      const answered = message as Extract<Message, { answer: number }>
      const waiting = this.#waiting.get(answered.answer)
      this.#waiting.delete(answered.answer)
      if ('failure' in answered) waiting?.reject(errorOf(answered.failure))
      else waiting?.resolve(answered.value)
      return true
    }
    if (!('call' in message)) return false
    void this.#answer(message as Extract<Message, { call: number }>)
    return true
  }

  /** The other thread is gone: nothing is answered any more. */
  end(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
  }

  async #answer({ call, name, args }: Extract<Message, { call: number }>): Promise<void> {
    try {
      const called = Object.hasOwn(this.#functions, name) ? this.#functions[name] : undefined
      if (!called) throw new TypeError(`nothing is called ${name}`)
      const value = await called(...(args as never[]))
      this.#port.postMessage({ answer: call, value } satisfies Message)
    } catch (error) {
      this.#port.postMessage({ answer: call, failure: failureOf(error) } satisfies Message)
    }
  }
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  if (!(error instanceof FeedError)) return { message }
  return { message, feed: { code: error.code, retryAt: error.retryAt } }
}

function errorOf({ message, feed }: Failure): Error {
  if (!feed) return new Error(message)
  return new FeedError(feed.code, message, feed.retryAt === undefined ? {} : { retryAt: feed.retryAt })
}
