import { styleText } from 'node:util'
import { plain } from './plain.ts'
import { cut, pad, widthOf } from './text.ts'

export interface Column<R> {
  readonly title: string
  readonly value: (row: R) => string | number
  /** Columns of the terminal it may take; 60 where it is not given. */
  readonly max?: number
}

const gap = '  '
const defaultMax = 60

/**
 * Rows as a table whose columns line up whatever the width of their characters; numbers to the right. Everything is
 * made harmless for a terminal. The last column is cut to what the terminal has left.
 */
export function table<R>(
  columns: readonly Column<R>[],
  rows: readonly R[],
  terminal = terminalColumns(),
): string {
  const numeric = columns.map(
    (column) => rows.length > 0 && rows.every((row) => typeof column.value(row) === 'number'),
  )
  const cells = rows.map((row) =>
    columns.map((column) => cut(plain(String(column.value(row))), column.max ?? defaultMax)),
  )
  const widths = columns.map((column, i) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[i]!)), widthOf(column.title)),
  )
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0)
  const room = Math.max(8, terminal - before)
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => {
        if (i < texts.length - 1) return pad(text, widths[i]!, numeric[i] ? 'right' : 'left')
        return cut(numeric[i] ? pad(text, widths[i]!, 'right') : text, room)
      })
      .join(gap)
      .trimEnd()
  const head = styleText('bold', line(columns.map((column) => column.title)), { stream: process.stdout })
  return [head, ...cells.map(line), ''].join('\n')
}

/** Name and value, one pair a line. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => widthOf(name)))
  return `${rows.map(([name, value]) => `${pad(name, width)}  ${plain(value)}`.trimEnd()).join('\n')}\n`
}

/** Columns of the terminal; without end where standard output is none. */
function terminalColumns(): number {
  return process.stdout.isTTY ? process.stdout.columns : Infinity
}
