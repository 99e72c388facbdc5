import { RE2JS } from 're2js'

/** Characters of a pattern, and of a text that is matched. */
const maxPattern = 4096
const maxText = 1024 * 1024

/** A POSIX extended expression: gives the match and its groups. Undefined for what is no expression. Its time grows with the text, no more. */
export function regexOf(
  pattern: string,
  caseless: boolean,
): ((text: string) => string[] | undefined) | undefined {
  if (pattern.length > maxPattern) return undefined
  let compiled: RE2JS
  try {
    compiled = RE2JS.compile(
      translated(pattern),
      RE2JS.DOTALL | RE2JS.LONGEST_MATCH | (caseless ? RE2JS.CASE_INSENSITIVE : 0),
    )
  } catch {
    return undefined
  }
  return (text) => {
    const matcher = compiled.matcher(text.slice(0, maxText))
    if (!matcher.find()) return undefined
    const groups: string[] = []
    for (let i = 0; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? '')
    return groups
  }
}

export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

/** What differs: a backslash in brackets is itself, and before a letter it means nothing. */
function translated(pattern: string): string {
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!
    if (c === '\\') {
      const next = pattern[++i]
      if (next === undefined) throw new SyntaxError('a backslash at the end')
      out +=
        /[A-Za-z0-9]/.test(next) && !/[wWsSbB]/.test(next) ? next : /[<>]/.test(next) ? '\\b' : `\\${next}`
      continue
    }
    if (c !== '[') {
      // `{` that starts no count is only itself.
      out += c === '(' && pattern[i + 1] === '?' ? '(?:' : c
      if (c === '(' && pattern[i + 1] === '?') throw new SyntaxError('nothing to repeat')
      continue
    }
    let end = i + 1
    if (pattern[end] === '^') end++
    if (pattern[end] === ']') end++
    while (end < pattern.length && pattern[end] !== ']') {
      if (pattern[end] === '[' && /[:.=]/.test(pattern[end + 1] ?? '')) {
        const close = pattern.indexOf(`${pattern[end + 1]}]`, end + 2)
        if (close < 0) break
        end = close + 1
      }
      end++
    }
    if (end >= pattern.length) throw new SyntaxError('brackets without end')
    const negated = pattern[i + 1] === '^'
    const inner = pattern.slice(i + (negated ? 2 : 1), end)
    const escaped = inner
      .replace(/\\/g, '\\\\')
      .replace(/^\]/, '\\]')
      .replace(/\[(?![:])/g, '\\[')
    out += `[${negated ? '^' : ''}${escaped}]`
    i = end
  }
  return out
}
