/** A data set whose template has not come yet. */
export interface Held {
  readonly template: number
  /** The set's records, copied. */
  readonly bytes: Uint8Array
  readonly receivedMs: number
  readonly exportMs: number
  readonly uptimeMs: number
  readonly uptimeKnown: boolean
}
