import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, test } from 'node:test'
import type { Decoy, ListenerLimits } from '../../src/core/decoy.ts'
import { startDecoy, until, type TestHost } from './host.ts'
import { faultsOf } from './valid.ts'

export interface Conformance {
  /** The well-known port of the listener to try; the decoy's first where it is not given. */
  readonly as?: number
  readonly config?: unknown
  /** What a client says first, so that more than the first state meets the flood: each is tried before each flood. */
  readonly openings?: readonly string[]
}

const megabyte = 1024 * 1024
/** What a flood of 100 MB may leave behind in this process: buffers on their way, and what the collector has not seen. */
const allowedBytes = 96 * megabyte
const quick: Partial<ListenerLimits> = {
  idleMs: 1_000,
  totalMs: 20_000,
  ratePerSource: 10_000,
  connectionsPerSource: 100,
}

/**
 * What every decoy must bear: never a crash, bounded memory, one `connection.open` and one `connection.close` a
 * connection, and nothing in the journal that the catalogue does not know. Call it once in the decoy's own test.
 */
export function conformance<C>(decoy: Decoy<C>, options: Conformance = {}): void {
  const openings = ['', ...(options.openings ?? [])]

  function started(limits: Partial<ListenerLimits>): Promise<TestHost> {
    return startDecoy(decoy, options.config ?? {}, {
      limits: { ...quick, ...limits },
      ...(options.as === undefined ? {} : { as: options.as }),
    })
  }

  async function bear(play: (host: TestHost, opening: string) => Promise<void>): Promise<void> {
    for (const opening of openings) {
      await using host = await started({})
      await play(host, opening)
      await sound(host)
    }
  }

  describe(`${decoy.name} bears what peers send`, () => {
    test('random bytes', () =>
      bear(async (host, opening) => {
        for (let i = 0; i < 20; i++) await flood(host, opening, [randomBytes(1 + i * 997)])
      }))

    test('a million empty lines', () =>
      bear((host, opening) => flood(host, opening, repeat(Buffer.from('\r\n'.repeat(50_000)), 20))))

    test('a million bare line feeds', () =>
      bear((host, opening) => flood(host, opening, repeat(Buffer.from('\n'.repeat(50_000)), 20))))

    test('NULs', () => bear((host, opening) => flood(host, opening, [Buffer.alloc(megabyte)])))

    test('a line of 100 MB', () =>
      bear((host, opening) =>
        bounded(host, () => flood(host, opening, repeat(Buffer.alloc(megabyte, 'a'), 100))),
      ))

    test('lines of 100 MB in all that are never answered by reading', () =>
      bear((host, opening) =>
        bounded(host, () => deaf(host, opening, Buffer.from('HELP x\r\n'.repeat(10_000)))),
      ))

    test('bytes that come one at a time', () =>
      bear(async (host, opening) => {
        const socket = host.connect()
        socket.resume()
        for (const byte of Buffer.from(`${opening}one at a time\r\n`, 'latin1')) {
          socket.write(Uint8Array.of(byte))
          await new Promise((resolve) => setImmediate(resolve))
        }
        await leave(socket)
      }))

    test('a peer that closes its half at once, or in mid-line', () =>
      bear(async (host, opening) => {
        for (const last of ['', 'half a li']) await flood(host, opening, [Buffer.from(last)])
      }))

    test('a reset at once, and one after the first words', () =>
      bear(async (host, opening) => {
        const silent = host.connect()
        await once(silent, 'connect')
        silent.resetAndDestroy()
        const spoke = host.connect()
        await once(spoke, 'connect')
        spoke.write(Buffer.from(`${opening}half a li`, 'latin1'))
        await new Promise((resolve) => setTimeout(resolve, 20))
        spoke.resetAndDestroy()
        await until(() => host.listener.connections === 0, 'the reset connections are over')
      }))

    test('peers that say nothing more and never leave', async () => {
      await using host = await started({})
      const silent = openings.map((opening) => {
        const socket = host.connect()
        socket.resume()
        socket.write(Buffer.from(opening, 'latin1'))
        return socket
      })
      await until(
        () => silent.every((socket) => socket.closed || socket.readableEnded),
        'the silent peers are shown out',
      )
      for (const socket of silent) socket.destroy()
      await sound(host, openings.length)
    })

    test('a connection over the limit', async () => {
      await using host = await started({ connectionsPerSource: 1 })
      const first = host.connect()
      await once(first, 'connect')
      await until(() => host.listener.connections === 1, 'the first is in')
      const second = host.connect()
      second.resume()
      await until(() => second.closed, 'the second is refused')
      await leave(first)
      await sound(host, 1)
    })
  })
}

/** Sends everything as far as the decoy takes it, reading what it says, and leaves. */
async function flood(host: TestHost, opening: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const socket = host.connect()
  socket.resume()
  if (opening !== '') socket.write(Buffer.from(opening, 'latin1'))
  for (const chunk of chunks) {
    if (socket.closed || socket.destroyed) break
    if (!socket.write(chunk)) await drained(socket)
  }
  await leave(socket)
}

/** Sends without ever reading, until the decoy takes no more or 100 MB are out. */
async function deaf(host: TestHost, opening: string, chunk: Uint8Array): Promise<void> {
  const socket = host.connect()
  socket.pause()
  socket.write(Buffer.from(opening, 'latin1'))
  for (let sent = 0; sent < 100 * megabyte && !socket.destroyed; sent += chunk.length) {
    if (socket.write(chunk)) continue
    const stuck = await Promise.race([
      drained(socket).then(() => false),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 300)),
    ])
    if (stuck) break
  }
  socket.destroy()
  await until(() => host.listener.connections === 0, 'the deaf peer is gone')
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}

async function leave(socket: Socket): Promise<void> {
  if (socket.closed) return
  socket.resume() // who does not read never sees the other side's end
  socket.end()
  await until(() => socket.closed, 'the decoy hangs up on a peer that left')
}

async function bounded(host: TestHost, play: () => Promise<void>): Promise<void> {
  const before = process.memoryUsage()
  let worst = 0
  const watch = setInterval(() => {
    const now = process.memoryUsage()
    worst = Math.max(worst, now.external + now.heapUsed - before.external - before.heapUsed)
  }, 20)
  try {
    await play()
  } finally {
    clearInterval(watch)
  }
  assert.ok(worst < allowedBytes, `memory grew by ${Math.round(worst / megabyte)} MB`)
  await until(() => host.captures.heldBytes === 0, 'no body is held any more')
}

/** Nothing of ours failed, and the journal tells of every connection from its beginning to its end. */
async function sound(host: TestHost, connections?: number): Promise<void> {
  const entries = await host.entries()
  assert.deepEqual(host.faults, [])
  assert.equal(host.captures.heldBytes, 0, 'bytes are still held for bodies that nobody receives')
  const ends = new Map<string, string[]>()
  for (const { event } of entries) {
    assert.deepEqual(faultsOf(event), [])
    const seen = ends.get(event.session) ?? []
    if (event.kind === 'connection.open' || event.kind === 'connection.close') seen.push(event.kind)
    ends.set(event.session, seen)
  }
  const whole = [...ends.values()].filter((seen) => seen.length > 0)
  for (const seen of whole) assert.deepEqual(seen, ['connection.open', 'connection.close'])
  if (connections === undefined) assert.ok(whole.length > 0)
  else assert.equal(whole.length, connections)
}

function* repeat(chunk: Uint8Array, times: number): Generator<Uint8Array> {
  for (let i = 0; i < times; i++) yield chunk
}
