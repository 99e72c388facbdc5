import type { FileSystem } from '../files/file-system.ts'
import type { Shell } from '../shell/shell.ts'

/** Lines that are kept whatever HISTSIZE says. */
const maxLines = 5000

/** A shell's history, and its file. */
export class History {
  readonly #shell: Shell
  readonly #own: FileSystem
  #loaded = 0

  constructor(shell: Shell, own: FileSystem) {
    this.#shell = shell
    this.#own = own
  }

  load(): void {
    const path = this.#path()
    if (path === undefined) return
    try {
      const lines = Buffer.from(this.#shell.files.read(path))
        .toString('latin1')
        .split('\n')
        .filter((line) => line !== '')
      this.#shell.history.push(...lines.slice(-this.#size('HISTFILESIZE')))
    } catch {
      // There is none yet.
    }
    this.#loaded = this.#shell.history.length
  }

  /** As HISTCONTROL and HISTIGNORE have it. */
  add(command: string): void {
    const { history, variables } = this.#shell
    const control = (variables.text('HISTCONTROL') ?? '').split(':')
    const both = control.includes('ignoreboth')
    const line = joined(command)
    if ((both || control.includes('ignorespace')) && line.startsWith(' ')) return
    if ((both || control.includes('ignoredups')) && history.at(-1) === line) return
    if (control.includes('erasedups'))
      for (let i = history.length - 1; i >= 0; i--) if (history[i] === line) history.splice(i, 1)
    const size = this.#size('HISTSIZE')
    history.push(line)
    while (history.length > size) {
      history.shift()
      this.#loaded = Math.max(0, this.#loaded - 1)
    }
  }

  /** At the end: the machine writes it, not they. */
  save(): void {
    const path = this.#path()
    const { history, credentials } = this.#shell
    if (path === undefined || history.length <= this.#loaded) return
    const added = history.slice(this.#loaded).map((line) => `${line}\n`)
    try {
      this.#own.as(credentials).append(path, Buffer.from(added.join(''), 'latin1'), 0o600)
    } catch {
      // bash says nothing either.
    }
  }

  #path(): string | undefined {
    const path = this.#shell.variables.text('HISTFILE')
    return path === undefined || !path.startsWith('/') ? undefined : path
  }

  #size(name: string): number {
    const text = this.#shell.variables.text(name) ?? ''
    const number = Number(text)
    return /^\d+$/.test(text) ? Math.min(number, maxLines) : maxLines
  }
}

/** What is longer keeps its lines. */
const maxJoinedBytes = 16 * 1024

/** Several lines as one, as bash's `cmdhist` makes them: quotes and here-documents keep theirs. */
function joined(command: string): string {
  const lines = command.split('\n')
  if (lines.length === 1 || command.length > maxJoinedBytes) return command
  if (/<<-?\s*['"\\]?\w/.test(command)) return `${command}\n`
  let out = lines[0]!
  for (const line of lines.slice(1)) {
    if (isOpen(out)) out += `\n${line}`
    else if (
      /(?:^|[\s;&|(])(?:then|do|else|elif|if|while|until|in|\{)\s*$|(?:&&|\|\||[|&;({])\s*$|\(\)\s*$/.test(
        out,
      )
    )
      out = `${out.trimEnd()} ${line.trimStart()}`
    else if (out.endsWith('\\')) out = out.slice(0, -1) + line
    else out = `${out}; ${line.trimStart()}`
  }
  return out
}

/** Whether a quote is open at its end. */
function isOpen(text: string): boolean {
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quote === '' && c === '\\') i++
    else if (quote === '"' && c === '\\') i++
    else if (quote === '' && (c === '"' || c === "'")) quote = c
    else if (c === quote) quote = ''
  }
  return quote !== ''
}
