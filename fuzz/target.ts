import type { Socket } from 'node:net'

/** Something that reads what intruders send. */
export interface Target {
  /** Also the folder of testdata/fuzz that holds what once did harm. */
  readonly name: string
  /** Where changing begins: input as a good client would send it. */
  readonly seeds: readonly Uint8Array[]
  /** Makes what takes inputs, once. */
  start(): Promise<Victim>
}

export interface Victim extends AsyncDisposable {
  /** Takes one input to its end. Rejects where it did harm: a fault of ours, or no end. */
  bear(input: Uint8Array): Promise<void>
}

/** Rejects where `work` takes longer: nothing that is sent may keep us. */
export async function within<T>(milliseconds: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${milliseconds} ms`)), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Sends an input as one client, and waits until the server has shown it out. */
export async function sendAll(socket: Socket, input: Uint8Array): Promise<void> {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.resume()
  socket.once('connect', () => socket.end(input))
  await within(10_000, closed, 'a connection whose client has left')
}
