import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { JournalWriter } from '../core/journal/writer.ts'
import type { CollectorStatus, FromCollectors, ToCollectors } from '../core/collector-messages.ts'
import type { Layout } from '../core/layout.ts'
import type { Log } from '../core/log.ts'
import type { ToPart } from '../core/messages.ts'
import type { QuotaState } from '../core/room.ts'
import type { SupervisorStatus } from '../core/status.ts'
import { migrate } from '../store/migrate.ts'
import { Alerts } from './alerts.ts'
import { startApi } from './api/server.ts'
import { BatchIngest } from './batches/ingest.ts'
import { firewallBatches, flowBatches } from './batches/tables.ts'
import { InsertTurn } from './batches/turn.ts'
import { connect, untilDone, type StoreAddress } from './connection.ts'
import { Campaigns } from './enrich/campaigns.ts'
import { FileStore } from './enrich/file-store.ts'
import { Digest } from './ingest/digest.ts'
import { Ingest } from './ingest/ingest.ts'
import { Ours } from './ingest/known.ts'
import { loadCampaigns } from './ingest/campaign-rows.ts'
import { Turn } from './ingest/turn.ts'
import { FlowRoom } from './keep/flow-room.ts'
import { type IntelSection, openIntelligence } from './intel/open.ts'
import { Keeper } from './keep/keeper.ts'
import { setLifetimes, type Lifetimes } from './keep/retention.ts'
import { Quota } from './keep/quota.ts'
import { LiveBus } from './live.ts'
import { OutputFeeds, type OutputSections } from './outputs/feeds.ts'
import { Daily } from './plots/daily.ts'
import type { DailySection } from './plots/section.ts'
import { Scans } from './scans/scans.ts'
import type { ScansSection } from './scans/section.ts'
import { statusOf } from './status.ts'

export interface HubSettings {
  readonly sensor: string
  readonly version: string
  /** The name that the decoys give themselves. */
  readonly hostname: string
  /** Addresses that others see us come from. */
  readonly seenAddresses?: readonly string[]
  readonly paths: Layout
  readonly publicFolder: string
  readonly console: {
    readonly address: string
    readonly port: number
    readonly hostnames: readonly string[]
    readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
    readonly allowPlain: boolean
  }
  readonly store: {
    readonly writer: StoreAddress
    readonly reader: StoreAddress
    readonly cluster: string | undefined
  }
  readonly keep: {
    readonly eventsDays: number
    readonly mailsDays: number
    readonly filesDays: number
    readonly flowDays: Lifetimes['flowDays']
    readonly firewallDays: number
    readonly quotaBytes: number
    readonly sourceShare: number
  }
  readonly outputs: OutputSections
  /** Addresses that are ours. */
  readonly networks?: readonly string[]
  /** Scans in firewalls' logs; without it they are not looked for. */
  readonly scans?: ScansSection
  /** The daily picture; without it there is none. */
  readonly daily?: DailySection
  /** Threat intelligence; without it there is none. */
  readonly intel?: IntelSection
}

/** Whoever runs the hub: tells it to stop, hears of the quota, passes on what the supervisor says. */
export interface HubHost {
  readonly signal: AbortSignal
  readonly log: Log
  readonly quota: (state: QuotaState) => void
  readonly hear: (listener: (message: ToPart) => void) => void
  /** Sends to the collectors. */
  readonly toCollectors?: (message: ToCollectors) => void
}

export interface Hub {
  readonly url: string
  /** What the owner should read at start. */
  readonly notices: readonly string[]
  /** Settles once the store is there; rejects where it can't be used, which ends the hub. The notices are told then. */
  readonly begun: Promise<void>
  /** Settles when it has stopped. */
  readonly ended: Promise<void>
}

/**
 * Starts the hub: the page and its API at once, and as soon as the store is there, for which it waits as long as it
 * takes, journals into the store, and the quota.
 */
