import type { Intake } from '../feeds/feed.ts'

/** What a reader tells what it finds to: an intake, without what is the feed's own to say. */
export type Taker = Pick<Intake, 'take' | 'bad' | 'leaveOut' | 'report' | 'made' | 'full'>

/** How a reading went. What was found, and what was bad, the taker knows. */
export interface Reading {
  readonly format: string
  /** Lines or objects that are neither empty nor a comment. */
  readonly records: number
  /** How many there should be, where the list says so itself. */
  readonly told?: number | undefined
  /** There is more than may be read. */
  readonly cut?: boolean
}
