import { FirewallMatcher } from '../collectors/syslog/firewall-matcher.ts'
import { Noise } from '../collectors/syslog/noise.ts'
import type { FirewallParser } from '../collectors/syslog/parser.ts'
import type { Config } from '../config.ts'
import type { Layout } from '../core/layout.ts'
import type { FirewallColumns } from '../wire/firewall/columns.ts'
import { runBatchImport, type BatchImportDesk } from './import-batch-run.ts'
import { FirewallLogs } from './import-firewall-logs.ts'
import { FirewallRows } from './import-firewall-rows.ts'
import { ImportLook } from './import-matches.ts'
import { BatchStaging } from '../importers/batch-staging.ts'
import { ImportTally } from './import-tally.ts'
import { note } from './output.ts'
import { Progress } from './progress.ts'
import { countText } from './text.ts'

export interface FirewallImportRun {
  /** Paths, or `-` for standard input. */
  readonly paths: readonly string[]
  readonly parsers: readonly FirewallParser[]
  /** Of the owner's patterns. */
  readonly own: readonly FirewallParser[]
  readonly zone: string
  readonly year?: number | undefined
  /** Of lines that name none; the file where not given. */
  readonly device?: string | undefined
  readonly keepNoise: boolean
  readonly again: boolean
  readonly wait: boolean
  readonly config: Config
  readonly layout: Layout
}

const dayMs = 86_400_000
const secondMs = 1_000
/** Times before are a clock that was never set, and none that the store's rows can have. */
const earliest = Date.UTC(2000, 0)

/** Imports logs of firewalls. @throws Finding where something could not be taken */
export async function runFirewallImport(run: FirewallImportRun): Promise<void> {
  const { config, layout } = run
  const tally = new ImportTally({ things: 'lines', lifetime: 'firewall' }, config.keep.firewall_days)
  await runBatchImport(
    {
      ...run,
      format: 'firewall',
      things: 'lines',
      folder: layout.firewall,
      waitingMb: config.collectors.syslog.waiting_mb,
      tally,
    },
    (desk) => work(run, desk, tally),
  )
}

async function work(run: FirewallImportRun, desk: BatchImportDesk, tally: ImportTally): Promise<void> {
  const { config, layout, parsers, own, zone, year, keepNoise } = run
  const { networks } = config
  const look = await ImportLook.open<FirewallColumns>(config, layout, {
    things: 'lines',
    matcher: (parts) => new FirewallMatcher({ ...parts, opened: 'time' }),
    fill(geo, columns) {
      const systems = columns.cells('source_as')
      const countries = columns.cells('source_country')
      if (geo.look(columns.cells('source_ip'), systems, countries, 0, columns.rows))
        columns.touch('source_as', 'source_country')
    },
  })
  const ignore = keepNoise ? { inside: false, answers: false } : config.collectors.syslog.ignore
  const rows = new FirewallRows({
    parsers,
    own,
    noise: new Noise({ ...ignore, networks }),
    zone,
    year,
    look: look.look,
  })
  const staging = await BatchStaging.open(desk.staging)
  // Whole seconds, by which it is noted what was too old.
  const now = Math.floor(Date.now() / secondMs) * secondMs
  using progress = new Progress('lines read')
  const oldestMs = Math.max(earliest, now - config.keep.firewall_days * dayMs)
  const logs = new FirewallLogs({ ...run, ...desk, staging, rows, look, tally, progress, oldestMs })
  try {
    for (const path of run.paths) await logs.take(path)
  } finally {
    tally.tell(staging.durable)
    logs.tell()
    if (desk.intake.durable > 0) note(`${countText(desk.intake.durable)} matches with listed addresses`)
  }
}
