import { setTimeout as sleep } from 'node:timers/promises'
import type { Destination, Egress, Trust } from '../../core/egress.ts'

/** Messages on their way to one receiver. */
export interface Line {
  /** Settles when the system has taken all of them; rejects where it is known that the receiver has not. */
  write(messages: readonly Uint8Array[]): Promise<void>
  /** Settles when the line is of no more use. */
  readonly lost: Promise<void>
  close(): void
}

/** How long a receiver may take nothing, milliseconds. */
const stalledMs = 10_000
/** Datagrams in one go, and the pause after: a receiver that is behind drops them unsaid. */
const goDatagrams = 50
const goPauseMs = 10
/** How long an answer that nobody is there may take, milliseconds. */
const refusalMs = 50

/** A connection, encrypted or not. */
export async function streamLine(egress: Egress, to: Destination, trust: Trust): Promise<Line> {
  const stream = await egress.connect(to, trust)
  const { promise: lost, resolve } = Promise.withResolvers<void>()
  // A receiver says nothing, but for its end: that is heard only by reading.
  stream.on('error', () => resolve())
  stream.on('end', () => resolve())
  stream.on('close', () => resolve())
  stream.resume()
  return {
    lost,
    write: (messages) =>
      new Promise((done, failed) => {
        const late = setTimeout(() => {
          stream.destroy(new Error(`${to.host}:${to.port} took nothing for ${stalledMs / 1000} s`))
        }, stalledMs)
        stream.write(Buffer.concat(messages), (error) => {
          clearTimeout(late)
          if (error) failed(error)
          else done()
        })
      }),
    close: () => stream.destroy(),
  }
}

/** Datagrams. Whether they arrive nobody says; where nobody is, the other machine may. */
export async function datagramLine(egress: Egress, to: Destination): Promise<Line> {
  const datagrams = await egress.datagrams(to)
  const refused = datagrams.refused.then(() => true)
  return {
    lost: datagrams.refused,
    async write(messages) {
      for (const [i, message] of messages.entries()) {
        if (i > 0 && i % goDatagrams === 0) await sleep(goPauseMs)
        await datagrams.send(message)
      }
      if (await Promise.race([refused, sleep(refusalMs, false)]))
        throw new Error(`nobody takes datagrams at ${to.host}:${to.port}`)
    },
    close: () => datagrams.close(),
  }
}
