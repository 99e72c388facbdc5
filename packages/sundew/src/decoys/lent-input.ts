import { Socket } from 'node:net'

/** What one read may bring, bytes. */
const pieceBytes = 64 * 1024
const buffer = Buffer.allocUnsafeSlow(pieceBytes)

/** Takes a piece of what came, which is overwritten as soon as this returns. False where nobody takes it. */
export type TakeLent = (piece: Buffer) => boolean

/**
 * The connection as a socket that reads into one buffer shared by the whole process, instead of a new one and a stream's
 * bookkeeping for each read: a twelfth of what a mail costs. What `take` does not want is the stream's, as usual.
 * Node offers this (`onread`) to sockets that connect, not to those that a server accepts, so the handle changes hands;
 * the server must have been made with `pauseOnConnect`. Where a Node has no such handle the socket is left as it is.
 */
export function lendInput(accepted: Socket, take: TakeLent): Socket {
  const inner = accepted as unknown as { _handle?: object | null }
  const handle = inner._handle
  if (!handle) return accepted
  inner._handle = null
  const options = {
    handle,
    allowHalfOpen: true,
    onread: {
      buffer,
      callback: (bytes: number): boolean => {
        const piece = buffer.subarray(0, bytes)
        return take(piece) || socket.push(Buffer.from(piece))
      },
    },
  }
  const socket = new Socket(options as object)
  return socket
}
