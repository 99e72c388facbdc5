/** Text that is no shell script: bash's words, without what goes before them. */
export class ShellSyntaxError extends Error {
  /** More text could make it whole. */
  readonly incomplete: boolean
  readonly line: number
  /** The line that it is in, where bash repeats it. */
  readonly lineText: string | undefined
  /** In `x=( … )`: status 1. */
  inArray = false
  /** In `[[ … ]]`: bash says the first line only, ends, and keeps its status. */
  inCondition = false

  constructor(message: string, line: number, incomplete: boolean, lineText?: string) {
    super(message)
    this.incomplete = incomplete
    this.line = line
    this.lineText = lineText
  }

  ofArray(): this {
    this.inArray = true
    return this
  }
}

/** Nested deeper than {@link maxDepth}: a real bash would run out of its stack. */
export class TooDeep extends Error {}

/** Of `(`, `$(`, `{`, `${`, `if` and so on, one in the other. */
export const maxDepth = 200
