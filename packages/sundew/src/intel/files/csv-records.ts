import { listLimits } from './limits.ts'
import { linesOf } from './lines.ts'

/** A record, or the text of a comment line before or among them. */
export type CsvRecord =
  | { readonly type: 'record'; readonly fields: readonly string[]; readonly line: number }
  | { readonly type: 'comment'; readonly text: string }
  /** A record that is too long, has too many fields or a quote that is not closed. */
  | { readonly type: 'bad'; readonly line: number; readonly text: string }

/**
 * Records as RFC 4180 §2 has them, more forgiving: any line end, spaces between delimiter and quote, quotes within an
 * unquoted field, comment lines that begin with `#` (or `//`).
 */
export function* csvRecords(pieces: Iterable<Uint8Array>, delimiter: string): Generator<CsvRecord> {
  let number = 0
  let open = ''
  let began = 0
  for (const line of linesOf(pieces)) {
    number++
    if (line === undefined) {
      yield { type: 'bad', line: number, text: 'a line that is too long' }
      open = ''
      continue
    }
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line
    if (open === '') {
      began = number
      if (text.trim() === '') continue
      if (/^\s*(?:#|\/\/)/.test(text) || (delimiter !== ';' && text.startsWith(';'))) {
        yield { type: 'comment', text }
        continue
      }
    }
    const whole = open === '' ? text : `${open}\n${text}`
    const fields = fieldsOf(whole, delimiter)
    if (fields === 'open' && whole.length < listLimits.lineBytes) {
      open = whole
      continue
    }
    open = ''
    if (typeof fields === 'string') yield { type: 'bad', line: began, text: whole }
    else yield { type: 'record', fields, line: began }
  }
  if (open !== '') yield { type: 'bad', line: began, text: open }
}

/** The fields of a record; `open` where a quote goes on past its end, `many` where there are too many. */
export function fieldsOf(text: string, delimiter: string): string[] | 'open' | 'many' {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (fields.length >= listLimits.fields) return 'many'
    let start = at
    while (text[start] === ' ') start++
    if (text[start] === '"') {
      let value = ''
      let from = start + 1
      for (;;) {
        const quote = text.indexOf('"', from)
        if (quote < 0) return 'open'
        value += text.slice(from, quote)
        from = quote + 1
        if (text[from] !== '"') break
        value += '"'
        from++
      }
      const end = text.indexOf(delimiter, from)
      fields.push(value + text.slice(from, end < 0 ? undefined : end).trim())
      if (end < 0) return fields
      at = end + delimiter.length
      continue
    }
    const end = text.indexOf(delimiter, at)
    fields.push(text.slice(at, end < 0 ? undefined : end).trim())
    if (end < 0) return fields
    at = end + delimiter.length
  }
}
