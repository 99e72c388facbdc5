import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FlowCollector } from '../collectors/flow/collector.ts'
import { configuredSampling } from '../collectors/flow/configured-sampling.ts'
import { Geo } from '../collectors/flow/geo.ts'
import { FlowMatcher } from '../collectors/flow/matcher.ts'
import { DgramReceiver } from '../collectors/flow/dgram-receiver.ts'
import { openReceiver } from '../collectors/flow/open-receiver.ts'
import { LogWatch } from '../collectors/watch/log-watch.ts'
import type { Config } from '../config.ts'
import { now, rfc3339 } from '../core/clock.ts'
import type { FromCollectors, ToCollectors } from '../core/collector-messages.ts'
import { BatchSpoolWriter } from '../core/batch-spool.ts'
import { uuidv7 } from '../core/id.ts'
import { JournalWriter } from '../core/journal/writer.ts'
import { explain, logFor } from '../core/log.ts'
import { aborted, runPart } from '../core/part.ts'
import type { EventKind } from '../event/catalogue.ts'
import { localContext, type EventContext, type KindFields } from '../event/event.ts'
import { AddressSet } from '../match/address-set.ts'
import { NameSet } from '../match/name-set.ts'
import { NetflowDecoder } from '../wire/netflow/decoder.ts'
import { readFrame } from '../wire/packet/headers.ts'
import { SflowDecoder } from '../wire/sflow/decoder.ts'
import { firewallsOf } from './firewalls.ts'

/** What the supervisor starts the collectors with. */
export interface CollectorsStart {
  readonly config: Pick<Config, 'sensor' | 'listen' | 'networks' | 'collectors'>
  readonly journalDirectory: string
  readonly stateDirectory: string
  /** Where batches wait for the hub. */
  readonly flowsDirectory: string
  readonly firewallDirectory: string
  /** As in the environment variable SUNDEW_RECEIVER. */
  readonly receiver: string | undefined
}

const log = logFor('collectors')
const megabyte = 1_000_000

runPart<CollectorsStart>('collectors', async ({ start, signal, send, hear }) => {
  const { config } = start
  const settings = config.collectors.flow
  const journal = await JournalWriter.open(start.journalDirectory)
  const spool = await BatchSpoolWriter.open(start.flowsDirectory, settings.waiting_mb * megabyte)
  const netflow = new NetflowDecoder({
    keepUnknown: settings.keep_unknown,
    sampling: configuredSampling(settings.sampling),
    frame: readFrame,
  })
  const alert = (code: string, message: string) => send({ type: 'alert', code, message })
  const record = <K extends EventKind>(kind: K, context: EventContext, fields: KindFields<K>) => {
    const moment = now()
    const event = { ...context, id: uuidv7(moment), time: rfc3339(moment), kind, fields }
    return journal
      .appendJson(JSON.stringify(event))
      .then(() => {})
      .catch((error: unknown) => log.error(`a ${kind} event was lost`, error))
  }
  const matcher = new FlowMatcher({
    networks: config.networks,
    windowMs: settings.window_seconds * 1_000,
    nextHop: settings.match_next_hop,
    emit: ({ fields, ...ends }) =>
      void record('intel.match', { ...localContext(config.sensor, 'flow'), ...ends }, fields),
  })
  const geo = settings.geo ? await geoOf(start.stateDirectory) : undefined
  const firewalls = await firewallsOf({
    config,
    directory: start.firewallDirectory,
    receiver: start.receiver,
    geo,
    log,
    record,
    alert,
  })
  const { tail, dnstap } = config.collectors
  const watch =
    tail.length > 0 || dnstap
      ? new LogWatch(
          {
            tail,
            dnstap,
            networks: config.networks,
            windowMs: settings.window_seconds * 1_000,
            positionsFile: join(start.stateDirectory, 'logs.json'),
          },
          {
            log,
            emit: ({ fields, ...ends }, service) =>
              record('intel.match', { ...localContext(config.sensor, service), ...ends }, fields),
            firewalls: firewalls.files,
            alert,
          },
        )
      : undefined
  let set = { version: 0, entries: 0 }
  let taking = Promise.resolve()
  const use = async (message: ToCollectors) => {
    if (message.version < set.version) return
    const loaded = AddressSet.from(await readFile(message.path))
    // Flows have no names: without logs the set of names need not be held.
    const names =
      watch && message.names !== undefined ? NameSet.from(await readFile(message.names)) : undefined
    matcher.use(loaded)
    firewalls.use(loaded)
    watch?.use(loaded, names)
    set = { version: message.version, entries: message.entries }
  }

  // A fault of ours ends what it was about; the next packet is still taken.
  process.on('uncaughtException', (error) => log.error('fault', error))
  process.on('unhandledRejection', (error) => log.error('fault', error))

  const collector = new FlowCollector(
    {
      addresses: settings.addresses ?? config.listen,
      ports: settings.enabled ? settings.ports : [],
      ...(settings.tls && { tls: settings.tls }),
      exporters: settings.exporters,
      receiveBufferBytes: Math.round(settings.receive_buffer_mb * 1024 * 1024),
      stateFolder: start.stateDirectory,
    },
    {
      receiver: settings.enabled
        ? openReceiver(start.receiver, (message) => log.warn(message))
        : new DgramReceiver(),
      netflow,
      sflow: new SflowDecoder(),
      spool,
      geo,
      log,
      health: (fields) => void record('flow.exporter', localContext(config.sensor, 'flow'), fields),
      status: (status) =>
        send({ type: 'relay', to: 'hub', body: { type: 'flow-status', status } satisfies FromCollectors }),
      alert,
      matcher,
      matches: () => ({ set, matches: matcher.events }),
      watch: watch && (() => watch.status),
      syslog: () => firewalls.status,
    },
  )
  hear((message) => {
    if (message.type === 'peer' && message.state === 'here') collector.tell()
    else if (message.type === 'relay') {
      // One after the other: a small set is read sooner than the large one before it.
      taking = taking
        .then(() => use(message.body as ToCollectors))
        .catch((error: unknown) =>
          alert(
            'SUNDEW_SET_NOT_TAKEN',
            `the collectors could not take the list of bad addresses, and match against the former one: ${explain(error)}`,
          ),
        )
    }
  })
  const { listeners, notices } = await collector.start()
  const syslog = await firewalls.start()
  listeners.push(...syslog.listeners)
  notices.push(...syslog.notices)
  notices.push(...((await watch?.start()) ?? []))
  // From here on this process takes what comes, but can neither connect anywhere nor look a name up.
  process.permission?.drop?.('net')
  process.permission?.drop?.('addon')
  send({ type: 'ready', listeners, notices })

  await aborted(signal)
  await firewalls.stop()
  await watch?.close()
  await firewalls.close()
  await collector.close()
  await journal.close()
})

/** Country and autonomous system; without them where their tables cannot be read. */
async function geoOf(stateDirectory: string): Promise<Geo | undefined> {
  try {
    return await Geo.load(join(stateDirectory, 'geo.bin'))
  } catch (error) {
    log.warn(`countries and autonomous systems are not looked up: ${explain(error)}`)
    return undefined
  }
}
