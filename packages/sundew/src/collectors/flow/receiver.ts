/**
 * Datagrams, many at a time: what a receiver hands over is good until `take` returns. Each datagram begins at a multiple of 8
 * with a header of {@link datagramHeaderBytes}, in this machine's byte order (little-endian wherever Sundew runs):
 *
 *      0  u32  bytes of the datagram
 *      4  u16  the sender's port         6  u16  which socket
 *      8  16   the sender's address, IPv4 as ::ffff:a.b.c.d
 *     24  f64  when it was received, milliseconds since the Unix epoch
 *     32       its bytes
 */
export interface DatagramBlock {
  readonly view: DataView
  /** Where the first datagram begins. */
  readonly from: number
  /** Where the last one has ended. */
  readonly to: number
  readonly datagrams: number
}

export const datagramHeaderBytes = 32
/** Bytes before the first datagram, and the size of a block. */
export const blockHeaderBytes = 8
export const blockBytes = 1 << 20

/** Where the datagram after one of this many bytes at `at` begins. */
export function nextDatagram(at: number, bytes: number): number {
  return (at + datagramHeaderBytes + bytes + 7) & ~7
}

/** One bound UDP socket. */
export interface ReceivingSocket {
  readonly address: string
  readonly port: number
  /** Receive buffer asked for and got, bytes. */
  readonly wantedBytes: number
  readonly bufferBytes: number
}

/** Blocks that may wait to be taken; what comes past them the kernel holds, and then drops. */
export const waitingBlocks = 64

/** Receives on any number of UDP sockets. Bind them all, then start. */
export interface Receiver {
  readonly kind: 'recvmmsg' | 'dgram'
  readonly sockets: readonly ReceivingSocket[]
  /** Rejects with the system's error (EADDRINUSE, EACCES …). Port 0 is any free one. `::` takes IPv4 too. */
  bind(address: string, port: number, receiveBufferBytes: number): Promise<ReceivingSocket>
  /** Where `take` returns a promise, the next block is handed over when it has settled; what comes meanwhile waits. */
  start(take: (block: DatagramBlock) => void | Promise<void>): void
  /** Datagrams that the kernel dropped because nobody took them in time, for each socket, since it was bound. */
  drops(): Promise<readonly number[]>
  /** Unbinds; what had come by then has been handed over when it settles. */
  stop(): Promise<void>
}
