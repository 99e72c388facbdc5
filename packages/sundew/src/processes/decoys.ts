import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Config, DecoySection } from '../config.ts'
import { Backlog } from '../core/backlog.ts'
import { CaptureRoom } from '../core/capture.ts'
import type { Decoy, Neighbours } from '../core/decoy.ts'
import { watchBusy } from '../core/busy.ts'
import { JournalWriter } from '../core/journal/writer.ts'
import { explain, logFor } from '../core/log.ts'
import { aborted, runPart } from '../core/part.ts'
import { Room } from '../core/room.ts'
import type { SessionHost } from '../core/session.ts'
import type { ListenerStatus } from '../core/status.ts'
import { decoys } from '../decoys/index.ts'
import { LentPort } from '../decoys/lent-port.ts'
import { Listener } from '../decoys/listener.ts'
import { watchRoom } from '../decoys/watch-room.ts'
import type { FromMachines } from './machines/protocol.ts'
import { RemoteMachines } from './machines/remote-machines.ts'

/** What the supervisor starts the decoys with. */
export interface DecoysStart {
  readonly config: Config
  readonly journalDirectory: string
  readonly stateDirectory: string
  readonly quotaBytes: number
}

const log = logFor('decoys')
/** Shares of the quota that may wait in the journal, in all and from one source. */
const backlogShare = { total: 0.25, source: 0.125 }

runPart<DecoysStart>('decoys', async ({ start, signal, send, hear }) => {
  const { config, journalDirectory, stateDirectory, quotaBytes } = start
  const listeners: Listener[] = []
  const lent = new Map<number, LentPort>()
  const journal = await JournalWriter.open(journalDirectory, {
    company: () => [...listeners, ...lent.values()].reduce((sum, { connections }) => sum + connections, 0),
  })
  const captures = new CaptureRoom(journalDirectory)
  const backlog = new Backlog(journalDirectory, {
    totalBytes: quotaBytes * backlogShare.total,
    sourceBytes: quotaBytes * backlogShare.source,
  })
  const room = new Room({
    directory: journalDirectory,
    reserveBytes: config.keep.reserve_mb * 1_000_000,
    backlog,
  })
  await room.watch(signal)
  const machines = new RemoteMachines({
    limits: {
      sessions: config.machines.sessions,
      sessionsPerSource: config.machines.sessions_per_source,
    },
    send: (body) => send({ type: 'relay', to: 'machines', body }),
    trouble: (code, message) => send({ type: 'alert', code, message }),
  })
  hear((message) => {
    if (message.type === 'quota') room.quota = message.quota
    else if (message.type === 'relay') machines.heard(message.body as FromMachines)
    else if (message.type === 'peer') machines[message.state]()
  })
  const host: SessionHost = { journal, captures, room }
  watchRoom({ room, journal, signal, tell: (code, message) => send({ type: 'alert', code, message }) })

  // Each connection that a peer resets makes an error; its stack would tell nobody anything and is the dearest part of it.
  if (!process.env['SUNDEW_DEBUG']) Error.stackTraceLimit = 0
  // A fault of ours ends one session; what other intruders bring is still kept.
  process.on('uncaughtException', (error) => log.error('fault', error))
  process.on('unhandledRejection', (error) => log.error('fault', error))

  const services: { stop?(): Promise<void> }[] = []
  const bound: ListenerStatus[] = []
  const notices: string[] = []
  const neighbours: Neighbours = { at: (as) => lent.get(as) }
  for (const decoy of decoys) {
    const section = (config.decoys as Record<string, DecoySection>)[decoy.name]
    if (!section?.enabled) continue
    const stateFolder = join(stateDirectory, decoy.name)
    await mkdir(stateFolder, { recursive: true, mode: 0o700 })
    const service = await decoy.start(section as never, {
      hostname: config.hostname,
      stateFolder,
      signal,
      machines,
      neighbours,
    })
    services.push(service)
    for (const port of section.ports) {
      const common = {
        decoy: decoy.name,
        port,
        limits: {
          connections: section.limits.connections,
          connectionsPerSource: section.limits.connections_per_source,
          ratePerSource: section.limits.rate_per_source,
          idleMs: section.limits.idle_seconds * 1000,
          totalMs: section.limits.total_seconds * 1000,
        },
        service,
        fault: (error: unknown) => log.error(`fault in a ${decoy.name} session`, error),
      }
      if (!lent.has(port.as)) lent.set(port.as, new LentPort(common))
      const listener = new Listener({
        ...common,
        sensor: config.sensor,
        addresses: section.addresses ?? config.listen,
        host,
      })
      try {
        for (const address of await listener.listen()) bound.push(listening(decoy, address, port))
        listeners.push(listener)
      } catch (error) {
        notices.push(cannotBind(decoy, port.port, error))
      }
    }
  }
  // From here on this process can answer, but can neither connect anywhere nor look a name up.
  process.permission?.drop?.('net')
  watchBusy((busy) => send({ type: 'busy', busy }), signal)
  send({ type: 'ready', listeners: bound, notices })

  await aborted(signal)
  await Promise.all(listeners.map((listener) => listener.close()))
  for (const port of lent.values()) await port.close()
  for (const service of services) await service.stop?.()
  await machines.settled()
  await journal.close()
})

function listening(
  decoy: Decoy<never>,
  address: AddressInfo,
  port: { as: number; tls: boolean },
): ListenerStatus {
  return { service: decoy.name, address: address.address, port: address.port, as: port.as, tls: port.tls }
}

function cannotBind(decoy: Decoy<never>, port: number, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  const what = `${decoy.name} could not listen on port ${port}`
  if (code === 'EADDRINUSE') {
    return `SUNDEW_PORT_IN_USE: ${what}: another program has it. Stop that program ("ss -ltnp" names it), or give decoys.${decoy.name}.ports another port.`
  }
  if (code === 'EACCES') {
    return `SUNDEW_PORT_FORBIDDEN: ${what}: ports below 1024 need root or CAP_NET_BIND_SERVICE. Use a high port and redirect to it in the firewall.`
  }
  return `SUNDEW_PORT_FAILED: ${what}: ${explain(error)}.`
}
