import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../../config.ts'
import { LocalMachines } from '../../machine/session/local-machines.ts'
import type { FromWorker, ToMachines } from './protocol.ts'
import { ServedSessions } from './served-sessions.ts'

/** How often it shows that it goes round, milliseconds. */
const pulseMs = 100

const settings = workerData as Config['machines']
const say = (message: FromWorker) => parentPort!.postMessage(message)
const served = new ServedSessions(
  new LocalMachines({
    keptMs: settings.kept_hours * 3_600_000,
    totalBytes: (settings.memory_mb * 1024 * 1024) / settings.workers,
    sourceBytes: settings.source_memory_mb * 1024 * 1024,
  }),
  say,
)
// A fault of ours ends one session; the others go on.
process.on('uncaughtException', (error) =>
  say({ type: 'trouble', code: 'SUNDEW_MACHINES_FAULT', message: `A fault of Sundew's own on a make-believe machine: ${error.stack ?? error.message}` }),
)
parentPort!.on('message', (message: ToMachines) => served.heard(message))
const pulse = () => say({ type: 'pulse', bufferBytes: process.memoryUsage().arrayBuffers })
setInterval(pulse, pulseMs)
pulse()
