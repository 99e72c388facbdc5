import { readElement, elements } from '../assign.ts'
import { absolute } from '../paths.ts'
import type { Stat } from '../../files/file-system.ts'
import type { Shell } from '../shell.ts'
import { simple } from '../expand/parameter.ts'

/** `-f file`, `-z text` … */
export function unaryTest(shell: Shell, operator: string, text: string): boolean {
  switch (operator) {
    case '-z':
      return text === ''
    case '-n':
      return text !== ''
    case '-v': {
      const element = /^([A-Za-z_][A-Za-z0-9_]*)\[(.*)\]$/s.exec(text)
      if (element === null)
        return /^[0-9]+$/.test(text)
          ? shell.positional[Number(text) - 1] !== undefined
          : simple(shell, text) !== undefined
      if (element[2] === '@' || element[2] === '*') return elements(shell, element[1]!).length > 0
      return readElement(shell, element[1]!, element[2]!) !== undefined
    }
    case '-o':
      return shell.options.has(text)
    case '-R':
      return shell.variables.find(text)?.reference === true
    case '-t': {
      const stream = shell.descriptors.get(Number(text))
      return /^[0-9]+$/.test(text.trim()) && stream?.terminal !== undefined
    }
    case '-r':
      return text !== '' && may(shell, text, 'read')
    case '-w':
      return text !== '' && may(shell, text, 'write')
    case '-x':
      return text !== '' && may(shell, text, 'execute')
    case '-h':
    case '-L':
      return statOf(shell, text, false)?.type === 'link'
    default:
      break
  }
  const stat = statOf(shell, text, true)
  if (stat === undefined) return false
  switch (operator) {
    case '-b':
      return stat.type === 'block'
    case '-c':
      return stat.type === 'character'
    case '-d':
      return stat.type === 'directory'
    case '-f':
      return stat.type === 'file'
    case '-p':
      return stat.type === 'fifo'
    case '-S':
      return stat.type === 'socket'
    case '-s':
      return stat.size > 0
    case '-g':
      return (stat.mode & 0o2000) !== 0
    case '-u':
      return (stat.mode & 0o4000) !== 0
    case '-k':
      return (stat.mode & 0o1000) !== 0
    case '-O':
      return stat.uid === shell.credentials.uid
    case '-G':
      return stat.gid === shell.credentials.gid
    case '-N':
      return stat.mtimeMs >= stat.atimeMs
    default:
      return true
  }
}

/** What compares texts and files; numbers are the caller's. */
export function binaryTest(shell: Shell, operator: string, left: string, right: string): boolean {
  switch (operator) {
    case '=':
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '>':
      return left > right
    default:
      break
  }
  const a = statOf(shell, left, true)
  const b = statOf(shell, right, true)
  if (operator === '-nt') return a !== undefined && (b === undefined || a.mtimeMs > b.mtimeMs)
  if (operator === '-ot') return b !== undefined && (a === undefined || a.mtimeMs < b.mtimeMs)
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

function may(shell: Shell, path: string, what: 'read' | 'write' | 'execute'): boolean {
  try {
    return shell.files.may(absolute(path, shell.directory), what)
  } catch {
    return false
  }
}

function statOf(shell: Shell, path: string, follow: boolean): Stat | undefined {
  if (path === '') return undefined
  try {
    const where = absolute(path, shell.directory)
    return follow ? shell.files.stat(where) : shell.files.lstat(where)
  } catch {
    return undefined
  }
}
