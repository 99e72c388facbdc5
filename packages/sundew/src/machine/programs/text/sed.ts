import type { Input } from '../common/contracts.ts'
import { latin1, lineBatches } from '../common/lines.ts'
import { hintOf, options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { parseSed, SedError, type Address, type Command } from './sed-script.ts'
import type { Pattern } from './regular-expression.ts'
import { PatternError } from './regular-expression.ts'

export const sed = tool('sed', async (t: Tool) => {
  const o = options(
    t,
    'bsnrzuEe:f:l:i::V:hs',
    'binary=b follow-symlinks debug expression:=e file:=f in-place?=i line-length:=l null-data=z zero-terminated=z quiet=n posix=p silent=n sandbox separate=s unbuffered=u regexp-extended=E',
    { hint: usage },
  )
  if (o.has('version')) {
    t.put(
      'sed (GNU sed) 4.9\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\nThis is free software: you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n\nWritten by Jay Fenlason, Tom Lord, Ken Pizzini,\nPaolo Bonzini, Jim Meyering, and Assaf Gordon.\n\nThis sed program was built without SELinux support.\n\nGNU sed home page: <https://www.gnu.org/software/sed/>.\nGeneral help using GNU software: <https://www.gnu.org/gethelp/>.\n',
    )
    return 0
  }
  const operands = [...o.operands]
  const scripts: string[] = []
  for (const [key, value] of o.list) {
    if (key === 'e') scripts.push(value)
    if (key === 'f')
      try {
        scripts.push(latin1(t.files.read(t.call.path(value))).replace(/\n$/, ''))
      } catch (error) {
        t.fail(`couldn't open file ${value}: ${reasonOf(error)}`, 1)
      }
  }
  if (scripts.length === 0) {
    const first = operands.shift()
    if (first === undefined) usage(t)
    scripts.push(first)
  }
  let quiet = o.has('n')
  const text = scripts.join('\n')
  if (/^#n(\n|$)/.test(text)) quiet = true
  let commands: readonly Command[]
  try {
    commands = parseSed(text, o.has('E', 'r'))
  } catch (error) {
    if (error instanceof SedError || error instanceof PatternError)
      t.fail(
        t.busybox
          ? error.message
          : `-e expression #1, char ${error instanceof SedError ? error.at : text.length}: ${error.message}`,
        1,
      )
    throw error
  }
  const names = operands.length === 0 ? ['-'] : operands
  const separate = o.has('s', 'i')
  const end = o.has('z') ? '\0' : '\n'
  const run = new Run(t, commands, quiet, end, separate)
  if (!separate) return run.over(names, undefined)
  for (const name of names) {
    if (!o.has('i') || name === '-') {
      if (o.has('i')) await t.error("couldn't edit -: not a regular file", 4)
      else await run.over([name], undefined)
      continue
    }
    const path = t.call.path(name)
    try {
      const stat = t.files.stat(path)
      if (stat.type !== 'file') {
        await t.error(`couldn't edit ${name}: not a regular file`, 4)
        continue
      }
      const out: string[] = []
      let length = 0
      await run.over([name], (some) => {
        length += some.length
        if (length > maxFileBytes) t.fail("couldn't write 1 item to file: No space left on device", 4)
        out.push(some)
      })
      const suffix = o.value('i')
      if (suffix !== undefined && suffix !== '')
        t.files.rename(path, t.call.path(suffix.includes('*') ? suffix.replaceAll('*', name) : name + suffix))
      t.files.write(path, Buffer.from(out.join(''), 'latin1'), stat.mode)
      t.files.chmod(path, stat.mode)
    } catch (error) {
      if (error instanceof Exit) throw error
      await t.error(`can't read ${name}: ${reasonOf(error)}`, 2)
    }
    if (run.ended) break
  }
  return run.status || t.status
})

function usage(t: Tool): never {
  const hint = hintOf(t)
  if (t.busybox) t.usage(hint || undefined)
  throw new Exit(
    hint === '' ? 1 : 1,
    `${hint === '' ? '' : `${t.name}: ${hint}\n`}Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n`,
  )
}

/** An edited file, and what the two spaces hold. */
const maxFileBytes = 16 * 1024 * 1024
const maxSpaceBytes = 4 * 1024 * 1024
/** Commands for one line. */
const maxSteps = 100_000

/** Running a script over lines. */
class Run {
  readonly #t: Tool
  readonly #commands: readonly Command[]
  readonly #quiet: boolean
  readonly #end: string
  readonly #separate: boolean
  #line = 0
  #hold = ''
  readonly #active = new Map<Command, boolean | number>()
  #lastPattern: Pattern | undefined
  status = 0
  ended = false

  constructor(t: Tool, commands: readonly Command[], quiet: boolean, end: string, separate: boolean) {
    this.#separate = separate
    this.#t = t
    this.#commands = commands
    this.#quiet = quiet
    this.#end = end
  }

  async over(names: readonly string[], sink: ((text: string) => void) | undefined): Promise<number> {
    const t = this.#t
    const plain = sink ?? ((text: string) => t.put(text))
    /** A last line without its end gets it once more follows. */
    let missing = false
    const put = (text: string): void => {
      plain(missing ? this.#end + text : text)
      missing = false
    }
    const show = (text: string): void => {
      put(ended ? text + this.#end : text)
      missing = !ended
    }
    if (this.#separate) this.#line = 0
    const source = this.#lines(names)
    let ended = true
    let next = await source.next()
    let pattern = ''
    let appended: string[] = []
    const advance = async (): Promise<boolean> => {
      if (next.done === true) return false
      pattern = next.value.line
      ended = next.value.ended
      this.#line++
      next = await source.next()
      return true
    }
    const flush = (): void => {
      for (const text of appended) put(text)
      appended = []
    }
    let restart = false
    while (restart || (await advance())) {
      restart = false
      let steps = 0
      let replaced = false
      let deleted = false
      let quit = false
      let at = 0
      cycle: while (at < this.#commands.length) {
        const c = this.#commands[at]!
        if (++steps > maxSteps) t.fail('input too complex', 4)
        if ((steps & 63) === 63) await t.call.spend()
        if (!this.#selects(c, pattern, next.done === true)) {
          at = c.name === '{' ? c.jump! : at + 1
          continue
        }
        at++
        switch (c.name) {
          case '{':
          case '}':
          case ':':
          case '#':
            break
          case 's': {
            const made = this.#substitute(c, pattern)
            if (made !== undefined) {
              pattern = made
              replaced = true
              if (c.print) show(pattern)
              if (c.file !== undefined) await this.#toFile(c.file, pattern)
            }
            break
          }
          case 'y':
            pattern = pattern
              .split('')
              .map((ch) => c.map!.get(ch) ?? ch)
              .join('')
            break
          case 'p':
            show(pattern)
            break
          case 'P':
            put(pattern.split('\n')[0]! + this.#end)
            break
          case '=':
            put(`${this.#line}\n`)
            break
          case 'l':
            put(
              `${pattern.replace(/[\\\x00-\x1f\x7f-\xff]/g, (ch) => ({ '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v' })[ch] ?? `\\${ch.charCodeAt(0).toString(8).padStart(3, '0')}`)}$\n`,
            )
            break
          case 'd':
            deleted = true
            break cycle
          case 'D':
            if (!pattern.includes('\n')) deleted = true
            else {
              pattern = pattern.slice(pattern.indexOf('\n') + 1)
              deleted = true
              restart = true
            }
            break cycle
          case 'n':
            if (next.done === true) {
              if (!this.#quiet) show(pattern)
              deleted = true
              quit = true
              break cycle
            }
            if (!this.#quiet) show(pattern)
            flush()
            await advance()
            break
          case 'N': {
            if (next.done === true) {
              quit = true
              break cycle
            }
            const before = pattern
            flush()
            await advance()
            pattern = `${before}\n${pattern}`
            this.#bounded(pattern)
            break
          }
          case 'h':
            this.#hold = pattern
            break
          case 'H':
            this.#hold += `\n${pattern}`
            this.#bounded(this.#hold)
            break
          case 'g':
            pattern = this.#hold
            break
          case 'G':
            pattern += `\n${this.#hold}`
            this.#bounded(pattern)
            break
          case 'x':
            ;[pattern, this.#hold] = [this.#hold, pattern]
            break
          case 'a':
            appended.push(c.text!)
            break
          case 'i':
            put(c.text!)
            break
          case 'c':
            if (
              c.second === undefined ||
              this.#active.get(c) === undefined ||
              this.#active.get(c) === false ||
              next.done === true
            )
              put(c.text!)
            deleted = true
            break cycle
          case 'r':
            try {
              appended.push(latin1(t.files.read(t.call.path(c.file!))))
            } catch {
              // A file that is not there is an empty one.
            }
            break
          case 'w':
            await this.#toFile(c.file!, pattern)
            break
          case 'b':
            at = c.jump!
            break
          case 't':
            if (replaced) {
              replaced = false
              at = c.jump!
            }
            break
          case 'T':
            if (!replaced) at = c.jump!
            replaced = false
            break
          case 'q':
          case 'Q':
            this.status = c.number ?? 0
            quit = true
            deleted = c.name === 'Q'
            break cycle
          default:
            break
        }
      }
      if (!deleted && !this.#quiet) show(pattern)
      flush()
      if (sink === undefined) await t.room()
      if (quit) {
        this.ended = true
        break
      }
    }
    return this.status || t.status
  }

  readonly #written = new Set<string>()

  async #toFile(name: string, text: string): Promise<void> {
    const t = this.#t
    if (name === '/dev/stdout') {
      t.put(`${text}\n`)
      return
    }
    const out = t.output(name, this.#written.has(name))
    this.#written.add(name)
    await out.write(`${text}\n`)
    out.close()
  }

  #bounded(text: string): void {
    if (text.length > maxSpaceBytes) this.#t.fail("couldn't allocate memory", 4)
  }

  async *#lines(names: readonly string[]): AsyncGenerator<{ line: string; ended: boolean }> {
    const t = this.#t
    for (const name of names) {
      let input: Input & { close?(): void }
      try {
        input = t.input(name)
      } catch (error) {
        const folder = reasonOf(error) === 'Is a directory'
        if (t.busybox) await t.error(folder ? `read error: Is a directory` : `${name}: ${reasonOf(error)}`, 1)
        else
          await t.error(
            folder
              ? `couldn't edit ${name}: not a regular file`.replace("couldn't edit", "couldn't edit") &&
                  `read error on ${name}: Is a directory`
              : `can't read ${name}: ${reasonOf(error)}`,
            folder ? 2 : 2,
          )
        continue
      }
      for await (const { lines, ended } of lineBatches(t, input, this.#end))
        for (const line of lines) yield { line, ended }
      input.close?.()
    }
  }

  #matches(address: Address, pattern: string, last: boolean): boolean {
    if (address.type === 'line') return this.#line === address.line
    if (address.type === 'last') return last
    if (address.type === 'step')
      return address.step === 0
        ? this.#line === address.line
        : this.#line >= address.line && (this.#line - address.line) % address.step === 0
    return address.type === 'pattern' && this.#pattern(address.pattern).test(pattern)
  }

  #pattern(pattern: Pattern | undefined): Pattern {
    const use = pattern ?? this.#lastPattern
    if (use === undefined) return this.#t.fail('-e expression #1, char 0: no previous regular expression', 1)
    this.#lastPattern = use
    return use
  }

  #selects(c: Command, pattern: string, last: boolean): boolean {
    if (c.first === undefined) return !c.not
    let result: boolean
    if (c.second === undefined) result = this.#matches(c.first, pattern, last)
    else {
      const active = this.#active.get(c)
      if (active === undefined || active === false) {
        // `0,/x/` may end on the first line.
        const zero = c.first.type === 'line' && c.first.line === 0 && this.#line === 1 && active === undefined
        result = zero || this.#matches(c.first, pattern, last)
        if (result) {
          const second = c.second
          let until: boolean | number = true
          if (second.type === 'line') until = second.line <= this.#line ? false : second.line
          else if (second.type === 'plus') until = second.line === 0 ? false : this.#line + second.line
          else if (second.type === 'multiple')
            until =
              second.line === 0 || this.#line % second.line === 0
                ? false
                : Math.ceil(this.#line / second.line) * second.line
          else if (zero && this.#matches(second, pattern, last)) until = false
          this.#active.set(c, until)
        }
      } else {
        result = true
        const done =
          typeof active === 'number'
            ? this.#line >= active
            : this.#matches(c.second as Address, pattern, last)
        if (typeof active === 'number' && this.#line > active) result = false
        if (done) this.#active.set(c, false)
      }
    }
    return result !== c.not
  }

  /** Undefined where nothing was found. */
  #substitute(c: Command, text: string): string | undefined {
    const pattern = this.#pattern(c.pattern)
    let out = ''
    let at = 0
    let count = 0
    let any = false
    /** Where the last match ended: an empty one may not follow at once. */
    let lastEnd = -1
    try {
      while (at <= text.length) {
        const found = pattern.find(text, at)
        if (found === undefined) break
        const [start, end] = found[0]!
        if (start === end && start === lastEnd) {
          out += text.slice(at, start + 1)
          at = start + 1
          continue
        }
        count++
        out += text.slice(at, start)
        if (count >= (c.number ?? 1)) {
          any = true
          out += replacement(
            c.replacement!,
            found.map(([from, to]) => (from < 0 ? '' : text.slice(from, to))),
          )
          this.#bounded(out)
        } else out += text.slice(start, end)
        lastEnd = end
        if (start === end) {
          out += text.slice(end, end + 1)
          at = end + 1
        } else at = end
        if (any && !c.global) break
      }
    } catch (error) {
      if (error instanceof PatternError) this.#t.fail(error.message, 4)
      throw error
    }
    return any ? out + text.slice(at) : undefined
  }
}

function replacement(
  parts: readonly (string | number | { readonly change: string })[],
  groups: readonly string[],
): string {
  let out = ''
  let mode = ''
  let once = ''
  for (const part of parts) {
    if (typeof part === 'object') {
      if (part.change === 'u' || part.change === 'l') once = part.change
      else mode = part.change === 'E' ? '' : part.change
      continue
    }
    let text = typeof part === 'string' ? part : (groups[part] ?? '')
    if (mode === 'U') text = text.toUpperCase()
    if (mode === 'L') text = text.toLowerCase()
    if (once !== '' && text !== '') {
      text = (once === 'u' ? text[0]!.toUpperCase() : text[0]!.toLowerCase()) + text.slice(1)
      once = ''
    }
    out += text
  }
  return out
}
