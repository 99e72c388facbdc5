import { parentPort, workerData } from 'node:worker_threads'
import { installer } from '../../machine/session/install.ts'
import { LocalMachines } from '../../machine/session/local-machines.ts'
import type { MachinesStart } from '../machines.ts'
import type { FromWorker, ToMachines } from './protocol.ts'
import { ServedSessions } from './served-sessions.ts'

/** How often it shows that it goes round, milliseconds. */
const pulseMs = 100

// A thread of a thread could be made without any permissions.
process.permission?.drop?.('worker')
const { machines: settings, secret } = workerData as MachinesStart
const say = (message: FromWorker) => parentPort!.postMessage(message)
const fault = (error: unknown) =>
  say({
    type: 'trouble',
    code: 'SUNDEW_MACHINES_FAULT',
    message: `A fault of Sundew's own on a make-believe machine: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  })
const served = new ServedSessions(
  new LocalMachines({
    keptMs: settings.kept_hours * 3_600_000,
    totalBytes: (settings.memory_mb * 1024 * 1024) / settings.workers,
    install: installer({ secret, sourceBytes: settings.source_memory_mb * 1024 * 1024 }),
    fault,
  }),
  say,
)
// A fault of ours ends one session; the others go on.
process.on('uncaughtException', fault)
parentPort!.on('message', (message: ToMachines) => served.heard(message))
const pulse = () => say({ type: 'pulse', bufferBytes: process.memoryUsage().arrayBuffers })
setInterval(pulse, pulseMs)
pulse()
