import type { Box } from './columns.ts'

/** Pairs of boxes that lie on each other: swept from the top, so that thousands take milliseconds where few meet. */
export function overlaps(boxes: readonly Box[]): number {
  const byTop = [...boxes].sort((a, b) => a.top - b.top)
  let open: Box[] = []
  let found = 0
  for (const box of byTop) {
    open = open.filter(({ bottom }) => bottom > box.top)
    for (const other of open) if (other.left < box.right && box.left < other.right) found++
    open.push(box)
  }
  return found
}
