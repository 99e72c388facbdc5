import type { Shell } from './shell.ts'
import type { ShellSyntaxError } from './syntax/syntax-error.ts'

/** What differs between bash's and ash's words. */
export interface Sayings {
  /** Before whatever the shell complains of. */
  prefix(shell: Shell): string
  syntaxError(shell: Shell, error: ShellSyntaxError, name: string | undefined): string
  readonly syntaxStatus: number
  notFound(name: string): string
  cannotOpen(name: string, why: string, create: boolean): string
}

export function sayings(dialect: 'bash' | 'ash'): Sayings {
  return dialect === 'ash' ? ash : bash
}

const bash: Sayings = {
  prefix: (shell) => {
    const within = shell.calls.at(-1)
    const source =
      within !== undefined && !within.sourced && shell.source !== 'file'
        ? shell.source === 'command'
          ? 'environment'
          : 'main'
        : (shell.calls.findLast((call) => call.sourced)?.source ?? shell.argv0)
    if ((shell.interactive || shell.quietName) && shell.calls.every((call) => !call.sourced))
      return `${shell.argv0}: `
    return `${source}: line ${shell.line}: `
  },
  syntaxError: (shell, error, name) => {
    const sourced = shell.calls.findLast((call) => call.sourced)?.source
    const first = sourced ?? shell.argv0
    const within = name ?? (shell.source === 'command' && sourced === undefined ? '-c' : undefined)
    const start =
      shell.interactive && sourced === undefined
        ? `${first}: ${name === undefined ? '' : `${name}: `}`
        : `${first}: ${within === undefined ? '' : `${within}: `}line ${error.line}: `
    let text = ''
    const lines = error.message.split('\n')
    const quiet = error.inCondition && !shell.interactive
    if (quiet && error.message.startsWith('syntax error in')) return ''
    for (const message of quiet ? lines.slice(0, 1) : lines) text += `${start}${message}\n`
    if (error.lineText !== undefined && !quiet && !(shell.interactive && name === undefined))
      text += `${start}\`${error.lineText}'\n`
    return text
  },
  syntaxStatus: 2,
  notFound: (name) => `${name}: command not found`,
  cannotOpen: (name, why) => `${name}: ${why}`,
}

const ash: Sayings = {
  prefix: (shell) => `${shell.argv0}: `,
  syntaxError: (shell, error) => {
    const start = `${shell.argv0}: `
    return `${start}syntax error: ${ashReason(error.message)}\n`
  },
  syntaxStatus: 2,
  notFound: (name) => `${name}: not found`,
  cannotOpen: (name, why, create) =>
    `can't ${create ? 'create' : 'open'} ${name}: ${
      why === 'No such file or directory' ? (create ? 'nonexistent directory' : 'no such file') : why
    }`,
}

function ashReason(message: string): string {
  const token = /unexpected token `(.*)'$/s.exec(message)?.[1]
  if (token === 'newline') return 'unexpected newline'
  if (token !== undefined)
    return /^[;&|()<>]/.test(token) || closing.has(token) ? `unexpected "${token}"` : `unexpected word`
  if (/unexpected end of file/.test(message)) return 'unexpected end of file'
  const matching = /matching `(.*)'$/s.exec(message)?.[1]
  if (matching === '"' || matching === "'") return 'unterminated quoted string'
  if (matching === ')') return 'unexpected end of file (expecting ")")'
  if (matching === '`') return 'EOF in backquote substitution'
  return message.replace(/^syntax error: /, '')
}

const closing = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}'])
