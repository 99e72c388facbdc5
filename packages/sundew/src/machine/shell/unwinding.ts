/** `exit`, or what ends a shell: unwinds to where the shell or subshell began. */
export class ShellExit extends Error {
  readonly status: number

  constructor(status: number) {
    super(`exit ${status}`)
    this.status = status
  }
}

/** An expansion or an assignment failed: ends the command; a script as well where `fatal`. The words are said by whoever catches it. */
export class ShellFailure extends Error {
  readonly status: number
  /** Ends a shell that is not interactive. */
  readonly fatal: boolean

  constructor(message: string, status = 1, fatal = false) {
    super(message)
    this.status = status
    this.fatal = fatal
  }
}

/** `fork(2)` failed for good. */
export class ForkFailure extends Error {}

/** Ends loops and functions by `break`, `continue` and `return`. */
export type Flow = { readonly type: 'break' | 'continue'; count: number } | { readonly type: 'return' }
