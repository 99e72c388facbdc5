import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { DatagramBlock, Receiver, ReceivingSocket } from './receiver.ts'
import { blockHeaderBytes } from './receiver.ts'

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
/** Blocks of 1 MiB: bursts wait in them while JavaScript decodes; memory is touched only as far as they are used. */
const blocks = 64

/** recvmmsg in a thread (`native/receiver.c`). */
export class NativeReceiver implements Receiver {
  readonly kind = 'recvmmsg'
  readonly sockets: ReceivingSocket[] = []
  readonly #handle: NativeHandle
  readonly #views: readonly DataView[]
  #take: (block: DatagramBlock) => void = () => {}
  #scheduled = false
  #stopped = false

  /** Whether it can be used here. */
  static get available(): boolean {
    return existsSync(addonFile)
  }

  /** @throws Error where there is no add-on, or it may not be loaded here */
  constructor() {
    const addon = createRequire(import.meta.url)(addonFile) as Addon
    this.#handle = addon.open(blocks)
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

  start(take: (block: DatagramBlock) => void): void {
    this.#take = take
    this.#handle.start(this.#wake)
  }

  drops(): Promise<readonly number[]> {
    return Promise.resolve(this.sockets.map((_, index) => (this.#stopped ? 0 : this.#handle.drops(index))))
  }

  stop(): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = true
      this.#handle.stop()
      while (this.#one());
    }
    return Promise.resolve()
  }

  readonly #wake = (): void => {
    if (!this.#scheduled) this.#some()
  }

  /** One block a turn of the loop: timers and what was written have their turn between. */
  readonly #some = (): void => {
    this.#scheduled = false
    if (!this.#stopped && this.#one()) {
      this.#scheduled = true
      setImmediate(this.#some)
    }
  }

  #one(): boolean {
    const number = this.#handle.take()
    const view = this.#views[number]
    if (!view) return false
    try {
      this.#take({
        view,
        from: blockHeaderBytes,
        to: view.getUint32(0, true),
        datagrams: view.getUint32(4, true),
      })
    } finally {
      this.#handle.giveBack(number)
    }
    return true
  }
}
