/** What could stand in place of a part of the line. Byte strings. */
export interface Completion {
  /** Bytes of the line before it; it goes to the cursor. */
  readonly from: number
  readonly choices: readonly Choice[]
}

export interface Choice {
  /** As it is put into the line. */
  readonly text: string
  /** As it is listed. */
  readonly shown: string
  /** What follows it where it is the only one: a space, a slash, a closing quote. */
  readonly end: string
}

/** As readline lists choices: in columns, from top to bottom. */
export function choiceList(shown: readonly string[], columns: number): string {
  const widest = Math.max(...shown.map((one) => one.length)) + 2
  let perRow = Math.max(1, Math.floor(columns / widest))
  if (perRow !== 1 && perRow * widest === columns) perRow--
  const rows = Math.ceil(shown.length / perRow)
  let out = ''
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < perRow; column++) {
      const one = shown[row + column * rows]
      if (one !== undefined) out += one.padEnd(widest)
    }
    out += '\n'
  }
  return out
}
