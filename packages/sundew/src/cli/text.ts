import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Cuts text to so many columns of a terminal, `…` in place of what is left out. */
export function cut(text: string, columns: number): string {
  // A column takes a character at least, but a character may take no column: look at no more than could be shown.
  const short = text.length > columns * 16 ? text.slice(0, columns * 16) : text
  if (short === text && stringWidth(text) <= columns) return text
  let width = 0
  let kept = ''
  for (const { segment } of graphemes.segment(short)) {
    width += stringWidth(segment)
    if (width > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** Fills text with blanks to so many columns. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, columns - stringWidth(text)))
  return side === 'left' ? text + blanks : blanks + text
}

export function widthOf(text: string): number {
  return stringWidth(text)
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** `1536` as `1.5 kB` (powers of 1000). */
export function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** `300000` as `300,000`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US')
}

/** `93784` seconds as `1 d 2 h`: the two largest parts. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ]
  const first = parts.findIndex(([value]) => value > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ')
}

/** RFC 3339 to the second, as people read it: `2026-11-25 01:08:48`. UTC. */
export function timeText(time: string): string {
  return time.slice(0, 19).replace('T', ' ')
}
