import type { HttpBindings } from '@hono/node-server'
import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import type { Readable } from 'node:stream'
import { explain, type Log } from '../../core/log.ts'
import type { AddressSet } from '../../match/address-set.ts'
import type { IntelDesk } from '../intel/desk.ts'
import type { Daily } from '../plots/daily.ts'
import type { MembersOf } from '../scans/scanners.ts'
import type { Look } from '../scans/scans.ts'
import type { CollectionSource } from '../taxii/collection.ts'
import { taxiiRoutes } from '../taxii/routes.ts'
import type { Asset } from './assets.ts'
import { guard, type Guarded } from './auth/guard.ts'
import type { Password } from './auth/password.ts'
import type { Sessions } from './auth/sessions.ts'
import type { Tokens } from './auth/tokens.ts'
import { apiPrefix, type Status } from './contract.ts'
import { ApiError, notFound } from './errors.ts'
import { securityHeaders } from './headers.ts'
import type { LiveFeed } from './live-feed.ts'
import { hostCheck, originCheck } from './origin.ts'
import { dailyPlotRoutes } from './routes/daily-plot.ts'
import { eventRoutes } from './routes/events.ts'
import { fileRoutes } from './routes/files.ts'
import { firewallRoutes } from './routes/firewall.ts'
import { firewallPlotRoutes } from './routes/firewall-plot.ts'
import { flowRoutes } from './routes/flows.ts'
import { hitReportRoutes } from './routes/hit-report.ts'
import { intelRoutes } from './routes/intel.ts'
import { linkPlotRoutes } from './routes/link-plot.ts'
import { liveRoutes } from './routes/live.ts'
import { loginRoutes } from './routes/login.ts'
import { loginRowRoutes } from './routes/login-rows.ts'
import { mailRoutes } from './routes/mails.ts'
import { pageRoutes } from './routes/page.ts'
import { queryRoutes } from './routes/query.ts'
import { reportRoutes } from './routes/reports.ts'
import { tunnelReportRoutes } from './routes/tunnel-report.ts'
import { scanRoutes } from './routes/scans.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { storeCheck } from './store-reader.ts'

/** What the routes answer from. */
export interface ApiSources {
  readonly store: ClickHouseClient
  /** Whether the store has been reached and has its tables. */
  readonly storeStarted: () => boolean
  readonly status: () => Promise<Status>
  /** A kept file by its SHA-256; undefined where there is none. */
  readonly openFile: (sha256: string) => Promise<Readable | undefined>
  /** Addresses and prefixes that are the owner's. */
  readonly networks?: readonly string[]
  /** The set of listed addresses in force. */
  readonly listed?: () => AddressSet | undefined
  /** What is asked of threat intelligence. */
  readonly intel?: IntelDesk | undefined
  /** Draws days; undefined where no folder is named. */
  readonly daily?: Daily | undefined
  /** Looks for scans now; undefined where they are not looked for. */
  readonly lookForScans?: (() => Promise<Look>) | undefined
  /** All sources of scans, as they are remembered. */
  readonly scanMembers?: MembersOf | undefined
  /** Publications of the target `taxii`: served under /taxii2/ where there are any. */
  readonly collections?: readonly CollectionSource[]
}

export interface AppParts extends ApiSources {
  readonly tls: boolean
  /** Host names, in lower case, under which the page may be asked for. */
  readonly names: ReadonlySet<string>
  readonly password: Password
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly feed: LiveFeed
  readonly assets: ReadonlyMap<string, Asset> | undefined
  readonly log: Log
}

/** The whole HTTP interface: what holds for every request, then one group of routes a file. */
export function createApp(parts: AppParts): Hono<{ Bindings: HttpBindings }> {
  const { tls, names, password, sessions, tokens, feed, assets, log, store, storeStarted, status, openFile } =
    parts
  const {
    networks = [],
    listed = () => undefined,
    intel,
    lookForScans,
    scanMembers,
    daily,
    collections = [],
  } = parts
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(securityHeaders({ tls }))
  app.use(hostCheck(names))
  app.use(`${apiPrefix}/*`, originCheck())
  app.route(apiPrefix, loginRoutes({ password, sessions, tokens, tls }))

  const api = new Hono<Guarded>()
  api.use(guard({ sessions, tokens, tls }))
  api.get('/status', async (c) => c.json(await status()))
  api.route('/', liveRoutes(feed))
  api.route('/', tokenRoutes(tokens))
  api.route('/', intelRoutes({ store, storeStarted, intel }))
  // What follows needs the store.
  api.use(storeCheck(storeStarted))
  for (const routes of [
    eventRoutes(store),
    sessionRoutes(store),
    mailRoutes({ store, openFile }),
    fileRoutes({ store, openFile }),
    reportRoutes(store),
    tunnelReportRoutes(store),
    hitReportRoutes(store),
    linkPlotRoutes(store),
    scanRoutes({ store, look: lookForScans }),
    firewallPlotRoutes(store, scanMembers),
    dailyPlotRoutes(daily),
    flowRoutes({ store, networks, listed }),
    firewallRoutes({ store, networks }),
    loginRowRoutes(store),
    queryRoutes(store),
  ]) {
    api.route('/', routes)
  }
  api.all('*', () => {
    throw notFound('There is no such address in the API; docs/api.md lists them.')
  })
  app.route(apiPrefix, api)
  if (collections.length > 0) app.route('/', taxiiRoutes({ tokens, sources: collections }))
  app.route('/', pageRoutes(assets))

  app.onError((error, c) => {
    if (error instanceof ApiError) return error.answer(c)
    log.error(`could not answer ${c.req.method} ${c.req.path.slice(0, 200)}`, error)
    return new ApiError(500, 'SUNDEW_API_FAULT', `A fault of ours: ${explain(error)}`).answer(c)
  })
  app.notFound((c) => notFound('There is nothing here.').answer(c))
  return app
}