export async function startHub(settings: HubSettings, host: HubHost): Promise<Hub> {
  const { paths, keep } = settings
  const { signal, log } = host
  let supervisor: SupervisorStatus = { started: '', parts: [], listeners: [] }
  host.hear((message) => {
    if (message.type === 'status') supervisor = message.status
  })
  let flows: CollectorStatus | undefined
  host.hear((message) => {
    if (message.type !== 'relay') return
    const told = message.body as FromCollectors
    if (told.type === 'flow-status') flows = told.status
  })

  const writer = connect(settings.store.writer)
  const reader = connect(settings.store.reader)
  const journal = await JournalWriter.open(paths.hubJournal)
  const alerts = new Alerts({ sensor: settings.sensor, journal, log })
  host.hear((message) => {
    if (message.type === 'alert') alerts.raise(message.code, message.message)
  })
  const live = new LiveBus()
  const files = await FileStore.open(paths.files)
  const campaigns = new Campaigns()
  const turn = new Turn()
  host.hear((message) => {
    if (message.type === 'busy') turn.busy = message.busy
  })
  const digest = new Digest({
    files,
    campaigns,
    ours: new Ours(settings.hostname, settings.seenAddresses),
    missing: ({ kind, id }, file) =>
      alerts.raise('SUNDEW_SPOOL_MISSING', `the bytes of ${kind} ${id} should be in ${file}, and are not`),
  })
  const feeds = await OutputFeeds.open(settings.outputs, {
    sensor: settings.sensor,
    version: settings.version,
    folder: paths.outputs,
    journals: paths.journals,
    storeCursors: paths.cursors,
    alerts,
  })
  const ingest = new Ingest({
    journals: paths.journals,
    cursors: paths.cursors,
    aside: paths.aside,
    store: writer,
    live,
    digest: async (entry, spoolFile, rows) => {
      await keeper.quiet()
      await digest.digest(entry, spoolFile, rows)
    },
    campaigns,
    turn,
    stored: (events) => feeds.take(events),
    otherReader: (directory) => feeds.reached(directory),
    trouble: (code, message, cause) => alerts.raise(code, message, cause),
  })
  const trouble = (code: string, message: string, cause?: unknown) => alerts.raise(code, message, cause)
  const batchWriter = connect(settings.store.writer)
  const scansWriter = connect(settings.store.writer)
  const batches = { store: batchWriter, turn: new InsertTurn(), trouble }
  const flowIngest = new BatchIngest({
    ...batches,
    table: flowBatches,
    folder: paths.flows,
    planFile: paths.flowPlan,
  })
  const firewallIngest = new BatchIngest({
    ...batches,
    table: firewallBatches,
    folder: paths.firewall,
    planFile: paths.firewallPlan,
  })
  let storeStarted = false
  const { networks = [] } = settings
  const opened =
    settings.intel &&
    openIntelligence(settings.intel, {
      sensor: settings.sensor,
      version: settings.version,
      folder: paths.intel,
      networks,
      journal,
      store: reader,
      storeStarted: () => storeStarted,
      live,
      tell: (message) => host.toCollectors?.(message),
      trouble,
      log,
      signal,
    })
  const intelligence = opened?.intelligence
  host.hear((message) => {
    if (message.type === 'peer' && message.name === 'collectors' && message.state === 'here')
      intelligence?.tellAgain()
  })
  const scansFile = join(paths.hub, 'scans.json')
  const scans =
    settings.scans?.enabled === true
      ? new Scans({
          section: settings.scans,
          file: scansFile,
          store: scansWriter,
          journal,
          sensor: settings.sensor,
          networks,
          waiting: () => ingest.waitingBytes(),
          trouble,
        })
      : undefined
  const daily =
    settings.daily &&
    new Daily({
      section: settings.daily,
      folder: resolve(paths.data, settings.daily.folder),
      sensor: settings.sensor,
      store: reader,
      address: settings.store.reader,
      scansFile,
      trouble,
    })
  const quota = new Quota({
    store: writer,
    quotaBytes: keep.quotaBytes,
    sourceShare: keep.sourceShare,
    fileBytes: async () => files.size().bytes,
    waitingBytes: async () =>
      (await ingest.waitingBytes()) +
      (await flowIngest.waiting()).bytes +
      (await firewallIngest.waiting()).bytes,
  })
  const keeper = new Keeper({
    store: writer,
    cluster: settings.store.cluster,
    files,
    keep,
    quota,
    flowRoom: new FlowRoom({ store: writer, quotaBytes: keep.quotaBytes, cluster: settings.store.cluster }),
    alerts,
    waitingBytes: () => ingest.waitingBytes(),
    tell: host.quota,
  })

  const status = {
    version: settings.version,
    sensor: settings.sensor,
    dataDirectory: paths.data,
    quotaBytes: keep.quotaBytes,
    storeUrl: settings.store.writer.url,
    store: reader,
    storeStarted: () => storeStarted,
    supervisor: () => supervisor,
    ingest,
    quota,
    flows: () => flows,
    alerts,
  }
  const api = await startApi({
    address: settings.console.address,
    port: settings.console.port,
    hostnames: settings.console.hostnames,
    tls: settings.console.tls,
    allowPlain: settings.console.allowPlain,
    stateFolder: paths.hub,
    publicFolder: settings.publicFolder,
    live,
    store: reader,
    storeStarted: () => storeStarted,
    status: () => statusOf(status),
    networks,
    listed: () => intelligence?.set,
    intel: intelligence,
    lookForScans: scans && (() => scans.look(signal)),
    scanMembers: scans && ((told) => scans.members(told)),
    daily,
    ...(opened && { collections: opened.collections }),
    openFile: async (sha256) => {
      const handle = await files.get(sha256)
      return handle && Readable.from(handle.createReadStream())
    },
    log,
  })
  const notices = [
    ...(api.initialPassword === undefined
      ? []
      : [
          `the page's password: ${api.initialPassword}  (shown this once; docs/console.md says how to get a new one)`,
        ]),
    ...(api.pageBuilt
      ? []
      : ['the page has not been built: run "npm run prepare" and start again; the API answers without it']),
  ]
  const begin = async () => {
    const waiting = (error: unknown) =>
      log.warn(`the store at ${settings.store.writer.url} does not answer yet: ${String(error)}`)
    await migrate({ ...settings.store.writer, cluster: settings.store.cluster, signal, waiting })
    // Before any row: one that is older than the schema's lifetime would be gone at once. The keeper tries again.
    await setLifetimes(writer, keep, settings.store.cluster).catch(waiting)
    await untilDone(() => loadCampaigns(writer, campaigns), signal, waiting)
    storeStarted = true
    await api.keepPassword()
  }
  const begun = begin()
  const ended = (async () => {
    const failed = new AbortController()
    // Before the store is there: who is to be warned at once does not wait for it.
    const fed = feeds.run(AbortSignal.any([signal, failed.signal]))
    const listed = opened?.run(AbortSignal.any([signal, failed.signal]))
    try {
      await begun
      await Promise.all([
        ingest.run(signal),
        flowIngest.run(signal),
        firewallIngest.run(signal),
        keeper.run(signal),
        opened?.ask(signal),
        scans?.run(signal),
        daily?.run(signal),
        fed,
        listed,
      ])
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      await api.close()
      failed.abort()
      await Promise.all([fed, listed])
      await feeds.close()
      await journal.close()
      await Promise.all([writer.close(), batchWriter.close(), scansWriter.close(), reader.close()])
    }
  })()
  return { url: api.url, notices, begun, ended }
}
