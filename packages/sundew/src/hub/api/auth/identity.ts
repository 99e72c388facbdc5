/** Who asks: a login of the page, the command line of this machine, or a token that the owner gave away. */
export interface Identity {
  readonly kind: 'session' | 'command-line' | 'token'
  /** Milliseconds since the epoch; Infinity where it does not end by itself. */
  readonly expires: number
  /** Aborts when it is revoked; what is still streaming to it then ends. */
  readonly ended: AbortSignal
}
