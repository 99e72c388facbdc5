import { appletUsage, isApplet } from './applet.ts'
import { FileError, reason } from '../../files/file-system.ts'
import type { Call, Input, OpenFile as OpenedFile, Output, Program } from './contracts.ts'
import { isUtf8 } from './locale-of.ts'
import { quoteAlways, quoteLocale, quoteNames } from './quoting.ts'

/** Ends a program with a status, after a message on stderr (whole lines, or nothing). */
export class Exit extends Error {
  readonly status: number

  constructor(status: number, message = '') {
    super(message)
    this.status = status
  }
}

/** A {@link Program} of the usual kind: errors start with its name, output is gathered and written in blocks. */
export function tool(names: string | readonly string[], run: (t: Tool) => Promise<number | void>): Program {
  return {
    names: typeof names === 'string' ? [names] : names,
    async run(call) {
      const t = new Tool(call)
      try {
        const status = await run(t)
        await t.flush()
        return status ?? t.status
      } catch (error) {
        if (!(error instanceof Exit) && !(error instanceof FileError)) throw error
        if (!(error instanceof WriteFailed)) await t.flush().catch(ignoreExit)
        const message =
          error instanceof Exit ? error.message : `${t.name}: ${error.path}: ${reason(error.code)}\n`
        if (message !== '') await call.stderr.write(message)
        return error instanceof Exit ? error.status : 1
      }
    },
  }
}

/** Output is handed on in pieces of about this size. */
const blockBytes = 32 * 1024

/** What one run of a program works with. */
export class Tool {
  readonly call: Call
  /** What its errors start with: argv[0], as the GNU programs have it. */
  name: string
  /** Its exit status so far. */
  status = 0
  readonly busybox: boolean
  #out: string[] = []
  #length = 0

  constructor(call: Call) {
    this.call = call
    this.busybox = isApplet(call)
    this.name = this.busybox ? call.name : call.argv0
  }

  get args(): readonly string[] {
    return this.call.args
  }

  get files(): Call['files'] {
    return this.call.files
  }

  /** To stdout, some time. Follow it with {@link room} in a loop. */
  put(text: string): void {
    this.#out.push(text)
    this.#length += text.length
  }

  get full(): boolean {
    return this.#length >= blockBytes
  }

  /** Writes what has gathered once it is a block. */
  async room(): Promise<void> {
    if (this.#length >= blockBytes) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#length === 0) return
    const text = this.#out.length === 1 ? this.#out[0]! : this.#out.join('')
    this.#out = []
    this.#length = 0
    await this.#write(text)
  }

  /** Past the gathering: a block as it is. */
  async write(bytes: Uint8Array | string): Promise<void> {
    await this.flush()
    await this.#write(bytes)
  }

  async #write(bytes: Uint8Array | string): Promise<void> {
    try {
      await this.call.stdout.write(bytes)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      throw new WriteFailed(1, `${this.name}: write error: ${reason(error.code)}\n`)
    }
  }

  /** `name: text` on stderr; the program goes on, and will end with `status`. */
  async error(text: string, status = 1): Promise<void> {
    if (this.call.stdout.terminal !== undefined) await this.flush()
    await this.call.stderr.write(`${this.name}: ${text}\n`)
    if (status > this.status) this.status = status
  }

  /** `cannot remove 'x': No such file …`, or BusyBox's `can't remove …`. */
  async cannot(what: string, path: string, error: unknown, status = 1): Promise<void> {
    const verb = this.busybox ? "can't" : 'cannot'
    await this.error(`${verb} ${what} ${this.always(path)}: ${reasonOf(error)}`, status)
  }

  /** Ends here with `name: text`. */
  fail(text: string, status = 1): never {
    throw new Exit(status, `${this.name}: ${text}\n`)
  }

  /** Ends here with `name: text` and the hint where help is. */
  usage(text?: string, status = 1): never {
    const first = text === undefined ? '' : `${this.name}: ${text}\n`
    if (this.busybox) throw new Exit(1, first + appletUsage(this.call))
    throw new Exit(status, `${first}Try '${this.name} --help' for more information.\n`)
  }

