/** What an allow-list does: nothing comes of it at all; it is matched but never blocked; it is only said. */
export type AllowAction = 'exclude' | 'downgrade' | 'annotate'

/** One entry of an allow-list that bears on an indicator. */
export interface AllowDecision {
  readonly action: AllowAction
  /** `core/networks`, `owner`, a warninglist's name …. */
  readonly list: string
  /** The entry as listed. */
  readonly entry: string
  /** In words: why it is there. */
  readonly reason: string
  /** It ends then, ms since 1970. */
  readonly until?: number
}

/** An entry of the owner's own list. */
export interface OwnAllow {
  readonly value: string
  readonly reason: string
  readonly action: AllowAction
  readonly until?: number
  /** Who said so: `configuration`, or the name of the token that was used. */
  readonly by: string
}
