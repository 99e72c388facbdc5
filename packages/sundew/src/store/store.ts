import { mkdirSync } from 'node:fs'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import type { Passwords } from './access.ts'
import { Engine } from './engine.ts'
import { StoreError } from './error.ts'
import { createFront } from './server.ts'
import { Spool } from './spool.ts'

/** What the engine may hold in memory unless told otherwise: 2 GiB. */
export const DEFAULT_MEMORY_BYTES = 2 * 1024 * 1024 * 1024

export interface StoreOptions {
  /** Everything is kept under it; made where it is missing. One process at a time. */
  readonly directory: string
  /** A loopback address: the interface has passwords but no encryption. */
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly passwords: Passwords
  readonly memoryBytes?: number
  /** Where rows wait for the engine; /dev/shm where it exists. */
  readonly tmpDirectory?: string
}

export interface RunningStore {
  /** `http://127.0.0.1:8123` */
  readonly url: string
  close(): Promise<void>
}

/** Milliseconds that running statements get to finish when the store is closed. */
const CLOSE_GRACE_MS = 10_000

/**
 * Opens the store and serves ClickHouse's HTTP interface. On a process's main thread only.
 *
 * Statements run on libuv's thread pool: start the process with `UV_THREADPOOL_SIZE` at THREADS (threads.ts), or only two
 * statements run at once.
 *
 * @throws StoreError SUNDEW_STORE_NOT_LOOPBACK, SUNDEW_STORE_IN_USE, SUNDEW_STORE_OPEN, SUNDEW_PORT_IN_USE.
 */
export async function startStore(options: StoreOptions): Promise<RunningStore> {
  const { directory, host, port } = options
  if (!/^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)) {
    throw new StoreError(
      'SUNDEW_STORE_NOT_LOOPBACK',
      `The store will not listen on ${host}: its interface is not encrypted. Use 127.0.0.1 or ::1, and a tunnel from elsewhere.`,
    )
  }
  const memoryBytes = options.memoryBytes ?? DEFAULT_MEMORY_BYTES
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const engine = Engine.open(directory, memoryBytes)
  const spool = new Spool(directory, options.tmpDirectory)
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  const running = Math.max(2, threads - SPARE_THREADS)
  const gate = { running, readers: Math.max(1, Math.floor(running / 2)), waiting: 200 }
  const { server, idle } = createFront({ engine, spool, memoryBytes, passwords: options.passwords, gate })
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    spool.close()
    await engine.close()
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause
    const message = `The store cannot listen on ${host}:${port}: the port is taken. Stop what holds it or set another port.`
    throw new StoreError('SUNDEW_PORT_IN_USE', message, { cause })
  }
  const address = server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${name}:${address.port}`,
    async close() {
      server.close()
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
      await idle()
      clearTimeout(timer)
      server.closeAllConnections()
      spool.close()
      await engine.close()
    },
  }
}

/** Threads of the pool that statements do not take: reading and writing of files goes through it too. */
const SPARE_THREADS = 4
