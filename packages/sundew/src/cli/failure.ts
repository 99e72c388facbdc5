/** What the program ends with; documented in docs/cli.md. */
export const exitCode = {
  /** It did what was asked. */
  ok: 0,
  /** It looked and found: a fault (`doctor`), a mistake, or that what was asked for is not there. */
  finding: 1,
  /** The command line was wrong. */
  usage: 2,
  /** Sundew does not run here, or does not answer. */
  unavailable: 69,
  /** A fault of the program's own. */
  fault: 70,
  /** A mistake in sundew.yaml. */
  config: 78,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** Ends a command: the message says what was attempted, with which value, and what to try. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: `SUNDEW_${string}`
  readonly exit: ExitCode

  constructor(code: Failure['code'], exit: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.exit = exit
  }
}

/** The command line is wrong. */
export function usage(message: string): Failure {
  return new Failure('SUNDEW_USAGE', exitCode.usage, message)
}
