import { RE2JS } from 're2js'

/** Which language a pattern is in: `sed` and `grep`, `grep -E` and `awk`, `grep -P`, `grep -F`. */
export type Dialect = 'basic' | 'extended' | 'perl' | 'fixed'

/** A pattern that is none; the text is what GNU says. */
export class PatternError extends Error {}

/** Longer patterns are refused. */
const maxPatternBytes = 16 * 1024
/** States of the machine times bytes of one line: about a second of work. */
const maxWork = 64 * 1024 * 1024

/** Where a pattern was found: start and end of the whole and of each group; -1 for one that took no part. */
export type Found = readonly (readonly [number, number])[]

/** A compiled pattern. Its time grows with the line, whatever the pattern: RE2's way, never JavaScript's own. */
export class Pattern {
  readonly #literal: string | undefined
  readonly #re: RE2JS | undefined
  readonly #weight: number
  readonly groups: number

  constructor(source: string, dialect: Dialect, ignoreCase = false, whole?: 'word' | 'line') {
    if (source.length > maxPatternBytes) throw new PatternError('Regular expression too big')
    const plain = dialect === 'fixed' ? source : literalOf(source)
    if (plain !== undefined && !ignoreCase && whole === undefined) {
      this.#literal = plain
      this.#weight = 1
      this.groups = 0
      return
    }
    let translated =
      dialect === 'fixed' ? RE2JS.quote(source) : dialect === 'perl' ? source : translate(source, dialect)
    if (whole === 'line') translated = `^(?:${translated})$`
    if (whole === 'word') translated = `(?:^|[^0-9A-Za-z_])(${translated})(?:$|[^0-9A-Za-z_])`
    let flags = RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    if (dialect !== 'perl') flags |= RE2JS.LONGEST_MATCH
    try {
      this.#re = RE2JS.compile(translated, flags)
    } catch (error) {
      const text = String(error instanceof Error ? error.message : error)
      throw new PatternError(
        text.includes('repeat')
          ? 'Regular expression too big'
          : text.includes('range')
            ? 'Invalid range end'
            : 'Invalid regular expression',
      )
    }
    this.#weight = this.#re.programSize()
    this.groups = this.#re.groupCount()
  }

