import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { addressBytes } from './address-bytes.ts'
import { kernelDrops } from './kernel-drops.ts'
import {
  blockBytes,
  blockHeaderBytes,
  datagramHeaderBytes,
  nextDatagram,
  waitingBlocks,
  type DatagramBlock,
  type Receiver,
  type ReceivingSocket,
} from './receiver.ts'

/** Addresses of senders whose bytes are remembered; forgotten all at once when there are more. */
const rememberedSenders = 4_096
/** Looks at the sockets after the stop, so that a flood does not hold it up. */
const lastTurns = 10_000

/** node:dgram, where there is no compiled receiver: a system call a datagram. */
export class DgramReceiver implements Receiver {
  readonly kind = 'dgram'
  readonly sockets: ReceivingSocket[] = []
  readonly #open: Socket[] = []
  /** Buffers that nobody reads; made as they are needed. */
  readonly #spare: Uint8Array<ArrayBuffer>[] = []
  #made = 1
  #bytes = new Uint8Array(blockBytes)
  #view = new DataView(this.#bytes.buffer)
  /** Filled, and not taken yet because the one before is still being taken. */
  readonly #filled: { bytes: Uint8Array<ArrayBuffer>; block: DatagramBlock }[] = []
  #taking: Promise<void> | undefined
  /** Datagrams that came while all of {@link waitingBlocks} were full. */
  #dropped: number[] = []
  readonly #senders = new Map<string, Uint8Array>()
  #used = blockHeaderBytes
  #seen = 0
  #datagrams = 0
  #scheduled = false
  #take: ((block: DatagramBlock) => void | Promise<void>) | undefined

  async bind(address: string, port: number, receiveBufferBytes: number): Promise<ReceivingSocket> {
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4' })
    socket.bind({ address, port, exclusive: true })
    try {
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      throw error
    }
    try {
      socket.setRecvBufferSize(receiveBufferBytes)
    } catch {
      // The system's own size will have to do; it is told below.
    }
    // An error of the network that it heard of: this datagram is lost, the next may do.
    socket.on('error', () => {})
    const which = this.#open.push(socket) - 1
    socket.on('message', (bytes, sender) => this.#keep(which, bytes, sender))
    const bound = {
      address,
      port: socket.address().port,
      wantedBytes: receiveBufferBytes,
      // Linux tells twice what was set.
      bufferBytes: socket.getRecvBufferSize() / (process.platform === 'linux' ? 2 : 1),
    }
    this.sockets.push(bound)
    return bound
  }

  start(take: (block: DatagramBlock) => void | Promise<void>): void {
    this.#take = take
  }

  async drops(): Promise<readonly number[]> {
    return (await kernelDrops(this.sockets)).map((drops, which) => drops + (this.#dropped[which] ?? 0))
  }

  async stop(): Promise<void> {
    // What the kernel holds comes in the loop's next turns, a few dozen in each.
    for (let turn = 0, before = -1; before !== this.#seen && turn < lastTurns; turn++) {
      before = this.#seen
      for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(
      this.#open.splice(0).map(async (socket) => {
        const closed = once(socket, 'close')
        socket.close()
        await closed
      }),
    )
    for (let taking = this.#taking; taking; taking = this.#taking) await taking
    this.#handOver()
    for (let taking = this.#taking; taking; taking = this.#taking) await taking
    this.#take = undefined
  }

  #keep(which: number, bytes: Uint8Array, { address, port }: RemoteInfo): void {
    this.#seen++
    if (nextDatagram(this.#used, bytes.length) > blockBytes && !this.#handOver()) {
      this.#dropped[which] = (this.#dropped[which] ?? 0) + 1
      return
    }
    const at = this.#used
    const view = this.#view
    view.setUint32(at, bytes.length, true)
    view.setUint16(at + 4, port, true)
    view.setUint16(at + 6, which, true)
    this.#bytes.set(this.#sender(address), at + 8)
    view.setFloat64(at + 24, Date.now(), true)
    this.#bytes.set(bytes, at + datagramHeaderBytes)
    this.#used = nextDatagram(at, bytes.length)
    this.#datagrams++
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(this.#turnOver)
    }
  }

  /** Once a turn of the loop; while the one before is being taken, this one is filled further. */
  readonly #turnOver = (): void => {
    this.#scheduled = false
    if (!this.#taking) this.#handOver()
  }

  #another(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#made === waitingBlocks) return undefined
    this.#made++
    return new Uint8Array(blockBytes)
  }

  /** False where what was filled has to stay because every other block waits too. */
  #handOver(): boolean {
    if (this.#datagrams === 0) return true
    const next = this.#spare.pop() ?? this.#another()
    if (!next) return false
    const block = { view: this.#view, from: blockHeaderBytes, to: this.#used, datagrams: this.#datagrams }
    this.#filled.push({ bytes: this.#bytes, block })
    this.#bytes = next
    this.#view = new DataView(next.buffer)
    this.#used = blockHeaderBytes
    this.#datagrams = 0
    if (!this.#taking) this.#takeFilled()
    return true
  }

  #takeFilled(): void {
    for (let next = this.#filled.shift(); next; next = this.#filled.shift()) {
      const { bytes } = next
      const taking = this.#take?.(next.block)
      if (!taking) {
        this.#spare.push(bytes)
        continue
      }
      this.#taking = taking.finally(() => {
        this.#spare.push(bytes)
        this.#taking = undefined
        this.#takeFilled()
        if (!this.#scheduled) this.#turnOver()
      })
      return
    }
  }

  #sender(address: string): Uint8Array {
    let bytes = this.#senders.get(address)
    if (!bytes) {
      if (this.#senders.size >= rememberedSenders) this.#senders.clear()
      this.#senders.set(address, (bytes = addressBytes(address)))
    }
    return bytes
  }
}
