// How fast the engine alone takes flows: nothing of Sundew's but its tables, no HTTP, no spool, nothing else running.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { THREADS } from '../../packages/sundew/src/store/threads.ts'
import { nativeBlock } from '../../packages/sundew/src/wire/columns/block.ts'
import { FlowColumns } from '../../packages/sundew/src/wire/flow/columns.ts'
import { officeTraffic, Traffic, type TrafficShape } from './flow-rows.ts'

export interface FlowIngestFigures {
  /** Into the same tables as Sundew's, their views among them: sums and who was seen. */
  readonly rowsPerSecond: number
  /** Into the table `flows` alone, without views. */
  readonly withoutViews: number
  /** Processor seconds a million rows, with views. */
  readonly cpuSecondsPerMillion: number
  /** Bytes a flow on the disk of each table, once merged. */
  readonly bytesPerFlow: Readonly<Record<string, number>>
  readonly rows: number
}

/** Rows of one INSERT, as the hub's are under load. */
const rowsAtOnce = 1_000_000
const rowsOfBlock = 65_536

/** The engine has the rows as files in memory. They are of today: older ones could be past their life. */
export async function measureFlowIngest(
  rows = 4_000_000,
  shape: TrafficShape = { ...officeTraffic, rate: 200_000, startMs: Date.now() - 60_000 },
): Promise<FlowIngestFigures> {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sundew-bench-ingest-'))
  const data = await mkdtemp(join(tmpdir(), 'sundew-bench-ingest-'))
  try {
    await writeBatches(folder, rows, shape)
    return await measured(folder, data)
  } finally {
    for (const each of [folder, data]) await rm(each, { recursive: true, force: true })
  }
}

async function writeBatches(folder: string, rows: number, shape: TrafficShape): Promise<void> {
  const traffic = new Traffic(shape)
  const columns = new FlowColumns(rowsOfBlock)
  for (let batch = 0; traffic.rows < rows; batch++) {
    const pieces: Uint8Array[] = []
    const end = Math.min(rows, traffic.rows + rowsAtOnce)
    while (traffic.rows < end) {
      columns.clear()
      traffic.fill(columns, end - traffic.rows)
      pieces.push(Buffer.concat(nativeBlock(columns)))
    }
    await writeFile(join(folder, `${String(batch).padStart(6, '0')}.native`), pieces)
  }
}

/** In a process of its own: the engine wants the main thread, and a thread pool of its size. */
async function measured(folder: string, data: string): Promise<FlowIngestFigures> {
  const script = join(import.meta.dirname, 'flow-ingest-alone.ts')
  const child = spawn(process.execPath, [script, folder, data], {
    env: { ...process.env, UV_THREADPOOL_SIZE: String(THREADS) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${script} ended with ${code}`)
  return JSON.parse(said) as FlowIngestFigures
}