  missingOperand(): never {
    if (this.busybox) this.usage()
    this.usage('missing operand')
  }

  /** Whether messages may have the quotation marks of UTF-8. */
  get utf8(): boolean {
    return isUtf8(this.call)
  }

  /** `quote()`: in the marks of the locale. */
  quoted(text: string): string {
    return quoteLocale(text, this.utf8 && !this.busybox)
  }

  /** `quoteaf()`: as a shell would read it, always in marks. */
  always(text: string): string {
    return this.busybox ? `'${text}'` : quoteAlways(text)
  }

  /** `quotef()`: as it is, unless a shell would read it differently. */
  named(text: string): string {
    return this.busybox ? text : quoteNames(text, true)
  }

  /** Opens an operand for reading; `-` is stdin. @throws FileError */
  input(name: string, dash = true): Input & { close?(): void; stat?(): ReturnType<OpenedFile['stat']> } {
    if (dash && name === '-') return this.stdin()
    const path = this.call.path(name)
    if (/^\/(dev\/stdin|dev\/fd\/0|proc\/self\/fd\/0)$/.test(path)) return this.stdin()
    if (path === '/dev/tty' && this.call.terminal !== undefined) {
      const terminal = this.call.terminal
      return { terminal, read: async (max) => this.#typed(await terminal.read(max)) }
    }
    const file = this.files.open(path, { read: true })
    if (this.files.stat(path).type === 'directory') {
      file.close()
      throw new FileError('EISDIR', path)
    }
    return {
      path,
      read: async (max = 65536) => {
        const bytes = file.read(Math.min(max, 65536))
        await this.call.spend(1)
        return bytes.length === 0 ? undefined : bytes
      },
      close: () => file.close(),
      stat: () => file.stat(),
    }
  }

  /** Stdin; what has gathered is shown before it waits. */
  stdin(): Input {
    const { stdin, stdout } = this.call
    return {
      terminal: stdin.terminal,
      path: stdin.path,
      read: async (max) => {
        if (stdout.terminal !== undefined || stdin.terminal !== undefined) await this.flush()
        await this.call.spend(1)
        const bytes = await stdin.read(max)
        return stdin.terminal === undefined ? bytes : this.#typed(bytes)
      },
    }
  }

  #typed(bytes: Uint8Array | undefined): Uint8Array | undefined {
    return bytes === undefined || bytes.length === 0 ? undefined : bytes
  }

  /** Opens a file for writing with the usual mode; /dev/stdout and the terminal too. @throws FileError */
  output(name: string, append = false): Output & { close(): void } {
    const path = this.call.path(name)
    const std = /^\/(?:dev\/std(out|err)|(?:dev|proc\/self)\/fd\/([12]))$/.exec(path)
    if (std !== null) {
      const to = std[1] === 'err' || std[2] === '2' ? this.call.stderr : this.call.stdout
      return { write: (bytes) => to.write(bytes), close: () => undefined }
    }
    if (path === '/dev/tty' && this.call.terminal !== undefined) {
      const terminal = this.call.terminal
      return { write: (bytes) => terminal.write(bytes), close: () => undefined }
    }
    const file = this.files.open(path, {
      write: true,
      create: true,
      mode: 0o666 & ~this.call.umask,
      ...(append ? { append: true } : { truncate: true }),
    })
    return {
      path,
      write: async (bytes) => {
        file.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
        await this.call.spend(1)
      },
      close: () => file.close(),
    }
  }
}

class WriteFailed extends Exit {}

function ignoreExit(error: unknown): void {
  if (!(error instanceof Exit)) throw error
}

/** `strerror` of what was thrown; anything that is not a {@link FileError} passes. */
export function reasonOf(error: unknown): string {
  if (error instanceof FileError) return reason(error.code)
  throw error
}

export function codeOf(error: unknown): FileError['code'] {
  if (error instanceof FileError) return error.code
  throw error
}
