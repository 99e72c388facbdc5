/** `4.0K`, `12M`: what `-h` makes of bytes; it rounds up. */
export function humanSize(bytes: number, base = 1024): string {
  if (bytes < base) return String(bytes)
  let value = bytes
  let power = 0
  while (value >= base && power < 8) {
    value /= base
    power++
  }
  let shown = value < 10 ? Math.ceil(value * 10 - 1e-9) / 10 : Math.ceil(value - 1e-9)
  if (shown >= base) {
    shown = 1
    power++
  }
  const text = shown < 10 ? shown.toFixed(1) : String(Math.ceil(shown))
  return text + (base === 1000 ? ' kMGTPEZY' : ' KMGTPEZY')[power]
}

/** A size as `dd`, `head`, `truncate` take it: `10`, `4K`, `2MB`; undefined where it is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+)(b|[cw]|(?:[kKMGTPEZYm])(?:iB|B)?)?$/.exec(text)
  if (match === null) return undefined
  const value = Number(match[1])
  const unit = match[2]
  if (unit === undefined || unit === 'c') return value
  if (unit === 'b') return value * 512
  if (unit === 'w') return value * 2
  const base = unit.length === 2 ? 1000 : 1024
  return value * base ** ('KMGTPEZY'.indexOf(unit[0]!.toUpperCase()) + 1)
}
