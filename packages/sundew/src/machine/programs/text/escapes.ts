/** What `echo -e` and `printf %b` make of backslashes. */
export function unescape(
  text: string,
  style: 'echo' | 'printf',
): { readonly text: string; readonly stopped: boolean } {
  if (!text.includes('\\')) return { text, stopped: false }
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c !== '\\' || i + 1 === text.length) {
      out += c
      continue
    }
    const next = text[++i]!
    const plain = letters[next]
    if (plain !== undefined) out += plain
    else if (next === 'c') return { text: out, stopped: true }
    else if (next === 'x') {
      const digits = /^[0-9A-Fa-f]{1,2}/.exec(text.slice(i + 1, i + 3))?.[0]
      if (digits === undefined) out += '\\x'
      else {
        out += String.fromCharCode(Number.parseInt(digits, 16))
        i += digits.length
      }
    } else if (next === '0' || (style === 'printf' && /[1-7]/.test(next))) {
      const digits = (next === '0' ? /^[0-7]{0,3}/ : /^[0-7]{0,2}/).exec(text.slice(i + 1, i + 4))![0]
      out += String.fromCharCode(Number.parseInt((next === '0' ? '0' : next) + digits, 8) & 255)
      i += digits.length
    } else if ((next === 'u' || next === 'U') && style === 'printf') {
      const digits = (next === 'u' ? /^[0-9A-Fa-f]{1,4}/ : /^[0-9A-Fa-f]{1,8}/).exec(
        text.slice(i + 1, i + 9),
      )?.[0]
      if (digits === undefined) out += `\\${next}`
      else {
        const code = Number.parseInt(digits, 16)
        out += code > 0x10ffff ? '' : Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1')
        i += digits.length
      }
    } else if (next === '"' && style === 'printf') out += '"'
    else out += `\\${next}`
  }
  return { text: out, stopped: false }
}

const letters: Record<string, string> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}
