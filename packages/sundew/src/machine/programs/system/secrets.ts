import { randomBytes } from 'node:crypto'
import type { Machine } from '../../machine.ts'
import type { Call } from '../../program.ts'

/** A password or a line of input may be so long. */
const maxLineBytes = 1024
/** Passwords of so many users are remembered for a machine. */
const maxRemembered = 200

/** What was typed where a program of the machine set a password: `su` and `sudo` know it again. */
const known = new WeakMap<Machine, Map<string, string>>()

export function rememberPassword(machine: Machine, user: string, password: string): void {
  const of = known.get(machine) ?? new Map<string, string>()
  if (of.size < maxRemembered || of.has(user)) of.set(user, password)
  known.set(machine, of)
}

/** Undefined where nobody has set one on this machine. */
export function passwordOf(machine: Machine, user: string): string | undefined {
  return known.get(machine)?.get(user)
}

const letters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** What /etc/shadow gets: the look of yescrypt, and nothing of the password. */
export function yescryptLike(): string {
  const text = (length: number): string =>
    [...randomBytes(length)].map((byte) => letters[byte % 64]!).join('')
  return `$y$j9T$${text(22)}$${text(43)}`
}

/** One line of standard input, without its end; undefined at the end. What follows the line stays for the next call. */
export class Lines {
  readonly #call: Call
  #rest = ''
  #ended = false

  constructor(call: Call) {
    this.#call = call
  }

  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\n')
      if (end >= 0) {
        const line = this.#rest.slice(0, end)
        this.#rest = this.#rest.slice(end + 1)
        return line.slice(0, maxLineBytes)
      }
      if (this.#ended || this.#rest.length > maxLineBytes * 64) {
        const line = this.#rest
        this.#rest = ''
        return line === '' ? undefined : line.slice(0, maxLineBytes)
      }
      const bytes = await this.#call.stdin.read()
      if (bytes === undefined || (bytes.length === 0 && this.#call.stdin.terminal !== undefined))
        this.#ended = true
      else this.#rest += Buffer.from(bytes).toString('latin1')
      await this.#call.spend()
    }
  }
}

/** Asks for a password as PAM does: on standard error, and without an echo where there is a terminal. */
export async function askSecret(call: Call, lines: Lines, prompt: string): Promise<string | undefined> {
  const terminal = call.stdin.terminal
  await call.stderr.write(prompt)
  if (terminal === undefined) return lines.next()
  const before = terminal.settings
  terminal.settings = { ...before, echo: false }
  try {
    return await lines.next()
  } finally {
    terminal.settings = before
    await terminal.write('\n')
  }
}
