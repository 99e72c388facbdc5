import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { now, rfc3339 } from '../../core/clock.ts'
import type { ToCollectors } from '../../core/collector-messages.ts'
import { uuidv7 } from '../../core/id.ts'
import type { JournalWriter } from '../../core/journal/writer.ts'
import type { Log } from '../../core/log.ts'
import { aborted } from '../../core/part.ts'
import { localContext } from '../../event/event.ts'
import { FeedError } from '../../intel/feeds/feed.ts'
import { networksOf } from '../../intel/ours.ts'
import { publishedZones } from '../../intel/publish/bind-rpz/named-conf.ts'
import type { RpzSettings } from '../../intel/publish/bind-rpz/settings.ts'
import { publishers } from '../../intel/publish/index.ts'
import { egressTo } from '../egress.ts'
import type { LiveBus } from '../live.ts'
import type { CollectionSource } from '../taxii/collection.ts'
import { collectionsOf } from '../taxii/collections.ts'
import { notifyDestinations, type TransferSection } from '../zones/section.ts'
import { Zones } from '../zones/zones.ts'
import { attackersSince } from './attackers.ts'
import { Caught } from './caught.ts'
import { feedFetches } from './fetches.ts'
import { gathered } from './gathered.ts'
import { Intelligence } from './intelligence.ts'
import { publicationsOf } from './publications.ts'
import type { PublicationSection } from './publishing-contract.ts'
import { publishedPath } from './publishing.ts'
import { RetroCaught } from './retro-caught.ts'
import { Retro } from './retro.ts'
import { secondLookWays } from './second-look-ways.ts'
import type { SecondLookSection } from './second-look-section.ts'
import { SecondLook } from './second-look.ts'
import type { IntelSettings } from './settings.ts'

/** Section `intel` of the configuration. */
export type IntelSection = Omit<IntelSettings, 'folder' | 'version' | 'networks'> & {
  /** Whether the past is asked about what is newly listed. */
  readonly retro: boolean
  readonly proxy?: string | undefined
  readonly second_look?: SecondLookSection | undefined
  /** Response policy zones by zone transfer. */
  readonly transfer?: TransferSection | undefined
}

export interface IntelHost {
  readonly sensor: string
  readonly version: string
  readonly folder: string
  readonly networks: readonly string[]
  readonly journal: JournalWriter
  /** Reads only. */
  readonly store: ClickHouseClient
  readonly storeStarted: () => boolean
  readonly live: LiveBus
  readonly tell: (message: ToCollectors) => void
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  readonly log: Log
  readonly signal: AbortSignal
}

export interface OpenIntelligence {
  readonly intelligence: Intelligence
  /** What the TAXII server has. */
  readonly collections: readonly CollectionSource[]
  /** Runs until the signal aborts: what does not need the store. */
  run(signal: AbortSignal): Promise<unknown>
  /** The same of what asks the past, once the store is there. */
  ask(signal: AbortSignal): Promise<unknown>
}

/** A little more than alerts of one code are apart (`alerts.ts`), milliseconds. */
const gatherMs = 61_000

/** Threat intelligence, and what is done with it in the hub: what decoys caught is matched, what was met is looked at again. */
export function openIntelligence(section: IntelSection, host: IntelHost): OpenIntelligence {
  const { sensor, version, folder, networks, journal, store, live, log, signal } = host
  const trouble = gathered('SUNDEW_INTEL_LIST', host.trouble, gatherMs)
  const place = { folder, version, proxy: section.proxy }
  const ours = networksOf(networks)
  const intelligence = new Intelligence({
    settings: { ...section, folder, version, networks },
    tell: host.tell,
    event: (kind, fields) => {
      const moment = now()
      const event = { id: uuidv7(moment), time: rfc3339(moment), kind, fields }
      journal
        .appendJson(JSON.stringify({ ...localContext(sensor, 'intel'), ...event }))
        .catch((error: unknown) => log.error(`a ${kind} event was lost`, error))
    },
    trouble,
    log,
    fetch: feedFetches(section.files, section.feeds, place, signal),
    attackers: async (since) => {
      if (!host.storeStarted()) throw new FeedError('reach', 'the store is not there yet')
      return await attackersSince(store, since, ours, signal)
    },
  })
  const sets = () => ({ addresses: intelligence.set, names: intelligence.names })
  const caught = new Caught({ sets, journal, log })
  const second =
    section.second_look &&
    new SecondLook({
      section: section.second_look,
      networks: ours,
      domains: section.core.domains,
      ...secondLookWays(section.second_look, place, signal),
      allow: intelligence.allow,
      note: intelligence.note,
      trouble,
    })
  live.subscribe((events) => {
    caught.take(events)
    for (const event of events) {
      // What the past tells was met long ago; of what an intruder does in a session nothing is asked of anybody, they would choose what.
      if (event.kind === 'intel.match' && event.fields.retro !== true && event.session === '')
        second?.offer(event.fields)
    }
  })
  const retro = section.retro
    ? new Retro({ lists: intelligence, folder, store, journal, sensor, networks, trouble, log })
    : undefined
  const retroCaught = section.retro
    ? new RetroCaught({ lists: intelligence, sets, store, journal, trouble, log })
    : undefined
  const publications = publicationsOf(section.publish, publishers)
  const transfer = section.transfer && zoneTransfer(section.transfer, publications, folder, log)
  return {
    intelligence,
    collections: collectionsOf(publications, folder),
    run: async (until) =>
      await Promise.all([
        intelligence.run(until),
        second?.run(until),
        transfer?.(until).catch((error: unknown) =>
          trouble('SUNDEW_INTEL_TRANSFER', 'zones are not given to other name servers', error),
        ),
      ]),
    ask: async (until) => await Promise.all([retro?.run(until), retroCaught?.run(until)]),
  }
}

/** Serves the zones of all publications for BIND until the signal aborts. */
function zoneTransfer(
  section: TransferSection,
  publications: readonly PublicationSection[],
  folder: string,
  log: Log,
): (until: AbortSignal) => Promise<void> {
  const zones = publications
    .filter(({ target }) => target === 'bind-rpz')
    .flatMap(({ path, settings }) => publishedZones(settings as RpzSettings, publishedPath(folder, path)))
  return async (until) => {
    const egress = egressTo(notifyDestinations(section))
    const served = await Zones.open(section, { zones, folder: join(folder, 'zones'), egress, log })
    await aborted(until)
    await served.close()
  }
}
