import type { Box } from './columns.ts'

/** Between two boxes that were moved apart. */
const gap = 2
/** Rounds in which all that overlap are moved a little, before what still does goes where there is room. */
const rounds = 60

type Movable = { -readonly [side in keyof Box]: Box[side] }

/**
 * Boxes moved until no two lie on each other, each as little as it takes: first pairs push each other along the shorter way;
 * then each that is still on one placed before it goes below it. Order and sizes stay; the same boxes give the same places.
 */
export function apart(boxes: readonly Box[]): Box[] {
  const moved = boxes.map((box): Movable => ({ ...box }))
  for (let round = 0; round < rounds && push(moved); round++);
  drop(moved)
  return moved
}

/** Pushes pairs that overlap half of the way each. Whether there were any. */
function push(boxes: readonly Movable[]): boolean {
  let any = false
  const byTop = [...boxes].sort((a, b) => a.top - b.top)
  let open: Movable[] = []
  for (const box of byTop) {
    open = open.filter(({ bottom }) => bottom + gap > box.top)
    for (const other of open) {
      const across = Math.min(other.right - box.left, box.right - other.left) + gap
      const down = Math.min(other.bottom - box.top, box.bottom - other.top) + gap
      if (across <= 0 || down <= 0) continue
      any = true
      if (down <= across) {
        const up = box.top + box.bottom < other.top + other.bottom ? -1 : 1
        shift(box, 0, (up * down) / 2)
        shift(other, 0, (-up * down) / 2)
      } else {
        const left = box.left + box.right < other.left + other.right ? -1 : 1
        shift(box, (left * across) / 2, 0)
        shift(other, (-left * across) / 2, 0)
      }
    }
    open.push(box)
  }
  return any
}

/** From the top, each box as far down as those above need. */
function drop(boxes: readonly Movable[]): void {
  const placed: Movable[] = []
  for (const box of [...boxes].sort((a, b) => a.top - b.top)) {
    for (let moved = true; moved;) {
      moved = false
      for (const other of placed) {
        if (other.left >= box.right || box.left >= other.right) continue
        if (other.top >= box.bottom || box.top >= other.bottom) continue
        shift(box, 0, other.bottom + gap - box.top)
        moved = true
      }
    }
    placed.push(box)
  }
}

function shift(box: Movable, across: number, down: number): void {
  box.left += across
  box.right += across
  box.top += down
  box.bottom += down
}
