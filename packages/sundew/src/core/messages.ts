import type { QuotaState } from './room.ts'
import type { ListenerStatus, SupervisorStatus } from './status.ts'

/** From a part to the supervisor. */
export type FromPart =
  | {
      readonly type: 'ready'
      readonly listeners?: readonly ListenerStatus[]
      readonly notices?: readonly string[]
      /** Where its page is, for a part that has one. */
      readonly url?: string
    }
  | { readonly type: 'quota'; readonly quota: QuotaState }
  | BusyMessage
  | AlertMessage
  | RelayMessage

/** For another part, and from it: the supervisor passes it on, unread. */
export interface RelayMessage {
  readonly type: 'relay'
  readonly to: 'decoys' | 'machines' | 'collectors' | 'hub'
  readonly body: unknown
}

/** One of the two that relay came to run, or died: in its order with what was relayed. */
export interface PeerMessage {
  readonly type: 'peer'
  readonly name: RelayMessage['to']
  readonly state: 'here' | 'gone'
}

/** The decoys have their hands full, or no longer; the hub lets them. */
export interface BusyMessage {
  readonly type: 'busy'
  readonly busy: boolean
}

/** Something the owner should know; the hub raises it. */
export interface AlertMessage {
  readonly type: 'alert'
  /** SUNDEW_…, docs/errors.md. */
  readonly code: string
  readonly message: string
}

/** From the supervisor to a part. */
export type ToPart =
  | { readonly type: 'start'; readonly start: unknown }
  | { readonly type: 'status'; readonly status: SupervisorStatus }
  | { readonly type: 'quota'; readonly quota: QuotaState }
  | BusyMessage
  | AlertMessage
  | RelayMessage
  | PeerMessage
  | { readonly type: 'stop' }
