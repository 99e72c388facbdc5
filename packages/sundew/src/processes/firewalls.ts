import { DgramReceiver } from '../collectors/flow/dgram-receiver.ts'
import type { Geo } from '../collectors/flow/geo.ts'
import { openReceiver } from '../collectors/flow/open-receiver.ts'
import { SyslogCollector } from '../collectors/syslog/collector.ts'
import { FirewallBatches } from '../collectors/syslog/firewall-batches.ts'
import { SpoolRoom } from '../collectors/syslog/spool-room.ts'
import { FirewallMatcher } from '../collectors/syslog/firewall-matcher.ts'
import { Noise } from '../collectors/syslog/noise.ts'
import { firewallParsers } from '../collectors/syslog/parsers/index.ts'
import { patternParser } from '../collectors/syslog/parsers/pattern.ts'
import { FirewallFiles } from '../collectors/watch/firewall-files.ts'
import type { Config } from '../config.ts'
import { BatchSpoolWriter } from '../core/batch-spool.ts'
import type { SyslogStatus } from '../core/collector-messages.ts'
import { explain, type Log } from '../core/log.ts'
import type { ListenerStatus } from '../core/status.ts'
import type { EventKind } from '../event/catalogue.ts'
import { localContext, type EventContext, type KindFields } from '../event/event.ts'
import type { AddressSet } from '../match/address-set.ts'

const megabyte = 1_000_000
const tickMs = 250
/**
 * Of what may wait for the store, so much before files and streams wait: what was read by then still has its place, which is
 * at most four batches of 16 MB (`waiting_mb` is at least 128).
 */
const patientShare = 0.5

export interface FirewallsParts {
  readonly config: Pick<Config, 'sensor' | 'listen' | 'networks' | 'collectors'>
  /** Where batches wait for the hub. */
  readonly directory: string
  /** As in the environment variable SUNDEW_RECEIVER. */
  readonly receiver: string | undefined
  readonly geo: Geo | undefined
  readonly log: Log
  readonly record: <K extends EventKind>(kind: K, context: EventContext, fields: KindFields<K>) => unknown
  readonly alert: (code: string, message: string) => void
}

/** What the logs of firewalls need in the collectors: from syslog and files to batches. */
export interface Firewalls {
  readonly files: FirewallFiles
  readonly status: SyslogStatus
  start(): Promise<{ listeners: ListenerStatus[]; notices: string[] }>
  /** From now on this set is in force. */
  use(set: AddressSet): void
  /** Takes nothing more from the network. */
  stop(): Promise<void>
  /** Writes what is there. */
  close(): Promise<void>
}

/** Wires syslog, the files of firewalls and where their rows go. */
export async function firewallsOf(parts: FirewallsParts): Promise<Firewalls> {
  const { config, log, record, alert } = parts
  const settings = config.collectors.syslog
  const spool = await BatchSpoolWriter.open(parts.directory, settings.waiting_mb * megabyte)
  const matcher = new FirewallMatcher({
    networks: config.networks,
    windowMs: config.collectors.flow.window_seconds * 1_000,
    emit: ({ fields, ...ends }) =>
      void record('intel.match', { ...localContext(config.sensor, 'syslog'), ...ends }, fields),
  })
  const sink = new FirewallBatches({
    spool,
    geo: parts.geo,
    matcher,
    dropped: (rows, error) => {
      if (error !== undefined)
        log.warn(`a batch of ${rows} lines of firewalls could not be written: ${explain(error)}`)
    },
  })
  const spoolRoom = new SpoolRoom(spool, settings.waiting_mb * megabyte * patientShare)
  const patientRoom = () => sink.room ?? spoolRoom.room
  const own = settings.patterns.map((pattern) => patternParser(pattern))
  const collector = new SyslogCollector(
    {
      addresses: settings.addresses ?? config.listen,
      ports: settings.enabled ? settings.ports : [],
      tls: settings.tls,
      senders: settings.senders,
      receiveBufferBytes: Math.round(settings.receive_buffer_mb * 1024 * 1024),
    },
    {
      receiver:
        settings.enabled && settings.ports.some(({ transport }) => transport === 'udp')
          ? openReceiver(parts.receiver, (message) => log.warn(message))
          : new DgramReceiver(),
      log,
      parsers: firewallParsers,
      own,
      sink,
      noise: new Noise({ ...settings.ignore, networks: config.networks }),
      zone: settings.time_zone,
      unparsed: (fields) => void record('syslog.unparsed', localContext(config.sensor, 'syslog'), fields),
      alert,
      patientRoom,
      waiting: () => spool.waiting,
    },
  )
  const files = new FirewallFiles({
    dispatch: collector.dispatch,
    room: patientRoom,
    settled: () => sink.settled(),
    parsers: [...own, ...firewallParsers],
  })
  let timers: NodeJS.Timeout[] = []
  return {
    files,
    get status() {
      return collector.status
    },
    async start() {
      timers = [
        setInterval(() => sink.tick(Date.now()), tickMs),
        setInterval(() => {
          matcher.tick(Date.now())
          spool
            .measure()
            .then(() => spoolRoom.look())
            .catch((error: unknown) => log.error("the spool of firewalls' lines", error))
        }, 1_000),
      ]
      return collector.start()
    },
    use: (set) => matcher.use(set),
    stop: () => collector.close(),
    async close() {
      for (const timer of timers) clearInterval(timer)
      await sink.close()
      matcher.close()
    },
  }
}
