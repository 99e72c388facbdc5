import { charactersOf, type Character } from './characters.ts'

/** What one place of the screen shows. */
interface Cell {
  readonly bytes: string
  readonly width: number
  /** Shown in reverse: what was pasted or found. */
  readonly marked: boolean
}

/** What there is to show. Byte strings. */
export interface Picture {
  /** Its last line; invisible parts between \x01 and \x02. */
  readonly prompt: string
  readonly line: readonly Character[]
  /** The cursor's place in it. */
  readonly point: number
  /** From, to: what is marked. */
  readonly marked?: readonly [number, number] | undefined
}

interface Layout {
  readonly rows: Cell[][]
  readonly row: number
  readonly column: number
  /** Bytes of the cursor's row before the cursor. */
  readonly offset: number
}

/** Rows past it are not drawn. */
const maxRows = 2000

/**
 * Draws a line on a terminal of the xterm kind and draws it anew with as little as readline 8.2 does, which compares what is shown with what is to be
 * shown, row by row: what it writes is the same, byte for byte.
 */
export class Screen {
  #columns: number
  #old: Cell[][] = [[]]
  /** Where the cursor is. */
  #row = 0
  #column = 0
  #out = ''

  constructor(columns: number) {
    this.#columns = columns > 1 ? columns : 80
  }

  /** Says what to write so that this is shown. */
  show(picture: Picture): string {
    const next = this.#layout(picture)
    const { rows } = next
    const bottom = rows.length - 1
    const oldBottom = this.#old.length - 1
    for (let i = 0; i <= bottom; i++) this.#update(this.#old[i] ?? [], rows[i]!, i, oldBottom, bottom)
    for (let i = bottom + 1; i <= oldBottom; i++) {
      this.#moveToRow(i)
      this.#moveToColumn(0, 0)
      this.#out += clearToEnd
    }
    this.#moveToRow(next.row)
    this.#moveToColumn(next.column, next.offset)
    this.#old = rows
    return this.#said()
  }

  /** Goes below what is shown; the next picture is a new one. */
  finish(): string {
    let last = this.#old.length - 1
    const full = last > 0 && this.#old[last]!.length === 0
    if (full) last--
    this.#moveToRow(last)
    if (full && width(this.#old[last]!) === this.#columns) {
      this.#moveToColumn(this.#columns - 1, this.#columns - 1)
      this.#out += clearToEnd + (this.#old[last]!.at(-1)?.bytes ?? '')
    }
    this.#out += '\n'
    this.#forget()
    return this.#said()
  }

  /** All of it anew, where the cursor is: something else was written. */
  again(picture: Picture): string {
    this.#forget()
    return this.show(picture)
  }

  resize(columns: number): void {
    if (columns > 1) this.#columns = columns
  }

  #forget(): void {
    this.#old = [[]]
    this.#row = 0
    this.#column = 0
  }

