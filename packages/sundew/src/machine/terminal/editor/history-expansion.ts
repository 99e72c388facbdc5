/** What a line with `!` stands for. */
export type Expanded =
  | { readonly type: 'same' }
  /** `print`: only shown, not run (`:p`). */
  | { readonly type: 'changed'; readonly line: string; readonly print: boolean }
  /** `!x: event not found` */
  | { readonly type: 'error'; readonly message: string }

/** History expansion (bash's HISTORY EXPANSION): `!!`, `!n`, `!-n`, `!text`, `!?text?`, words, the modifiers p, h, t, r, e and s, `^old^new^`. */
export function expandHistory(line: string, history: readonly string[]): Expanded {
  if (line.startsWith('^')) {
    const [, from = '', to = '', rest = ''] = /^\^([^^]*)\^([^^]*)\^?(.*)$/s.exec(line) ?? []
    const last = history.at(-1)
    if (last === undefined || from === '' || !last.includes(from))
      return { type: 'error', message: `:s${line}: substitution failed` }
    return { type: 'changed', line: last.replace(from, () => to) + rest, print: false }
  }
  if (!line.includes('!')) return { type: 'same' }
  let out = ''
  let print = false
  let changed = false
  let quoted = false
  for (let at = 0; at < line.length;) {
    const c = line[at]!
    if (c === '\\') {
      out += line.slice(at, at + 2)
      at += 2
      continue
    }
    if (c === '"') quoted = !quoted
    if (c === "'" && !quoted) {
      const end = line.indexOf("'", at + 1)
      const to = end < 0 ? line.length : end + 1
      out += line.slice(at, to)
      at = to
      continue
    }
    const next = line[at + 1]
    if (
      c !== '!' ||
      next === undefined ||
      ' \t\n=('.includes(next) ||
      (quoted && next === '"') ||
      line[at - 1] === '['
    ) {
      out += c
      at++
      continue
    }
    const event = eventAt(line, at, history, out)
    if (typeof event === 'string') return { type: 'error', message: event }
    changed = true
    print ||= event.print
    out += event.text
    at = event.end
    if (out.length > maxBytes) return { type: 'error', message: '!: event not found' }
  }
  return changed ? { type: 'changed', line: out, print } : { type: 'same' }
}

/** A line may grow to so many bytes. */
const maxBytes = 64 * 1024

interface Event {
  readonly text: string
  readonly end: number
  readonly print: boolean
}

/** The text, or what is wrong. */
function eventAt(line: string, from: number, history: readonly string[], before: string): Event | string {
  const rest = line.slice(from + 1)
  const [token = '', kind = ''] =
    /^(!|#|-?\d+|\?[^?\n]*\??|(?=[$^*:])|[^\s:=;&|()<>"'^$*-]+[^\s:=;&|()<>"'^$*]*)/.exec(rest) ?? []
  let text: string | undefined
  if (kind === '!' || token === '') text = history.at(-1)
  else if (kind === '#') text = before
  else if (/^-?\d+$/.test(kind))
    text = Number(kind) < 0 ? history.at(Number(kind)) : history[Number(kind) - 1]
  else if (kind.startsWith('?')) {
    const wanted = kind.replace(/^\?|\?$/g, '')
    text = history.findLast((one) => one.includes(wanted))
  } else text = history.findLast((one) => one.startsWith(kind))
  if (text === undefined) return `!${token || rest}: event not found`
  let end = from + 1 + token.length
  const designator = /^(?::(?=[\d^$*-])|(?=[\^$*]))(\^|\$|\*|\d+(?:-(?:\d+|\$)?)?\*?|-\d+|-)/.exec(
    line.slice(end),
  )
  if (designator) {
    const words = wordsOf(text)
    const chosen = choose(words, designator[1]!)
    if (chosen === undefined) return `${designator[0]}: bad word specifier`
    text = chosen
    end += designator[0].length
  }
  let print = false
  for (;;) {
    const modifier = /^:(?:([phtreq])|g?s(.)(.*?)\2(.*?)(?:\2|$))/s.exec(line.slice(end))
    if (!modifier) break
    end += modifier[0].length
    if (modifier[1] === 'p') print = true
    else if (modifier[1] === 'h') text = text.replace(/\/[^/]*$/, '')
    else if (modifier[1] === 't') text = text.replace(/^.*\//s, '')
    else if (modifier[1] === 'r') text = text.replace(/\.[^./]*$/, '')
    else if (modifier[1] === 'e') text = /\.[^./]*$/.exec(text)?.[0] ?? text
    else if (modifier[1] === 'q') text = `'${text}'`
    else if (modifier[3] !== undefined && modifier[3] !== '')
      text = modifier[0].startsWith(':g')
        ? text.replaceAll(modifier[3], modifier[4]!)
        : text.replace(modifier[3], () => modifier[4]!)
  }
  return { text, end, print }
}

function choose(words: readonly string[], designator: string): string | undefined {
  const last = words.length - 1
  if (designator === '^') return words[1]
  if (designator === '$') return words[last]
  if (designator === '*') return words.slice(1).join(' ')
  const [, from = '', dash = '', to = '', star = ''] = /^(\d*)(-?)(\d*|\$)(\*?)$/.exec(designator) ?? []
  const first = from === '' ? 0 : Number(from)
  if (first > last) return undefined
  if (star === '*') return words.slice(first).join(' ')
  if (dash === '') return words[first]
  const end = to === '$' ? last : to === '' ? last - 1 : Number(to)
  return end > last ? undefined : words.slice(first, end + 1).join(' ')
}

function wordsOf(line: string): string[] {
  return line.match(/(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|\\.|[^\s"'\\;&|<>()])+|[;&|<>()]+/gs) ?? []
}
