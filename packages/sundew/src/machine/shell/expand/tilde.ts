import { textOfBytes } from '../byte-text.ts'
import type { Shell } from '../shell.ts'

/** What `~`, `~user`, `~+`, `~-` stand for; undefined where nothing changes. */
export function tilde(
  shell: Shell,
  text: string,
  first: boolean,
  last: boolean,
  kind: 'word' | 'text' | 'assignment',
): { readonly quoted: string; readonly rest: string } | undefined {
  if (kind === 'assignment') {
    const pieces = text.split(':')
    let changed = false
    const done = pieces.map((piece, i) => {
      if (!piece.startsWith('~') || (i === 0 && !first)) return piece
      const home = one(shell, piece, i + 1 < pieces.length || last)
      if (home === undefined) return piece
      changed = true
      return home.quoted + home.rest
    })
    return changed ? { quoted: done.join(':'), rest: '' } : undefined
  }
  if (!first || !text.startsWith('~')) return undefined
  return one(shell, text, last)
}

function one(shell: Shell, text: string, whole: boolean): { quoted: string; rest: string } | undefined {
  const slash = text.indexOf('/')
  if (slash < 0 && !whole) return undefined
  const name = slash < 0 ? text.slice(1) : text.slice(1, slash)
  const home = homeOf(shell, name)
  return home === undefined ? undefined : { quoted: home, rest: slash < 0 ? '' : text.slice(slash) }
}

export function homeOf(shell: Shell, name: string): string | undefined {
  if (name === '') return shell.variables.text('HOME') ?? homeByNumber(shell)
  if (name === '+') return shell.variables.text('PWD')
  if (name === '-') return shell.variables.text('OLDPWD')
  return accounts(shell).find((fields) => fields[0] === name)?.[5]
}

function homeByNumber(shell: Shell): string {
  return accounts(shell).find((fields) => fields[2] === String(shell.credentials.uid))?.[5] ?? '/'
}

export function userName(shell: Shell): string {
  return (
    accounts(shell).find((fields) => fields[2] === String(shell.credentials.uid))?.[0] ?? 'I have no name!'
  )
}

function accounts(shell: Shell): string[][] {
  try {
    return textOfBytes(shell.files.read('/etc/passwd'))
      .split('\n')
      .map((line) => line.split(':'))
  } catch {
    return []
  }
}
