import { explain, logFor } from './log.ts'
import type { FromPart, ToPart } from './messages.ts'

/** One process's side of its supervisor: what it was started with, what it hears, what it says. */
export interface Part<S> {
  readonly start: S
  /** Aborts when it should stop: told so, or the supervisor is gone. */
  readonly signal: AbortSignal
  readonly send: (message: FromPart) => void
  /** Calls back for each later message. */
  readonly hear: (listener: (message: ToPart) => void) => void
}

/**
 * Runs one part of Sundew in this process, under a supervisor: waits for its start, runs `body` until the signal aborts,
 * then lets the process end by itself. A rejection ends it with exit code 1 and the supervisor starts it again.
 */
export function runPart<S>(name: string, body: (part: Part<S>) => Promise<void>): void {
  const stop = new AbortController()
  const listeners = new Set<(message: ToPart) => void>()
  /** What came before anybody listened. */
  const early: ToPart[] = []
  // A Ctrl-C, or whoever stops a service, signals the whole group; the supervisor ends us, in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('disconnect', () => stop.abort())
  process.on('message', (message: ToPart) => {
    if (message.type === 'stop') stop.abort()
    else if (message.type === 'start') begin(message.start as S)
    else if (listeners.size === 0) early.push(message)
    else for (const listener of listeners) listener(message)
  })
  if (!process.connected) {
    process.stderr.write(`${name}: started by "sundew up", not by hand\n`)
    process.exitCode = 64
    return
  }

  function begin(start: S): void {
    const part: Part<S> = {
      start,
      signal: stop.signal,
      send: (message) => {
        if (process.connected) process.send?.(message)
      },
      hear: (listener) => {
        listeners.add(listener)
        for (const message of early.splice(0)) listener(message)
      },
    }
    body(part)
      .catch((error: unknown) => {
        logFor(name).error('ended by a fault', error)
        if (process.env['SUNDEW_DEBUG']) process.stderr.write(`${explain(error)}\n`)
        process.exitCode = 1
      })
      .finally(() => {
        if (process.connected) process.disconnect?.()
      })
  }
}

/** Settles when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
