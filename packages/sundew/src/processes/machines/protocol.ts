import type { Happening } from '../../machine/happening.ts'
import type { MachineRequest } from '../../machine/host.ts'

/** From the decoys to the machines. `id` is of a session, and never used again. */
export type ToMachines =
  | { readonly type: 'open'; readonly id: number; readonly request: MachineRequest }
  | { readonly type: 'input'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'inputEnded'; readonly id: number }
  | { readonly type: 'resize'; readonly id: number; readonly columns: number; readonly rows: number }
  | { readonly type: 'signal'; readonly id: number; readonly name: string }
  | { readonly type: 'sent'; readonly id: number; readonly bytes: number }
  /** The happening that waited for it is kept. */
  | { readonly type: 'kept'; readonly id: number }
  | { readonly type: 'close'; readonly id: number }
  /** Whatever session there is: the decoys know none. */
  | { readonly type: 'reset' }

/** From the machines to the decoys. */
export type FromMachines =
  | {
      readonly type: 'output'
      readonly id: number
      readonly stream: 'out' | 'error'
      readonly bytes: Uint8Array
    }
  /** `waits`: the session's next words wait until it is said to be kept. */
  | { readonly type: 'happened'; readonly id: number; readonly happening: Happening; readonly waits: boolean }
  /** So many bytes of input were taken. */
  | { readonly type: 'room'; readonly id: number; readonly bytes: number }
  | {
      readonly type: 'ended'
      readonly id: number
      readonly how: { readonly status: number } | { readonly signal: string }
    }
  /** After a `close`: nothing comes any more. */
  | { readonly type: 'closed'; readonly id: number }
  /** Something the owner should know. */
  | { readonly type: 'trouble'; readonly code: string; readonly message: string }

/** From a worker to its keeper, beside what is for the decoys. */
export type FromWorker = FromMachines | Pulse

/** A worker's loop goes round. */
export interface Pulse {
  readonly type: 'pulse'
  /** What its buffers hold, which no heap limit counts. */
  readonly bufferBytes: number
}