  #said(): string {
    const out = this.#out
    this.#out = ''
    return out
  }

  #layout({ prompt, line, point, marked }: Picture): Layout {
    const rows: Cell[][] = [[]]
    let column = 0
    let offset = 0
    const feed = () => {
      rows.push([])
      column = 0
      offset = 0
    }
    const put = (bytes: string, size: number, isMarked: boolean) => {
      while (column + size > this.#columns && column < this.#columns) {
        rows.at(-1)!.push({ bytes: ' ', width: 1, marked: isMarked })
        column++
      }
      if (column >= this.#columns) feed()
      rows.at(-1)!.push({ bytes, width: size, marked: isMarked })
      column += size
      offset += bytes.length
      if (column >= this.#columns) feed()
    }
    let unseen = ''
    for (const [text, invisible] of promptParts(prompt)) {
      if (invisible) unseen += text
      else
        for (const { bytes, width: size } of charactersOf(text)) {
          put(unseen + bytes, size, false)
          unseen = ''
        }
    }
    if (unseen !== '') {
      const before = rows.at(-1)!.pop() ?? { bytes: '', width: 0, marked: false }
      rows.at(-1)!.push({ ...before, bytes: before.bytes + unseen })
      offset += unseen.length
    }
    let at = { row: rows.length - 1, column, offset }
    for (let i = 0; i < line.length && rows.length < maxRows; i++) {
      if (i === point) at = { row: rows.length - 1, column, offset }
      const { bytes, width: size } = line[i]!
      const isMarked = marked !== undefined && i >= marked[0] && i < marked[1]
      if (bytes === '\n') feed()
      else if (bytes === '\t') for (let left = 8 - (column % 8); left > 0; left--) put(' ', 1, isMarked)
      else if (size === 2 && bytes.length === 1) {
        put('^', 1, isMarked)
        put(String.fromCharCode(bytes.charCodeAt(0) ^ 0x40), 1, isMarked)
      } else put(bytes, size, isMarked)
    }
    if (point >= line.length) at = { row: rows.length - 1, column, offset }
    return { rows, ...at }
  }

  #update(
    before: readonly Cell[],
    after: readonly Cell[],
    row: number,
    oldBottom: number,
    bottom: number,
  ): void {
    let old = before
    // The cursor hangs at the right margin: the next character makes the terminal wrap.
    if (this.#column === this.#columns && this.#row === row - 1) {
      const first = after[0]
      this.#write(first ? [first] : [], first?.width === 2 ? clearToEnd : '')
      if (!first) this.#out += ' '
      this.#column = first?.width ?? 1
      this.#row++
      if (first) old = [first, ...old.slice(1)]
    }
    let from = 0
    while (from < old.length && from < after.length && same(old[from]!, after[from]!)) from++
    if (from === old.length && from === after.length) return
    // A common end counts only where there is a space in it.
    let oldEnd = old.length
    let newEnd = after.length
    if (oldEnd > from && newEnd > from) {
      let hasSpace = false
      let i = oldEnd - 1
      let j = newEnd - 1
      while (i > from && j > from && same(old[i]!, after[j]!)) {
        if (old[i]!.bytes === ' ') hasSpace = true
        i--
        j--
      }
      if (hasSpace) {
        const equal = same(old[i]!, after[j]!)
        oldEnd = equal ? i : i + 1
        newEnd = equal ? j : j + 1
      }
    }
    this.#moveToRow(row)
    const last = old[from]
    const joined = after[from]
    if (last && joined && from === old.length - 1 && joins(last, joined)) {
      // Only something that combines with the last character was added.
      this.#moveToColumn(width(old), bytes(old, old.length))
      this.#out += joined.bytes.slice(last.bytes.length)
      this.#write(after.slice(from + 1))
      return
    }
    this.#moveToColumn(width(after, 0, from), bytes(after, from))
    const growth = width(after, from, newEnd) - width(old, from, oldEnd)
    const growsDown = row >= oldBottom && bottom > oldBottom
    const rest = after.slice(from, newEnd)
    if (growth > 0) {
      if (oldEnd < old.length && !growsDown && 2 * width(after, newEnd) >= growth) {
        this.#out += `\x1b[${growth}@`
        this.#write(rest)
      } else this.#write(after.slice(from))
      return
    }
    if (growth < 0 && 2 * width(after, from) < -growth) {
      this.#write(after.slice(from))
      if (row < bottom) {
        this.#out += ' '.repeat(-growth)
        this.#column -= growth
      } else this.#out += clearToEnd
      return
    }
    if (growth < 0) this.#out += `\x1b[${-growth}P`
    this.#write(rest)
  }

  #write(cells: readonly Cell[], before = ''): void {
    let marked = false
    this.#out += before
    for (const cell of cells) {
      if (cell.marked !== marked) this.#out += cell.marked ? '\x1b[7m' : '\x1b[27m'
      marked = cell.marked
      this.#out += cell.bytes
      this.#column += cell.width
    }
    if (marked) this.#out += '\x1b[27m'
  }

  #moveToRow(row: number): void {
    if (row > this.#row) {
      this.#out += `${'\n'.repeat(row - this.#row)}\r`
      this.#column = 0
    } else this.#out += '\x1b[A'.repeat(this.#row - row)
    this.#row = row
  }

  /** `offset`: the bytes that lie before, which readline weighs a return by. */
  #moveToColumn(column: number, offset: number): void {
    if (column === this.#column) return
    if (column === 0 || offset + 1 < this.#column - offset) {
      this.#out += '\r'
      this.#column = 0
    }
    this.#out +=
      column > this.#column ? '\x1b[C'.repeat(column - this.#column) : '\b'.repeat(this.#column - column)
    this.#column = column
  }
}

const clearToEnd = '\x1b[K'

function same(a: Cell, b: Cell): boolean {
  return a.bytes === b.bytes && a.marked === b.marked
}

function joins(old: Cell, after: Cell): boolean {
  return old.marked === after.marked && old.width === after.width && after.bytes.startsWith(old.bytes)
}

function width(cells: readonly Cell[], from = 0, to = cells.length): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += cells[i]!.width
  return sum
}

function bytes(cells: readonly Cell[], to: number): number {
  let sum = 0
  for (let i = 0; i < to; i++) sum += cells[i]!.bytes.length
  return sum
}

/** Text, and whether it is invisible. */
function* promptParts(prompt: string): Generator<readonly [string, boolean]> {
  for (const part of prompt.split(/(\x01[^\x02]*\x02?)/)) {
    if (part.startsWith('\x01')) yield [part.replace(/[\x01\x02]/g, ''), true]
    else if (part !== '') yield [part, false]
  }
}
