import type { Stat } from '../../files/file-system.ts'

/** `drwxr-xr-x`, as `ls` and `stat` show it. */
export function modeText(stat: Pick<Stat, 'type' | 'mode'>): string {
  const { mode } = stat
  const triple = (shift: number, special: boolean, letter: string): string => {
    const bits = (mode >> shift) & 7
    const x = (bits & 1) !== 0
    return (
      ((bits & 4) !== 0 ? 'r' : '-') +
      ((bits & 2) !== 0 ? 'w' : '-') +
      (special ? (x ? letter : letter.toUpperCase()) : x ? 'x' : '-')
    )
  }
  return (
    typeLetters[stat.type] +
    triple(6, (mode & 0o4000) !== 0, 's') +
    triple(3, (mode & 0o2000) !== 0, 's') +
    triple(0, (mode & 0o1000) !== 0, 't')
  )
}

const typeLetters: Record<Stat['type'], string> = {
  file: '-',
  directory: 'd',
  link: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
}

/** A change as `chmod` takes it: octal or `u+x,go=`. Undefined where it is none. */
export function modeChange(
  text: string,
): ((old: number, directory: boolean, umask: number) => number) | undefined {
  if (/^[0-7]+$/.test(text)) {
    const value = Number.parseInt(text, 8)
    if (value > 0o7777) return undefined
    // A directory keeps its special bits unless they are given with enough digits.
    return (old, directory) => (directory && text.length < 5 ? value | (old & 0o6000) : value)
  }
  const clauses: { who: string; actions: [string, string][] }[] = []
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]|[0-7]+))+)$/.exec(clause)
    if (match === null) return undefined
    const actions: [string, string][] = [...match[2]!.matchAll(/([-+=])([rwxXst]+|[ugo]|[0-7]+|)/g)].map(
      (m) => [m[1]!, m[2]!],
    )
    clauses.push({ who: match[1]!, actions })
  }
  return (old, directory, umask) => {
    let mode = old
    for (const { who, actions } of clauses) {
      const mask =
        who === '' || who.includes('a') ? 0o7777 : who.split('').reduce((m, c) => m | whoMask[c]!, 0)
      const limit = who === '' ? mask & ~umask : mask
      for (const [op, letters] of actions) {
        let bits: number
        if (/^[0-7]/.test(letters)) bits = Number.parseInt(letters, 8)
        else if (/^[ugo]$/.test(letters)) {
          const three = (mode >> (letters === 'u' ? 6 : letters === 'g' ? 3 : 0)) & 7
          bits = three * 0o111
        } else {
          bits = 0
          for (const c of letters) {
            if (c === 'r') bits |= 0o444
            else if (c === 'w') bits |= 0o222
            else if (c === 'x' || (c === 'X' && (directory || (mode & 0o111) !== 0))) bits |= 0o111
            else if (c === 's') bits |= 0o6000
            else if (c === 't') bits |= 0o1000
          }
        }
        bits &= limit
        if (op === '+') mode |= bits
        else if (op === '-') mode &= ~bits
        else mode = (mode & ~mask) | bits | (directory ? mode & mask & 0o6000 : 0)
      }
    }
    return mode
  }
}

const whoMask: Record<string, number> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 }
