/** `batch` (oldest first) before `rows` (newest first), at most `most` of them. */
export function newestFirst<T>(rows: readonly T[], batch: readonly T[], most: number): readonly T[] {
  return [...batch.toReversed(), ...rows].slice(0, most)
}

/**
 * `next`, with every row that did not change being the very object it was in `before`: what is on the page for it then
 * stays as it is, opened, focused or selected.
 */
export function keepSame<T>(before: readonly T[], next: readonly T[], key: (row: T) => string): readonly T[] {
  const known = new Map(before.map((row) => [key(row), row]))
  return next.map((row) => {
    const old = known.get(key(row))
    return old !== undefined && JSON.stringify(old) === JSON.stringify(row) ? old : row
  })
}
