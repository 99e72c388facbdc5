/** Time that is shown, ms since 1970; the end is not included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The shortest time that can be shown, ms. */
const shortest = 1000

/**
 * So many times as large, around a moment that stays where it is; within `whole`.
 *
 * @param where the moment is in the span, 0 to 1
 */
export function enlarged(span: Span, times: number, where: number, whole: Span): Span {
  const width = span.to - span.from
  const share = Math.min(1, Math.max(0, where))
  const next = Math.min(whole.to - whole.from, Math.max(shortest, width / times))
  return within(
    { from: span.from + share * (width - next), to: span.from + share * (width - next) + next },
    whole,
  )
}

/** The part between two shares of the span, 0 to 1 each; within `whole`. */
export function between({ from, to }: Span, first: number, last: number, whole: Span): Span {
  const width = to - from
  const start = from + first * width
  return within({ from: start, to: Math.max(start + shortest, from + last * width) }, whole)
}

/** Later by a share of its width, or earlier where that is below 0; within `whole`. */
export function moved({ from, to }: Span, share: number, whole: Span): Span {
  const by = (to - from) * share
  return within({ from: from + by, to: to + by }, whole)
}

function within({ from, to }: Span, whole: Span): Span {
  const start = Math.max(whole.from, Math.min(from, whole.to - (to - from)))
  return { from: start, to: start + to - from }
}
