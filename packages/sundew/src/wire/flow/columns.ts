import { Columns } from '../columns/columns.ts'
import { columnIndex, flowColumns } from './layout.ts'

/** The middle of an IPv4 address in an IPv6 column (::ffff:0:0), as its third little-endian word. */
export const mappedPrefix = 0xffff_0000

const ends = ['source_ip', 'destination_ip'] as const

/**
 * Flows as typed columns. All cells are 0 before they are written, but `source_ip` and `destination_ip`, which are
 * ::ffff:0.0.0.0: of an IPv4 address there only the last word (in network order, so read little-endian from the packet) has
 * to be written. Blocks carry these two always.
 */
export class FlowColumns extends Columns<(typeof flowColumns)[number]> {
  /** Some `source_ip` or `destination_ip` has more than its last word written. */
  wide = false

  constructor(capacity: number) {
    super(flowColumns, columnIndex, capacity)
    this.#prefill(capacity)
  }

  override carries(index: number): boolean {
    return isEnd(index) || super.carries(index)
  }

  override clear(): void {
    const { rows } = this
    super.clear()
    for (const name of ends) {
      const words = this.cells(name)
      if (this.wide) words.fill(0, 0, rows * 4)
      else for (let at = 3; at < rows * 4; at += 4) words[at] = 0
    }
    if (this.wide) this.#prefill(rows)
    this.wide = false
  }

  protected override empty(...[cells, cell, index]: Parameters<Columns['empty']>): void {
    if (!isEnd(index)) super.empty(cells, cell, index)
  }

  #prefill(to: number): void {
    for (const name of ends) {
      const words = this.cells(name)
      for (let row = 0; row < to; row++) words[row * 4 + 2] = mappedPrefix
    }
  }
}

function isEnd(index: number): boolean {
  return index === columnIndex.source_ip || index === columnIndex.destination_ip
}
