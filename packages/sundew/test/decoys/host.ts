import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CaptureRoom, type CaptureLimits } from '../../src/core/capture.ts'
import { now, rfc3339 } from '../../src/core/clock.ts'
import type { Decoy, DecoyService, ListenerLimits, PortSpec } from '../../src/core/decoy.ts'
import { uuidv7 } from '../../src/core/id.ts'
import type { JournalEntry } from '../../src/core/journal/entry.ts'
import { JournalReader, journalStart } from '../../src/core/journal/reader.ts'
import { JournalWriter, type JournalOptions } from '../../src/core/journal/writer.ts'
import { Room } from '../../src/core/room.ts'
import { LentPort } from '../../src/decoys/lent-port.ts'
import { Listener } from '../../src/decoys/listener.ts'
import type { MachineHost } from '../../src/machine/host.ts'
import type { EventKind } from '../../src/event/catalogue.ts'
import { localContext, type KindFields, type SundewEvent } from '../../src/event/event.ts'

export interface TestHostOptions {
  readonly hostname?: string
  /** Of the decoy's ports, the one that stands for this well-known port; the first where it is not given. */
  readonly as?: number
  readonly limits?: Partial<ListenerLimits>
  readonly journal?: JournalOptions
  readonly captures?: CaptureLimits
  readonly machines?: MachineHost
  /** Decoys that answer in its tunnels. */
  readonly neighbours?: readonly Neighbouring[]
}

/** A decoy with its default configuration, and the limits of its ports as they are lent. */
export interface Neighbouring {
  readonly decoy: Decoy<never>
  readonly limits?: Partial<ListenerLimits>
}

/** As if they could not be started. */
export const noMachines: MachineHost = { open: () => undefined }

/** One decoy on a loopback port of its own, with a real journal in a temporary folder. */
export class TestHost {
  readonly port: number
  readonly room: Room
  readonly captures: CaptureRoom
  /** Faults of ours that a session ended with. A test that does not expect one should hold this empty. */
  readonly faults: unknown[] = []
  readonly journalFolder: string
  readonly listener: Listener
  readonly #close: () => Promise<void>
  readonly #quiet: () => Promise<void>

  constructor(parts: {
    port: number
    room: Room
    captures: CaptureRoom
    faults: unknown[]
    journalFolder: string
    listener: Listener
    close: () => Promise<void>
    quiet: () => Promise<void>
  }) {
    this.port = parts.port
    this.room = parts.room
    this.captures = parts.captures
    this.faults = parts.faults
    this.journalFolder = parts.journalFolder
    this.listener = parts.listener
    this.#close = parts.close
    this.#quiet = parts.quiet
  }

  /** A client's raw connection. Errors (resets) are swallowed: read `socket.errored`. */
  connect(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.port, noDelay: true })
    socket.on('error', () => {})
    return socket
  }

  /** Everything in the journal once every connection is over and what they recorded is durable. */
  async entries(): Promise<JournalEntry[]> {
    await until(() => this.listener.connections === 0, 'every connection is over')
    return this.written()
  }

  /** Everything in the journal so far, connections open or not. */
  async written(): Promise<JournalEntry[]> {
    await this.#quiet()
    const reader = new JournalReader(this.journalFolder)
    try {
      const entries: JournalEntry[] = []
      for (let from = journalStart; ;) {
        const batch = await reader.read(from, 64 * 1024 * 1024)
        entries.push(...batch.entries.filter((entry) => entry.event.session !== ''))
        if (batch.entries.length === 0) return entries
        from = batch.to
      }
    } finally {
      await reader.close()
    }
  }

  /** The fields of every event of one kind, in order, once every connection is over. */
  async fields<K extends EventKind>(kind: K): Promise<KindFields<K>[]> {
    const entries = await this.entries()
    return entries.filter((e) => e.event.kind === kind).map((e) => e.event.fields as KindFields<K>)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }
}

/**
 * Starts `decoy` with `config` (its own section of sundew.yaml, every key optional).
 *
 * @example await using host = await startDecoy(smtp, { persona: 'exim' })
 */
export async function startDecoy<C>(
  decoy: Decoy<C>,
  config: unknown = {},
  options: TestHostOptions = {},
): Promise<TestHost> {
  const folder = await mkdtemp(join(tmpdir(), `sundew-${decoy.name}-`))
  const journalFolder = join(folder, 'journal')
  const stateFolder = join(folder, 'state')
  await mkdir(stateFolder, { recursive: true })
  const journal = await JournalWriter.open(journalFolder, options.journal)
  const captures = new CaptureRoom(journalFolder, options.captures)
  const room = new Room({ directory: folder, reserveBytes: 0 })
  const abort = new AbortController()
  const faults: unknown[] = []
  const common = {
    hostname: options.hostname ?? 'mx.example.net',
    signal: abort.signal,
    machines: options.machines ?? noMachines,
  }
  const lent = new Map<number, LentPort>()
  const services: DecoyService[] = []
  for (const { decoy: other, limits } of options.neighbours ?? []) {
    const ownFolder = join(stateFolder, other.name)
    await mkdir(ownFolder)
    const service = await other.start(other.config.parse({}), { ...common, stateFolder: ownFolder })
    services.push(service)
    for (const port of other.ports) {
      lent.set(
        port.as,
        new LentPort({
          decoy: other.name,
          port,
          limits: { ...other.limits, ...limits },
          service,
          fault: (error) => faults.push(error),
        }),
      )
    }
  }
  const service = await decoy.start(decoy.config.parse(config), {
    ...common,
    stateFolder,
    neighbours: { at: (as) => lent.get(as) },
  })
  services.push(service)
  const spec = decoy.ports.find((port) => options.as === undefined || port.as === options.as)
  if (!spec) throw new RangeError(`${decoy.name} has no port that stands for ${options.as}`)
  const port: PortSpec = { ...spec, port: 0 }
  const listener = new Listener({
    decoy: decoy.name,
    sensor: 'test',
    addresses: ['127.0.0.1'],
    port,
    limits: { ...decoy.limits, ...options.limits },
    service,
    host: { journal, captures, room },
    fault: (error) => faults.push(error),
  })
  const [bound] = await listener.listen()
  return new TestHost({
    port: bound!.port,
    room,
    captures,
    faults,
    journalFolder,
    listener,
    // Groups become durable in order: once this one is, all before it are.
    quiet: () => journal.append(marker(decoy.name)),
    close: async () => {
      await listener.close()
      abort.abort()
      for (const port of lent.values()) await port.close()
      for (const each of services) await each.stop?.()
      await journal.close()
      await rm(folder, { recursive: true, force: true })
    },
  })
}

/** An event of no session, only there to be waited for. */
function marker(decoy: string): SundewEvent {
  const moment = now()
  return {
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind: 'sensor.status',
    ...localContext('test', decoy),
    fields: { part: 'decoys', state: 'quiet', message: '' },
  }
}

/** Waits, at most ten seconds, until `condition` holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 2_000; i++) {
    if (condition()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`waited ten seconds until ${what}`)
}
