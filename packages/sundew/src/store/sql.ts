/** `text` as a string literal. */
export function sqlString(text: string): string {
  return `'${text.replace(/[\\'\0]/g, (c) => (c === '\0' ? '\\0' : `\\${c}`))}'`
}

/** `name` as a quoted identifier. */
export function sqlIdentifier(name: string): string {
  return `\`${name.replace(/[\\`\0]/g, (c) => (c === '\0' ? '\\0' : `\\${c}`))}\``
}

/** An INSERT whose rows follow the statement. */
export interface InsertWithData {
  /** The statement up to, and without, FORMAT or VALUES. */
  readonly head: string
  readonly format: string
  /** Where in the text the rows begin. */
  readonly dataAt: number
}

/**
 * Recognises `INSERT INTO … FORMAT name` and `INSERT INTO … VALUES` and finds where the rows begin: after the format's
 * name, blanks and one line end, or right after VALUES. Undefined for every other statement (INSERT … SELECT too).
 */
export function splitInsert(text: string): InsertWithData | undefined {
  let depth = 0
  let first = true
  for (const token of tokens(text)) {
    if (token.kind === 'mark') {
      if (token.text === '(') depth++
      else if (token.text === ')') depth--
      else if (token.text === ';') return undefined
    }
    if (first) {
      if (token.kind !== 'word' || token.text.toUpperCase() !== 'INSERT') return undefined
      first = false
      continue
    }
    if (depth !== 0 || token.kind !== 'word') continue
    switch (token.text.toUpperCase()) {
      case 'SELECT':
      case 'WITH':
      case 'WATCH':
      case 'INFILE':
        return undefined
      case 'VALUES':
        return { head: text.slice(0, token.at), format: 'Values', dataAt: token.at + 6 }
      case 'FORMAT': {
        const name = /^\s+([A-Za-z][A-Za-z0-9]*)[ \t]*(?:\r?\n|;|$)?/.exec(
          text.slice(token.at + 6, token.at + 206),
        )
        if (!name) return undefined
        return { head: text.slice(0, token.at), format: name[1]!, dataAt: token.at + 6 + name[0].length }
      }
      default:
    }
  }
  return undefined
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'mark'
  readonly text: string
  readonly at: number
}

const lexer =
  /\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|''|[^'\\])*'|"(?:\\[\s\S]|""|[^"\\])*"|`(?:\\[\s\S]|``|[^`\\])*`|[\p{L}_][\p{L}\p{N}_]*|[\s\S]/uy

/** The tokens of a statement without blanks and comments. Lazy: what follows an INSERT's head is never read. */
function* tokens(text: string): Generator<Token> {
  lexer.lastIndex = 0
  let at = 0
  while (at < text.length) {
    lexer.lastIndex = at
    const found = lexer.exec(text)?.[0]
    if (found === undefined) return
    const c = found[0]!
    if (/[\p{L}_]/u.test(c)) yield { kind: 'word', text: found, at }
    else if (c === "'" || c === '"' || c === '`') yield { kind: 'quoted', text: found, at }
    else if (found.length === 1 && !/\s/.test(c)) yield { kind: 'mark', text: found, at }
    at += found.length
  }
}

/** A statement as the engine's own parser writes it (see {@link canonicalQuery}), taken apart. */
export interface Canonical {
  /** Every word outside string literals, lower-cased; quoted names without their quotes. */
  readonly words: readonly string[]
  /** The name after the last FORMAT. */
  readonly format: string | undefined
  readonly hasIdentifierParameter: boolean
  /** True where a SETTINGS clause stands anywhere. The engine checks the outermost only. */
  readonly hasSettings: boolean
}

/**
 * The query that makes the engine write `statement` in its one canonical form: no comments, no escapes in names that do
 * not need them, strings as `'…'` with backslashes, one statement. What is judged in that form is what the parser
 * understood, so no trick of spelling gets past.
 */
export function canonicalQuery(statement: string): string {
  return `SELECT formatQuerySingleLine(${sqlString(statement)})`
}

const canonicalToken = /'(?:\\[\s\S]|[^'\\])*'|`((?:\\[\s\S]|[^`\\])*)`|([\p{L}_][\p{L}\p{N}_]*)/gu

/** Takes the canonical form apart. */
export function readCanonical(canonical: string): Canonical {
  const words: string[] = []
  let format: string | undefined
  let previous = ''
  for (const match of canonical.matchAll(canonicalToken)) {
    const bare = match[2]
    if (bare !== undefined && previous === 'format') format = bare
    const word = (bare ?? match[1] ?? '').toLowerCase()
    previous = bare === undefined ? '' : word
    if (word !== '') words.push(word)
  }
  const bare = canonical.replace(canonicalToken, (token: string) => (/^['`]/.test(token) ? "''" : token))
  return {
    words,
    format,
    hasIdentifierParameter: /\{\s*\w+\s*:\s*Identifier\s*\}/i.test(bare),
    hasSettings: /\bSETTINGS\s+\w+\s*=/i.test(bare),
  }
}
