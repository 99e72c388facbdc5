import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Built, BuildRequest } from './build.ts'

/** Heap of the thread, MB: titles and links of five million entries; the set itself lies outside of it. */
const heapMegabytes = 1536

/** {@link buildSet} in a thread of its own. Rejects where it failed, was too large for it, or the signal aborted. */
export async function buildApart(request: BuildRequest, signal: AbortSignal): Promise<Built> {
  signal.throwIfAborted()
  const worker = new Worker(join(import.meta.dirname, 'build-worker.ts'), {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  })
  const stop = () => void worker.terminate()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise<Built>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the thread that builds the set ended (${code})`)))
    })
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
