import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { DatagramBlock, Receiver, ReceivingSocket } from './receiver.ts'
import { blockHeaderBytes, waitingBlocks } from './receiver.ts'

/** What `native/receiver.c` exports. */
interface Addon {
  open(blocks: number): NativeHandle
}

interface NativeHandle {
  readonly blocks: readonly ArrayBuffer[]
  bind(address: string, port: number, bytes: number): { port: number; bufferBytes: number }
  start(wake: () => void): void
  take(): number
  giveBack(block: number): void
  drops(socket: number): number
  stop(): void
}

/** The compiled receiver, where `npm ci` found a compiler. */
export const addonFile = join(import.meta.dirname, '..', '..', '..', 'native', 'receiver.node')

/** recvmmsg in a thread (`native/receiver.c`). */
export class NativeReceiver implements Receiver {
  readonly kind = 'recvmmsg'
  readonly sockets: ReceivingSocket[] = []
  readonly #handle: NativeHandle
  readonly #views: readonly DataView[]
  #take: (block: DatagramBlock) => void | Promise<void> = () => {}
  #scheduled = false
  #taking: Promise<void> | undefined
  #stopped = false

  /** Whether it can be used here. */
  static get available(): boolean {
    return existsSync(addonFile)
  }

  /** @throws Error where there is no add-on, or it may not be loaded here */
  constructor() {
    const addon = createRequire(import.meta.url)(addonFile) as Addon
    this.#handle = addon.open(waitingBlocks)
    this.#views = this.#handle.blocks.map((block) => new DataView(block))
  }

  bind(address: string, port: number, receiveBufferBytes: number): Promise<ReceivingSocket> {
    return new Promise((resolve) => {
      const bound = this.#handle.bind(address, port, receiveBufferBytes)
      const socket = { address, wantedBytes: receiveBufferBytes, ...bound }
      this.sockets.push(socket)
      resolve(socket)
    })
  }

  start(take: (block: DatagramBlock) => void | Promise<void>): void {
    this.#take = take
    this.#handle.start(this.#wake)
  }

  drops(): Promise<readonly number[]> {
    return Promise.resolve(this.sockets.map((_, index) => (this.#stopped ? 0 : this.#handle.drops(index))))
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    this.#handle.stop()
    await this.#taking
    for (let more = this.#one(); more !== undefined; more = this.#one()) await more
  }

  readonly #wake = (): void => {
    if (!this.#scheduled) this.#some()
  }

  /** One block a turn of the loop: timers and what was written have their turn between. */
  readonly #some = (): void => {
    this.#scheduled = false
    if (this.#stopped) return
    const taking = this.#one()
    if (taking === undefined) return
    this.#scheduled = true
    if (taking === true) setImmediate(this.#some)
    else {
      this.#taking = taking
      void taking.then(this.#some)
    }
  }

  /** Hands over the next block: undefined where there is none, true where it is done with. */
  #one(): true | Promise<void> | undefined {
    const number = this.#handle.take()
    const view = this.#views[number]
    if (!view) return undefined
    const [from, to, datagrams] = [blockHeaderBytes, view.getUint32(0, true), view.getUint32(4, true)]
    const done = () => this.#handle.giveBack(number)
    try {
      const taking = this.#take({ view, from, to, datagrams })
      if (taking) return taking.finally(done)
    } catch (error) {
      done()
      throw error
    }
    done()
    return true
  }
}
