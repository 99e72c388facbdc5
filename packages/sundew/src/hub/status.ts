import { statfs } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import type { CollectorStatus } from '../core/collector-messages.ts'
import type { SupervisorStatus } from '../core/status.ts'
import type { Alerts } from './alerts.ts'
import type { Status } from './api/contract.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { Quota } from './keep/quota.ts'

export interface StatusSources {
  readonly version: string
  readonly sensor: string
  readonly dataDirectory: string
  readonly quotaBytes: number
  readonly storeUrl: string
  readonly store: ClickHouseClient
  /** Whether the store has answered since the hub began, and its tables are there. */
  readonly storeStarted: () => boolean
  readonly supervisor: () => SupervisorStatus
  readonly ingest: Ingest
  readonly quota: Quota
  readonly flows: () => CollectorStatus | undefined
  readonly alerts: Alerts
}

/** How Sundew does at this moment. */
export async function statusOf(sources: StatusSources): Promise<Status> {
  const { ingest, quota, quotaBytes, dataDirectory } = sources
  const { bavail, bsize } = await statfs(dataDirectory)
  const { usedBytes, full, over } = quota.last
  const flows = sources.flows()
  return {
    ...sources.supervisor(),
    version: sources.version,
    sensor: sources.sensor,
    dataDirectory,
    store: await storeStatus(sources),
    journal: { waitingBytes: await ingest.waitingBytes(), lagSeconds: ingest.lagSeconds },
    disk: { usedBytes, quotaBytes, freeBytes: bavail * bsize, full, sourcesOverShare: over },
    ...(flows && { flows }),
    ingested: ingest.counts,
    alerts: sources.alerts.recent,
  }
}

async function storeStatus({ store, storeUrl: url, storeStarted }: StatusSources): Promise<Status['store']> {
  if (!storeStarted()) return { starting: true, reachable: false, version: '', url }
  try {
    const answer = await store.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' })
    const [row] = await answer.json<{ version: string }>()
    return { starting: false, reachable: true, version: row?.version ?? '', url }
  } catch {
    return { starting: false, reachable: false, version: '', url }
  }
}
