/** So that a shell reads it back: `'a b'`, `$'a\nb'`; what `${x@Q}`, `set` and `export -p` give. Always quoted. */
export function quoteForReading(text: string): string {
  if (/[\0-\x1f\x7f-\xff]/.test(text)) return dollarQuoted(text)
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** As `set` and traces have it: quoted only where it must be. */
export function quoteWhereNeeded(text: string): string {
  if (text === '') return "''"
  if (/[\0-\x1f\x7f-\xff]/.test(text)) return dollarQuoted(text)
  if (!/[ '"`$&|;<>()*?[\]!\\{}^~#]/.test(text) && !text.startsWith('~') && !text.startsWith('#')) return text
  if (/^[^ '"`$&|;<>()*?[\]!\\{}^]+$/.test(text) && !/^[~#]/.test(text) && !/[:=]~/.test(text)) return text
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** `%q`: by backslashes. */
export function quoteByBackslash(text: string): string {
  if (text === '') return "''"
  if (/[\0-\x1f\x7f-\xff]/.test(text)) return dollarQuoted(text)
  return text
    .replace(/[ '"`$&|;<>()*?[\]!\\{},^]/g, '\\$&')
    .replace(/^[~#]/, '\\$&')
    .replace(/(?<=[:=])~/g, '\\~')
}

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\x1b': '\\E',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
}

function dollarQuoted(text: string): string {
  const inner = text.replace(
    /[\0-\x1f\x7f-\xff\\']/g,
    (c) => named[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
  return `$'${inner}'`
}
