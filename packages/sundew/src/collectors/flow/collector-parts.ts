import type { CollectorStatus, SyslogStatus, WatchStatus } from '../../core/collector-messages.ts'
import type { Log } from '../../core/log.ts'
import type { KindFields } from '../../event/event.ts'
import type { FlowColumns } from '../../wire/flow/columns.ts'
import type { Exporter } from '../../wire/flow/sink.ts'
import type { BatchSpool } from '../batches.ts'
import type { FlowDecoder } from './decoder.ts'
import type { DomainHealth } from './health.ts'
import type { Receiver } from './receiver.ts'
import type { Remembering } from './saved-state.ts'

export interface CollectorSettings {
  readonly addresses: readonly string[]
  readonly ports: readonly { readonly port: number; readonly transport: 'udp' | 'tcp' | 'tls' }[]
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca?: string | undefined }
  /** Addresses and prefixes that are listened to; all where there are none. */
  readonly exporters: readonly string[]
  readonly receiveBufferBytes: number
  /** The folder for what is remembered over restarts. */
  readonly stateFolder: string
}

/** `wire/netflow`, as far as a collector needs it. */
export interface NetflowPart extends FlowDecoder, Remembering {
  expire(nowMs: number): void
  endStream(exporter: Exporter): void
  exporters(): Iterable<DomainHealth>
}

export interface SflowPart extends FlowDecoder {
  expire(nowMs: number): void
  exporters(): Iterable<DomainHealth>
}

export interface CollectorParts {
  readonly receiver: Receiver
  readonly netflow: NetflowPart
  readonly sflow: SflowPart
  readonly spool: BatchSpool & {
    readonly waiting: { readonly files: number; readonly bytes: number }
    measure(): Promise<void>
  }
  readonly geo?: { fill(columns: FlowColumns, from: number, to: number): void } | undefined
  readonly matcher?:
    | {
        match(columns: FlowColumns, from: number, to: number): void
        tick(nowMs: number): void
        close(): void
      }
    | undefined
  readonly log: Log
  /** What one exporter sent in the last minute. */
  readonly health: (fields: KindFields<'flow.exporter'>) => void
  readonly status: (status: CollectorStatus) => void
  /** Something the owner should know. */
  readonly alert: (code: string, message: string) => void
  /** How the watching of logs does, which is told with the rest. */
  readonly watch?: (() => WatchStatus) | undefined
  /** How syslog does, likewise. */
  readonly syslog?: (() => SyslogStatus) | undefined
  readonly matches: () => { readonly set: CollectorStatus['set']; readonly matches: number }
}
