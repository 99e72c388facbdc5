/** Widths of the columns that `ls` finds for names of these widths: as many columns as fit the line. */
export function columnWidths(widths: readonly number[], line: number, across: boolean): readonly number[] {
  const least = 3
  const most = Math.max(1, Math.min(widths.length, Math.floor(line / least) + (line % least === 0 ? 0 : 1)))
  for (let columns = most; columns > 1; columns--) {
    const rows = Math.ceil(widths.length / columns)
    const layout: number[] = Array.from({ length: columns }, () => least)
    for (let i = 0; i < widths.length; i++) {
      const column = across ? i % columns : Math.floor(i / rows)
      layout[column] = Math.max(layout[column]!, widths[i]! + (column === columns - 1 ? 0 : 2))
    }
    if (layout.reduce((a, b) => a + b, 0) < line) return layout.slice(0, across ? columns : columns)
  }
  return [Math.max(0, ...widths)]
}

/** Columns on a screen: without colours, a character of UTF-8 as one. */
export function shownWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  return text.replace(/\x1b\[[0-9;]*m/g, '').replace(/[\x80-\xbf]/g, '').length
}
