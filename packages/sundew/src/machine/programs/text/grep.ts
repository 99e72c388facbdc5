import { FileError } from '../../files/file-system.ts'
import type { Input } from '../common/contracts.ts'
import { bytesOf, lineBatches } from '../common/lines.ts'
import { hintOf, options } from '../common/options.ts'
import type { Options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { Pattern, PatternError, type Dialect } from './regular-expression.ts'

/** `grep`, `egrep` and `fgrep`. */
export const grep = tool(['grep', 'egrep', 'fgrep'], async (t: Tool) => {
  const o = options(
    t,
    '0123456789A:B:C:EFGPTUVX:abcd:D:e:f:hiLlm:noqRrsuvwxyzHZ',
    'basic-regexp=G extended-regexp=E fixed-regexp=F fixed-strings=F perl-regexp=P after-context:=A before-context:=B binary-files:=binary byte-offset=b context:=C color?=color colour?=color count=c devices:=D directories:=d exclude:=exclude exclude-from: exclude-dir:=exclude-dir file:=f files-with-matches=l files-without-match=L group-separator: help ignore-case=i no-ignore-case include:=include initial-tab=T label:=label line-buffered line-number=n line-regexp=x max-count:=m no-filename=h no-group-separator no-messages=s null=Z null-data=z only-matching=o quiet=q recursive=r dereference-recursive=R regexp:=e invert-match=v silent=q text=a binary=U unix-byte-offsets=u version=V with-filename=H word-regexp=w',
    { digits: true, hint: usage },
  )
  if (o.has('V', 'version')) {
    t.put(
      'grep (GNU grep) 3.8\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\nThis is free software: you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n\nWritten by Mike Haertel and others; see\n<https://git.sv.gnu.org/cgit/grep.git/tree/AUTHORS>.\n',
    )
    return 0
  }
  const operands = [...o.operands]
  const texts: string[] = []
  for (const [key, value] of o.list) {
    if (key === 'e') texts.push(...value.split('\n'))
    if (key === 'f')
      try {
        const input = t.input(value)
        for await (const { lines } of lineBatches(t, input)) texts.push(...lines)
      } catch (error) {
        t.fail(`${t.named(value)}: ${reasonOf(error)}`, 2)
      }
  }
  if (!o.has('e', 'f')) {
    const first = operands.shift()
    if (first === undefined) usage(t)
    texts.push(...first.split('\n'))
  }
  return new Search(t, o, texts, operands).run()
})

function usage(t: Tool): never {
  const hint = hintOf(t)
  if (t.busybox) t.usage(hint === '' ? undefined : hint)
  throw new Exit(
    2,
    `${hint === '' ? '' : `${t.name}: ${hint}\n`}Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n`,
  )
}

const maxDepth = 200

class Search {
  readonly #t: Tool
  readonly #o: Options
  readonly #patterns: Pattern[]
  readonly #operands: readonly string[]
  readonly #invert: boolean
  readonly #word: boolean
  readonly #before: number
  readonly #after: number
  readonly #max: number
  readonly #color: boolean
  readonly #end: string
  #names = false
  #any = false
  #groups = false

  constructor(t: Tool, o: Options, texts: readonly string[], operands: readonly string[]) {
    this.#t = t
    this.#o = o
    this.#operands = operands
    const kind = o.list.findLast(([k]) => 'EFGP'.includes(k) && k.length === 1)?.[0]
    const named = t.call.name
    const dialect: Dialect =
      kind === 'E' || (kind === undefined && named === 'egrep')
        ? 'extended'
        : kind === 'F' || (kind === undefined && named === 'fgrep')
          ? 'fixed'
          : kind === 'P'
            ? 'perl'
            : 'basic'
    const whole = o.has('x') ? 'line' : o.has('w') ? 'word' : undefined
    try {
      this.#patterns = texts.map((text) => new Pattern(text, dialect, o.has('i', 'y'), whole))
    } catch (error) {
      if (error instanceof PatternError) t.fail(error.message, 2)
      throw error
    }
    this.#word = whole === 'word'
    this.#invert = o.has('v')
    const number = (key: string): number => {
      const value = o.value(key) ?? o.value('C') ?? o.value('#') ?? '0'
      if (!/^\d+$/.test(value)) t.fail(`${value}: invalid context length argument`, 2)
      return Math.min(Number(value), 100_000)
    }
    this.#before = number('B')
    this.#after = number('A')
    const max = o.value('m')
    if (max !== undefined && !/^-?\d+$/.test(max)) t.fail('invalid max count', 2)
    this.#max = max === undefined || Number(max) < 0 ? Infinity : Number(max)
    const color = o.value('color')
    this.#color =
      o.has('color') && (color === 'always' || (color !== 'never' && t.call.stdout.terminal !== undefined))
    this.#end = o.has('z') ? '\0' : '\n'
  }

  async run(): Promise<number> {
    const t = this.#t
    const o = this.#o
    const recursive = o.has('r', 'R') || o.value('d') === 'recurse'
    const names = this.#operands.length > 0 ? this.#operands : recursive ? ['.'] : ['-']
    this.#names =
      o.has('H') ||
      (!o.has('h') &&
        (names.length > 1 || (recursive && (this.#operands.length === 0 || isFolder(t, names[0]!)))))
    for (const name of names) {
      if (recursive && name !== '-' && isFolder(t, name))
        await this.#folder(name, this.#operands.length === 0, 0)
      else await this.#file(name, false)
      if (this.#any && o.has('q')) return 0
    }
    return t.status === 2 ? 2 : this.#any ? 0 : 1
  }

  async #folder(name: string, implied: boolean, depth: number): Promise<void> {
    const t = this.#t
    if (depth > maxDepth) return
    let children: string[]
    try {
      children = t.files.list(t.call.path(name))
    } catch (error) {
      if (!this.#o.has('s')) await t.error(`${name}: ${reasonOf(error)}`, 2)
      return
    }
    for (const child of children) {
      await t.call.spend()
      const path = implied && depth === 0 ? child : name.endsWith('/') ? name + child : `${name}/${child}`
      const stat = t.files.lstat(t.call.path(path))
      if (stat.type === 'directory') {
        if (!this.#o.list.some(([k, v]) => k === 'exclude-dir' && matchesGlob(v, child)))
          await this.#folder(path, implied, depth + 1)
      } else if (stat.type === 'file' || (stat.type === 'link' && this.#o.has('R'))) {
        const includes = this.#o.list.filter(([k]) => k === 'include')
        if (includes.length > 0 && !includes.some(([, v]) => matchesGlob(v, child))) continue
        if (this.#o.list.some(([k, v]) => k === 'exclude' && matchesGlob(v, child))) continue
        await this.#file(path, true)
      }
      if (this.#any && this.#o.has('q')) return
    }
  }

  async #file(name: string, inFolder: boolean): Promise<void> {
    const t = this.#t
    const shown = name === '-' ? (this.#o.value('label') ?? '(standard input)') : name
    try {
      const input = t.input(name)
      try {
        if (await this.#lines(input, shown)) this.#any = true
      } finally {
        input.close?.()
      }
    } catch (error) {
      if (error instanceof PatternError)
        t.fail(error.message === 'memory exhausted' ? error.message : `${error.message}`, 2)
      if (!(error instanceof FileError)) throw error
      if (error.code === 'EISDIR' && inFolder) return
      if (error.code === 'EISDIR' && t.busybox) return
      if (error.code === 'EISDIR') {
        if (!this.#o.has('s') && this.#o.value('d') !== 'skip')
          await t.call.stderr.write(`${t.name}: ${name}: Is a directory\n`)
        t.status = 2
        return
      }
      if (!this.#o.has('s')) await t.error(`${name}: ${reasonOf(error)}`, 2)
      t.status = 2
    }
  }

  #hit(line: string): boolean {
    for (const pattern of this.#patterns)
      if (this.#word ? wordAt(pattern, line, 0) !== undefined : pattern.test(line)) return true
    return false
  }

  /** Leftmost, and longest of those. */
  #find(line: string, from: number): readonly [number, number] | undefined {
    let best: readonly [number, number] | undefined
    for (const pattern of this.#patterns) {
      const at = this.#word ? wordAt(pattern, line, from) : pattern.find(line, from)?.[0]
      if (
        at !== undefined &&
        (best === undefined || at[0] < best[0] || (at[0] === best[0] && at[1] > best[1]))
      )
        best = at
    }
    return best
  }

  async #lines(input: Input, name: string): Promise<boolean> {
    const t = this.#t
    const o = this.#o
    const quiet = o.has('q')
    const onlyCount = o.has('c')
    const list = o.has('l') || o.has('L')
    const silent = quiet || onlyCount || list
    const numbers = o.has('n')
    const context = !silent && !o.has('o') && (this.#before > 0 || this.#after > 0)
    let count = 0
    let number = 0
    let offset = 0
    let binary = false
    let binaryKnown = o.has('a') || o.has('z') || o.value('binary') === 'text' || t.busybox
    let waiting: [number, number, string][] = []
    let after = 0
    let last = -1
    const put = (line: string, n: number, at: number, separator: string): void => {
      let prefix = ''
      const paint = (text: string, code: string): string =>
        this.#color ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text
      const sign = paint(separator, '36')
      if (this.#names) prefix += o.has('Z') ? `${paint(name, '35')}\0` : `${paint(name, '35')}${sign}`
      if (numbers) prefix += `${paint(String(n), '32')}${sign}`
      if (o.has('b')) prefix += `${paint(String(at), '32')}${sign}`
      if (o.has('T') && prefix !== '') prefix += '\t'
      t.put(`${prefix}${line}${this.#end}`)
    }
    done: for await (const { lines } of lineBatches(t, input, this.#end)) {
      for (const line of lines) {
        number++
        if (!binaryKnown && line.includes('\0')) {
          binary = true
          binaryKnown = true
          if (o.value('binary') === 'without-match' || o.has('I')) return false
        }
        const matched = this.#hit(line) !== this.#invert
        if (matched && count < this.#max) {
          count++
          if (quiet) return true
          if (list) break done
          if (!silent) {
            if (binary || (!binaryKnown && !utf8Ok(line, t))) {
              await t.flush()
              await this.#binary(name)
              return true
            }
            if (context && this.#groups && (last < 0 || number - waiting.length > last + 1))
              t.put(`${this.#color ? '\x1b[36m\x1b[K--\x1b[m\x1b[K' : '--'}\n`)
            for (const [n, at, text] of waiting) put(text, n, at, '-')
            waiting = []
            if (o.has('o')) {
              if (!this.#invert) this.#parts(line, number, offset, put)
            } else put(this.#color && !this.#invert ? this.#painted(line) : line, number, offset, ':')
            if (context) {
              this.#groups = true
              last = number
              after = this.#after
            }
            if (t.full) await t.flush()
          }
          if (count >= this.#max && after === 0) break done
        } else if (context) {
          if (after > 0) {
            after--
            put(line, number, offset, '-')
            last = number
            if (after === 0 && count >= this.#max) break done
          } else {
            waiting.push([number, offset, line])
            if (waiting.length > this.#before) waiting.shift()
          }
        } else if (count >= this.#max) break done
        offset += line.length + 1
      }
      await t.room()
    }
    if (onlyCount && !quiet) t.put(`${this.#names ? `${name}${o.has('Z') ? '\0' : ':'}` : ''}${count}\n`)
    if (o.has('L')) {
      if (count === 0) t.put(`${name}\n`)
      return count === 0
    }
    if (o.has('l') && count > 0) t.put(`${name}${o.has('Z') ? '\0' : '\n'}`)
    await t.room()
    return count > 0
  }

  async #binary(name: string): Promise<void> {
    this.#t.put(`${this.#t.name}: ${name}: binary file matches\n`)
    await this.#t.room()
  }

  #parts(
    line: string,
    number: number,
    offset: number,
    put: (line: string, n: number, at: number, separator: string) => void,
  ): void {
    for (let from = 0; from <= line.length;) {
      const found = this.#find(line, from)
      if (found === undefined) return
      const [start, end] = found
      if (end > start)
        put(
          this.#color ? `\x1b[01;31m\x1b[K${line.slice(start, end)}\x1b[m\x1b[K` : line.slice(start, end),
          number,
          offset + start,
          ':',
        )
      from = end > start ? end : end + 1
    }
  }

  #painted(line: string): string {
    let out = ''
    let from = 0
    while (from <= line.length) {
      const found = this.#find(line, from)
      if (found === undefined) break
      const [start, end] = found
      if (end === start) {
        out += line.slice(from, end + 1)
        from = end + 1
        continue
      }
      out += `${line.slice(from, start)}\x1b[01;31m\x1b[K${line.slice(start, end)}\x1b[m\x1b[K`
      from = end
    }
    return out + line.slice(from)
  }
}

/** The pattern's group 1 is the word; its neighbours belong to the match and must not be lost for the next. */
function wordAt(pattern: Pattern, line: string, from: number): readonly [number, number] | undefined {
  for (let at = from; at <= line.length;) {
    const found = pattern.find(line, at)
    if (found === undefined) return undefined
    const word = found[1]!
    if (word[0] >= from && (word[0] === 0 || !/\w/.test(line[word[0] - 1] ?? ' '))) return word
    at = Math.max(at + 1, word[0])
  }
  return undefined
}

function utf8Ok(line: string, t: Tool): boolean {
  if (!/[\x80-\xff]/.test(line)) return true
  if (!t.utf8) return false
  const bytes = bytesOf(line)
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)
}

function isFolder(t: Tool, name: string): boolean {
  try {
    return t.files.stat(t.call.path(name)).type === 'directory'
  } catch {
    return false
  }
}

export function matchesGlob(pattern: string, text: string, ignoreCase = false): boolean {
  const re = globPattern(pattern, ignoreCase)
  return re.test(text)
}

const globs = new Map<string, Pattern>()

/** A file pattern (`*.c`, `[a-z]?`) that must fit the whole text. */
export function globPattern(pattern: string, ignoreCase = false): Pattern {
  const key = `${ignoreCase ? 'i' : ''}:${pattern}`
  let made = globs.get(key)
  if (made === undefined) {
    let out = ''
    for (let i = 0; i < pattern.length; i++) {
      const c = pattern[i]!
      if (c === '*') out += '.*'
      else if (c === '?') out += '.'
      else if (c === '\\' && i + 1 < pattern.length)
        out += `[${pattern[++i] === '^' ? '\\^' : pattern[i]}]`.replace('[\\^]', '\\^')
      else if (c === '[' && pattern.indexOf(']', i + 2) > 0) {
        const end = pattern.indexOf(']', i + 2)
        out += `[${pattern.slice(i + 1, end).replace(/^!/, '^')}]`
        i = end
      } else out += /[.^$+{}|()\\[*]/.test(c) ? `\\${c}` : c
    }
    try {
      made = new Pattern(`^(${out})$`, 'extended', ignoreCase)
    } catch {
      made = new Pattern(pattern, 'fixed', ignoreCase, 'line')
    }
    if (globs.size > 200) globs.clear()
    globs.set(key, made)
  }
  return made
}
