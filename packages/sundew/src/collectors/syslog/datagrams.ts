import { LineEnds, trimmedEnd } from '../../wire/syslog/lines.ts'
import { longestLine } from '../../wire/syslog/limits.ts'
import { datagramHeaderBytes, nextDatagram, type DatagramBlock } from '../flow/receiver.ts'
import type { Dispatch } from './dispatch.ts'
import type { SenderTable } from './sender-table.ts'

/** Lines of one datagram that are read: a whole one of shortest lines is no firewall's. */
const mostLines = 4_096

/** What became of datagrams since the start. */
export interface DatagramCounts {
  datagrams: number
  /** Of senders that are not listened to. */
  strangers: number
  /** Lines that were longer than is read. */
  cut: number
}

const ends = new LineEnds()

/** Takes a receiver's block: each datagram's lines go their way. */
export function takeDatagrams(
  { view, from, to }: DatagramBlock,
  senders: SenderTable,
  dispatch: Dispatch,
  counts: DatagramCounts,
): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  ends.begin(bytes)
  let at = from
  while (at < to) {
    const length = view.getUint32(at, true)
    const received = view.getFloat64(at + 24, true)
    const sender = senders.find(view, at + 8, received)
    counts.datagrams++
    if (sender.allowed) {
      const end = trimmedEnd(bytes, at + datagramHeaderBytes, at + datagramHeaderBytes + length)
      let start = at + datagramHeaderBytes
      for (let line = 0; start < end && line < mostLines; line++) {
        const newline = ends.after(start, end)
        let stop = trimmedEnd(bytes, start, newline)
        if (stop - start > longestLine) {
          stop = start + longestLine
          counts.cut++
        }
        if (stop > start) dispatch.line(bytes, start, stop, sender, received)
        start = newline + 1
      }
    } else counts.strangers++
    at = nextDatagram(at, length)
  }
}
