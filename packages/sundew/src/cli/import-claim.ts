import { stat } from 'node:fs/promises'
import type { Layout } from '../core/layout.ts'
import { claim } from './claim.ts'
import { exitCode, Failure } from './failure.ts'

/** Imports as the only process that does into this data directory. @throws Failure SUNDEW_IMPORT_RUNS where another one does */
export function claimImport(layout: Layout, work: () => Promise<void>): Promise<void> {
  return claim(
    layout.importPidFile,
    (pid) =>
      new Failure(
        'SUNDEW_IMPORT_RUNS',
        exitCode.unavailable,
        `process ${pid} already imports into ${layout.data}. Wait until it is done, or stop it (kill ${pid}): what it has not brought in yet can be imported afterwards.`,
      ),
    work,
  )
}

/** The files must be its who runs Sundew, or the hub could not read them. */
export async function ownDirectory({ data }: Layout): Promise<void> {
  const found = await stat(data).catch(() => undefined)
  const own = process.getuid?.()
  if (!found || own === undefined || found.uid === own) return
  throw new Failure(
    'SUNDEW_NOT_ALLOWED',
    exitCode.unavailable,
    `${data} belongs to user ${found.uid}, and this is user ${own}: what it brought in could not be read there. Run this command as the user that runs Sundew.`,
  )
}

/** Aborts at Ctrl-C: the batch at hand is kept. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
  return stop.signal
}
