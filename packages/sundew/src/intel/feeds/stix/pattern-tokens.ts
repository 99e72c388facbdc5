/** A piece of a STIX pattern. `mark` is a bracket, an operator or punctuation, as written. */
export interface PatternToken {
  readonly kind: 'mark' | 'word' | 'text' | 'number' | 'literal'
  /** Of a text: what stands between its quotes, unescaped. */
  readonly value: string
}

/** Tokens of one pattern; a set of ten thousand values has twice as many. */
const mostTokens = 50_000

const space = /(?:\s+|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)+/y
const text = /'([^'\\]*(?:\\[\s\S][^'\\]*)*)'/y
/** Timestamps, hexadecimal and base64 values: `t'2026-…'`, `h'ff'`, `b'…'`. */
const literal = /[thb]'[^'\\]*'/y
const number = /[+-]?\d+(?:\.\d+)?/y
const word = /[A-Za-z_][A-Za-z0-9_-]*/y
const mark = /[=!]=|<>|[<>]=|[[\]().,:*=<>]/y

/**
 * The tokens of a pattern (STIX 2.1 §9.9), comments left out.
 *
 * @returns undefined where something in it is none, or there are more than a pattern may have
 */
export function patternTokens(pattern: string): PatternToken[] | undefined {
  const tokens: PatternToken[] = []
  let at = 0
  const take = (form: RegExp): string | undefined => {
    form.lastIndex = at
    const found = form.exec(pattern)
    if (!found) return undefined
    at = form.lastIndex
    return found[1] ?? found[0]
  }
  const next = (): PatternToken | undefined => {
    const quoted = take(text)
    if (quoted !== undefined) return { kind: 'text', value: quoted.replace(/\\([\s\S])/g, '$1') }
    for (const [kind, form] of forms) {
      const value = take(form)
      if (value !== undefined) return { kind, value }
    }
    return undefined
  }
  for (;;) {
    take(space)
    if (at === pattern.length) return tokens
    const token = next()
    if (!token || tokens.length === mostTokens) return undefined
    tokens.push(token)
  }
}

const forms = [
  ['literal', literal],
  ['number', number],
  ['word', word],
  ['mark', mark],
] as const
