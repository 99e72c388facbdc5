import { listLimits } from './limits.ts'
import { linesOf } from './lines.ts'

/** A record, or the text of a comment line before or among them. */
export type CsvRecord =
  | { readonly type: 'record'; readonly fields: readonly string[]; readonly line: number }
  | { readonly type: 'comment'; readonly text: string }
  /** A record that is too long, has too many fields or a quote that is not closed. */
  | { readonly type: 'bad'; readonly line: number; readonly text: string }

const commentLine = /^\s*(?:#|\/\/)/

/**
 * Records as RFC 4180 §2 has them, more forgiving: any line end, spaces between delimiter and quote, quotes within an
 * unquoted field, comment lines that begin with `#` (or `//`).
 */
export function* csvRecords(pieces: Iterable<Uint8Array>, delimiter: string): Generator<CsvRecord> {
  let number = 0
  let open = ''
  let began = 0
  /** Lines with a quote that the record at hand has. */
  let lines = 0
  for (const line of linesOf(pieces)) {
    number++
    if (line === undefined) {
      yield { type: 'bad', line: number, text: 'a line that is too long' }
      open = ''
      continue
    }
    if (open === '') {
      began = number
      if (line.trim() === '') continue
      if (commentLine.test(line) || (delimiter !== ';' && line.startsWith(';'))) {
        yield { type: 'comment', text: line }
        continue
      }
    }
    // Within a quoted field nothing but a quote can end it: the record is not read again for each line that has none.
    const goesOn = open !== '' && !line.includes('"') && open.length + line.length < listLimits.lineBytes
    const whole = open === '' ? line : `${open}\n${line}`
    if (goesOn) {
      open = whole
      continue
    }
    const fields = fieldsOf(whole, delimiter)
    if (fields === 'open' && whole.length < listLimits.lineBytes && ++lines < listLimits.recordLines) {
      open = whole
      continue
    }
    open = ''
    lines = 0
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
    while (text.charCodeAt(start) === blank) start++
    if (text.charCodeAt(start) === quote) {
      // Most quoted fields have no quote within.
      let from = text.indexOf('"', start + 1)
      if (from < 0) return 'open'
      let value = text.slice(start + 1, from)
      from++
      while (text.charCodeAt(from) === quote) {
        const next = text.indexOf('"', from + 1)
        if (next < 0) return 'open'
        value += text.slice(from, next)
        from = next + 1
      }
      const end = text.startsWith(delimiter, from) ? from : text.indexOf(delimiter, from)
      fields.push(end === from ? value : value + text.slice(from, end < 0 ? undefined : end).trim())
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

const [blank, quote] = [0x20, 0x22]
