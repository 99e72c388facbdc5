import { parentPort, workerData } from 'node:worker_threads'
import { type BuildRequest, buildSet } from './build.ts'

parentPort?.postMessage(buildSet(workerData as BuildRequest))
