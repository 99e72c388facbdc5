import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** How long who does not read may keep what was written waiting, milliseconds. */
const lingerMs = 5_000

/**
 * Closes a connection as a process does that ends: once what was written is out, and for both directions. Where the process had not read all
 * that the peer sent (`unread`), the kernel resets the connection instead of ending it.
 */
export function closeAsProcess(socket: Duplex, unread: boolean): void {
  if (!(socket instanceof Socket)) {
    socket.end()
    return
  }
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
  if (!unread) {
    socket.destroySoon()
    return
  }
  socket.write('', () => socket.resetAndDestroy())
}