  test(text: string): boolean {
    if (this.#literal !== undefined) return text.includes(this.#literal)
    this.#bounded(text)
    return this.#re!.test(text)
  }

  find(text: string, from = 0): Found | undefined {
    if (this.#literal !== undefined) {
      const at = text.indexOf(this.#literal, from)
      return at < 0 ? undefined : [[at, at + this.#literal.length]]
    }
    this.#bounded(text)
    const matcher = this.#re!.matcher(text)
    if (!matcher.find(from)) return undefined
    const found: [number, number][] = []
    for (let g = 0; g <= this.groups; g++) found.push([matcher.start(g), matcher.end(g)])
    return found
  }

  #bounded(text: string): void {
    if (text.length * this.#weight > maxWork) throw new PatternError('memory exhausted')
  }
}

/** The text that a pattern without any special character stands for. */
function literalOf(source: string): string | undefined {
  return /^[^\\.[\]*^$+?{}|()\n]+$/.test(source) ? source : undefined
}

/** POSIX's language, with GNU's additions, as RE2's. */
function translate(source: string, dialect: 'basic' | 'extended'): string {
  const basic = dialect === 'basic'
  let out = ''
  let open = 0
  /** Whether something stands before that `*` can repeat. */
  let atom = false
  let i = 0
  const isOpen = (at: number): boolean => (basic ? source.startsWith('\\(', at) : source[at] === '(')
  void isOpen
  while (i < source.length) {
    const c = source[i]!
    const escaped = c === '\\'
    const next = source[i + 1]
    if (escaped && next === undefined) throw new PatternError('Trailing backslash')
    const token = escaped ? `\\${next}` : c
    const special = (letter: string): boolean => token === (basic ? `\\${letter}` : letter)
    if (special('(')) {
      out += '('
      open++
      atom = false
      i += token.length
    } else if (special(')') && (basic || open > 0)) {
      if (open === 0) throw new PatternError('Unmatched ) or \\)')
      out += ')'
      open--
      atom = true
      i += token.length
    } else if (special('|')) {
      out += '|'
      atom = false
      i += token.length
    } else if (token === '*' || special('+') || special('?')) {
      if (!atom) out += token === '*' && basic ? '\\*' : token === '*' || !basic ? '' : `\\${token.at(-1)}`
      else if (!/[*+?}]$/.test(out) || /\\[*+?}]$/.test(out)) out += token.at(-1)
      else out = `${group(out)}${token.at(-1)}`
      if (!atom && token === '*' && basic) atom = true
      i += token.length
    } else if (special('{')) {
      const end = source.indexOf(basic ? '\\}' : '}', i)
      const inside = end < 0 ? '' : source.slice(i + token.length, end)
      const match = /^(\d*)(,?)(\d*)$/.exec(inside)
      if (match === null || end < 0 || inside === '') {
        if (basic) throw new PatternError(end < 0 ? 'Unmatched \\{' : 'Invalid content of \\{\\}')
        out += '\\{'
        atom = true
        i += token.length
        continue
      }
      const low = Number(match[1] || 0)
      const high = match[2] === '' ? low : match[3] === '' ? undefined : Number(match[3])
      if (high !== undefined && high < low) throw new PatternError('Invalid content of \\{\\}')
      if (low > 32767 || (high ?? 0) > 32767) throw new PatternError('Regular expression too big')
      if (atom)
        out = `${/[*+?}]$/.test(out) && !/\\[*+?}]$/.test(out) ? group(out) : out}{${low}${match[2] === '' ? '' : `,${high ?? ''}`}}`
      i = end + (basic ? 2 : 1)
    } else if (c === '[') {
      const [text, end] = bracket(source, i)
      out += text
      atom = true
      i = end
    } else if (c === '^') {
      const anchor = !basic || i === 0 || /(\\\(|\\\||\n)$/.test(source.slice(0, i))
      out += anchor ? '^' : '\\^'
      atom = !anchor
      i++
    } else if (c === '$') {
      const anchor = !basic || i === source.length - 1 || /^(\\\)|\\\||\n)/.test(source.slice(i + 1))
      out += anchor ? '$' : '\\$'
      atom = !anchor
      i++
    } else if (c === '.') {
      out += '.'
      atom = true
      i++
    } else if (escaped) {
      i += 2
      atom = true
      if (/[1-9]/.test(next!)) throw new PatternError('Invalid back reference')
      if (next === '<' || next === '>' || next === 'b') {
        out += '\\b'
        atom = false
      } else if (next === 'B') out += '\\B'
      else if (next === '`') out += '\\A'
      else if (next === "'") out += '\\z'
      else if (next === 'w') out += '[0-9A-Za-z_]'
      else if (next === 'W') out += '[^0-9A-Za-z_]'
      else if (next === 's') out += '[ \\t\\n\\r\\f\\v]'
      else if (next === 'S') out += '[^ \\t\\n\\r\\f\\v]'
      else if (next === 'n') out += '\\n'
      else if (next === 't') out += '\\t'
      else out += quoted(next!)
    } else {
      out += quoted(c)
      atom = true
      i++
    }
  }
  if (open > 0) throw new PatternError('Unmatched ( or \\(')
  return out
}

/** `a*` as `(?:a*)`, so that it can be repeated again: RE2 has no `a**`. */
function group(out: string): string {
  // What `**` repeats is the same as `*`: the last sign alone is dropped.
  return /[*+?]$/.test(out) ? `${out.slice(0, -1)}*`.replace(/\*$/, '') : `(?:${out})`
}

function quoted(c: string): string {
  return /[\\.[\]*^$+?{}|()]/.test(c) ? `\\${c}` : c
}

const classes: Record<string, string> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: '0-9A-Za-z',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\r\\f\\v',
  blank: ' \\t',
  punct: '!-/:-@\\[-`{-~',
  print: ' -~',
  graph: '!-~',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
}

/** A bracket expression from `[` on: as RE2 has it, and where it ends. */
function bracket(source: string, start: number): [string, number] {
  let i = start + 1
  let out = '['
  if (source[i] === '^') {
    out += '^'
    i++
  }
  let first = true
  for (; ; first = false) {
    const c = source[i]
    if (c === undefined)
      throw new PatternError(first ? 'Invalid regular expression' : 'Unmatched [, [^, [:, [., or [=')
    if (c === ']' && !first) return [`${out}]`, i + 1]
    if (c === '[' && /[:.=]/.test(source[i + 1] ?? '')) {
      const kind = source[i + 1]!
      const end = source.indexOf(`${kind}]`, i + 2)
      if (end < 0) throw new PatternError('Unmatched [, [^, [:, [., or [=')
      const name = source.slice(i + 2, end)
      if (kind === ':') {
        if (classes[name] === undefined) throw new PatternError('Invalid character class name')
        out += classes[name]
      } else if (name.length === 1) out += inClass(name)
      else throw new PatternError('Invalid collation character')
      i = end + 2
      continue
    }
    if (source[i + 1] === '-' && source[i + 2] !== undefined && source[i + 2] !== ']') {
      const high = source[i + 2]!
      if (high < c) throw new PatternError('Invalid range end')
      out += `${inClass(c)}-${inClass(high)}`
      i += 3
      continue
    }
    out += inClass(c)
    i++
  }
}

function inClass(c: string): string {
  return /[\\\]^[-]/.test(c) ? `\\${c}` : c
}
