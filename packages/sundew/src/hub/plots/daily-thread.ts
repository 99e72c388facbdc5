import { parentPort, workerData } from 'node:worker_threads'
import { explain } from '../../core/log.ts'
import type { Day } from '../../plots/days.ts'
import { connect, type StoreAddress } from '../connection.ts'
import { KnownScans } from '../scans/known.ts'
import type { MembersOf } from '../scans/scanners.ts'
import { DailyFolder } from './daily-files.ts'
import { dailyIndex } from './daily-index.ts'
import { drawDay } from './draw-day.ts'
import type { DailySection } from './section.ts'

/** What the thread is started with. */
export interface DailyWork {
  readonly store: StoreAddress
  readonly section: DailySection
  readonly folder: string
  readonly sensor: string
  readonly days: readonly Day[]
  /** `scans/known.ts`. */
  readonly scansFile?: string
}

/** What it tells of each day. */
export interface DailyTold {
  readonly day: string
  readonly files: readonly string[]
  /** Why there are none. */
  readonly trouble?: string
}

/** The thread that draws days, so that the hub goes on with its work: what `daily.ts` starts. */
if (!parentPort) throw new TypeError('it is started by daily.ts')
const port = parentPort
const { store: address, section, folder: path, sensor, days, scansFile } = workerData as DailyWork
const stop = new AbortController()
port.once('message', () => stop.abort())
const store = connect(address)
const membersOf: MembersOf = async (scans) =>
  scansFile === undefined ? new Map() : (await KnownScans.open(scansFile)).members(scans)
const folder = new DailyFolder(path)
try {
  await folder.tidy()
  for (const day of days) {
    if (stop.signal.aborted) break
    const told: DailyTold = await drawDay({ store, membersOf }, section, folder, day, stop.signal).then(
      (files) => ({ day: day.name, files }),
      (error: unknown) => ({ day: day.name, files: [], trouble: explain(error) }),
    )
    port.postMessage(told)
    if (told.files.length > 0) await folder.write('index.html', dailyIndex(sensor, await folder.days()))
  }
} finally {
  await store.close()
  // The one message that it may get may not have come.
  port.close()
}
