import { parentPort, workerData } from 'node:worker_threads'
import { Steps, type StepsData } from '../../match/scan/steps.ts'
import { together } from '../../match/scan/together.ts'

/** What the thread is started with. */
export interface TogetherWork {
  readonly steps: StepsData
  /** Sources that make a group. */
  readonly least: number
}

/** The thread that compares sources, so that the hub goes on with its work: what `compare.ts` starts. It tells the companies. */
if (!parentPort) throw new TypeError('it is started by compare.ts')
const { steps, least } = workerData as TogetherWork
parentPort.postMessage(together(Steps.of(steps), least))
