/** Stands where there is nothing: Logstalgia drops lines without a path. */
const empty = '(empty)'
/** Stands at the end of what was cut. */
const cutMark = '...'

/**
 * Text as a field of Logstalgia's. What it cannot show or would take for something else becomes `\xNN`, one a byte of UTF-8: controls
 * and line feeds, what is not ASCII (it draws `??`), `|` between fields, and `"`, without which no line looks like a web server's log
 * (the first line decides what all others are read as). So do blanks at either end, which nobody would see. Backslashes stay: what
 * the hub tells has them doubled.
 *
 * @param most characters at most; an escape is kept whole
 */
export function shownField(text: string, most: number): string {
  if (text === '') return empty
  if (text.length <= most && /^[!#-{}~](?:[ !#-{}~]*[!#-{}~])?$/.test(text)) return text
  const start = text.length - text.trimStart().length
  const end = text.trimEnd().length
  let shown = ''
  let cut = ''
  let index = 0
  for (const character of text.slice(0, most + 1)) {
    const inside = index >= start && index < end
    const plain = character === ' ' ? inside : /^[!#-{}~]$/.test(character)
    shown += plain ? character : escape(character)
    index += character.length
    if (shown.length > most) return `${cut}${cutMark}`
    if (shown.length <= most - cutMark.length) cut = shown
  }
  return shown
}

function escape(character: string): string {
  return [...Buffer.from(character, 'utf8')]
    .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
    .join('')
}
