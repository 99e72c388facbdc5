import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Steps } from '../../match/scan/steps.ts'
import { type Company, together } from '../../match/scan/together.ts'
import type { TogetherWork } from './together-thread.ts'

/** So few steps are compared at once, some milliseconds; more in a thread of their own, so that the hub goes on with its work. */
const mostHere = 10_000
/** Memory of the thread, MB: four million steps need some 500. */
const mostMegabytes = 1024

/**
 * Groups of sources that scan together, as `together`.
 *
 * @param least sources that make a group
 */
export async function compare(steps: Steps, least: number, signal: AbortSignal): Promise<Company[]> {
  signal.throwIfAborted()
  if (steps.size <= mostHere) return together(steps, least)
  const data = steps.data()
  const worker = new Worker(join(import.meta.dirname, 'together-thread.ts'), {
    workerData: { steps: data, least } satisfies TogetherWork,
    transferList: [data.starts.buffer, data.times.buffer, data.places.buffer],
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  })
  const { promise, resolve, reject } = Promise.withResolvers<Company[]>()
  const stop = () => reject(signal.reason as Error)
  signal.addEventListener('abort', stop, { once: true })
  try {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread that compares sources ended')))
    return await promise
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
