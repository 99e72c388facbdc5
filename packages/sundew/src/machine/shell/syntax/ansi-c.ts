/**
 * Backslash escapes. `dollar` for `$'…'`, `echo` for `echo -e`, `format` for printf's format, `b` for `%b`. `stopped` where `\c` ends all
 * output.
 */
export function ansiC(
  text: string,
  kind: 'dollar' | 'echo' | 'format' | 'b',
): { readonly text: string; readonly stopped: boolean } {
  let out = ''
  let from = 0
  for (let i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', from)) {
    out += text.slice(from, i)
    const c = text[i + 1]
    from = i + 2
    if (c === undefined) return { text: `${out}\\`, stopped: false }
    const simple = simples[c]
    if (simple !== undefined) {
      out += simple
      continue
    }
    if (c === 'c' && (kind === 'echo' || kind === 'b')) return { text: out, stopped: true }
    if (c === 'c' && kind === 'dollar') {
      const code = text.charCodeAt(from)
      from++
      out += Number.isNaN(code) ? '\\c' : String.fromCharCode(code === 63 ? 127 : code & 31)
      continue
    }
    const number = numberAt(text, i + 1, kind)
    if (number !== undefined) {
      out += number.text
      from = number.end
      if (number.text === '\0' && kind === 'dollar') return { text: out.slice(0, -1), stopped: false }
      continue
    }
    if ((c === "'" || c === '"' || c === '?') && (kind === 'dollar' || kind === 'format')) out += c
    else if ((c === "'" || c === '"' || c === '?') && kind === 'b') out += c
    else out += `\\${c}`
  }
  return { text: out + text.slice(from), stopped: false }
}

const simples: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

const patterns = {
  octal: /[0-7]{1,3}/y,
  zeroOctal: /0[0-7]{0,3}/y,
  hex: /x([0-9A-Fa-f]{1,2})/y,
  braced: /x\{([0-9A-Fa-f]*)\}/y,
  short: /u([0-9A-Fa-f]{1,4})/y,
  long: /U([0-9A-Fa-f]{1,8})/y,
}

function numberAt(
  text: string,
  at: number,
  kind: 'dollar' | 'echo' | 'format' | 'b',
): { readonly text: string; readonly end: number } | undefined {
  const find = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  const c = text[at]!
  if (c >= '0' && c <= '7') {
    const found = find(kind === 'echo' || (kind === 'b' && c === '0') ? patterns.zeroOctal : patterns.octal)
    if (found === null) return undefined
    return { text: String.fromCharCode(Number.parseInt(found[0], 8) & 255), end: at + found[0].length }
  }
  if (c === 'x') {
    const found = find(patterns.hex) ?? (kind === 'dollar' ? find(patterns.braced) : null)
    if (found === null) return undefined
    return {
      text: String.fromCharCode(Number.parseInt(found[1] || '0', 16) & 255),
      end: at + found[0].length,
    }
  }
  if (c === 'u' || c === 'U') {
    const found = find(c === 'u' ? patterns.short : patterns.long)
    if (found === null) return undefined
    return { text: utf8(Number.parseInt(found[1]!, 16), found[0]), end: at + found[0].length }
  }
  return undefined
}

function utf8(code: number, source: string): string {
  if (code > 0x10_ffff) return `\\${source}`
  return Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1')
}
