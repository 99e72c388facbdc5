import type { FileType, Stat } from '../../files/file-system.ts'
import { answer } from '../common/answer.ts'
import { FileError } from '../../files/file-system.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { Users } from '../common/users.ts'
import { globPattern } from '../text/grep.ts'
import { Pattern, PatternError } from '../text/regular-expression.ts'
import { modeChange, modeText } from './modes.ts'
import { fullTime, parseTime } from './times.ts'

export const find = tool('find', async (t: Tool) => {
  const args = [...t.args]
  if (args.includes('--version') || args.includes('-version')) {
    t.put(
      'find (GNU findutils) 4.9.0\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\nThis is free software: you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n\nWritten by Eric B. Decker, James Youngman, and Kevin Dalley.\nFeatures enabled: D_TYPE O_NOFOLLOW(enabled) LEAF_OPTIMISATION FTS(FTS_CWDFD) CBO(level=2) \n',
    )
    return 0
  }
  let follow: 'never' | 'named' | 'always' = 'never'
  while (/^-([HLP]|O\d|D.*)$/.test(args[0] ?? '')) {
    const flag = args.shift()!
    follow = flag === '-L' ? 'always' : flag === '-H' ? 'named' : 'never'
  }
  const starts: string[] = []
  while (args.length > 0 && !/^(-.|[(),!]$)/.test(args[0]!)) starts.push(args.shift()!)
  if (args.includes('-follow')) follow = 'always'
  const parser = new Parser(t, args)
  const test = parser.expression()
  const walk: Walk = { t, test, options: parser, follow, batches: parser.batches, stopped: false }
  for (const start of starts.length === 0 ? ['.'] : starts) {
    await visit(walk, start, start, 0, undefined)
    if (walk.stopped) break
  }
  for (const batch of walk.batches) await batch.run()
  return t.status
})

interface Walk {
  readonly t: Tool
  readonly test: Test
  readonly options: Parser
  readonly follow: 'never' | 'named' | 'always'
  readonly batches: readonly Batch[]
  stopped: boolean
}

interface Item {
  readonly walk: Walk
  /** As it is printed. */
  readonly shown: string
  readonly path: string
  readonly start: string
  readonly depth: number
  readonly stat: Stat
  prune: boolean
}

type Test = (item: Item) => boolean | Promise<boolean>

/** Directories within one another. */
const maxDepth = 300
/** Parts of an expression. */
const maxTokens = 4000

async function visit(
  walk: Walk,
  shown: string,
  start: string,
  depth: number,
  above: ReadonlySet<number> | undefined,
): Promise<void> {
  const { t, options } = walk
  if (walk.stopped) return
  await t.call.spend()
  const path = t.call.path(shown)
  let stat: Stat
  try {
    if (shown === '') throw new FileError('ENOENT', shown)
    stat = t.files.lstat(path)
    if (stat.type === 'link' && (walk.follow === 'always' || (walk.follow === 'named' && depth === 0)))
      try {
        stat = t.files.stat(path)
      } catch {
        // A link that leads nowhere is itself.
      }
  } catch (error) {
    await t.error(
      t.busybox
        ? `${shown}: ${reasonOf(error)}`
        : `${t.always(shown)}: ${reasonOf(error)}`.replace(/^'(.*)':/, (_, n: string) =>
            t.utf8 ? `\xe2\x80\x98${n}\xe2\x80\x99:` : `'${n}':`,
          ),
    )
    return
  }
  const item: Item = { walk, shown, path, start, depth, stat, prune: false }
  const matches = depth >= options.minDepth
  if (matches && !options.depthFirst) await walk.test(item)
  await t.room()
  if (
    stat.type === 'directory' &&
    !item.prune &&
    depth < options.maxDepth &&
    depth < maxDepth &&
    above?.has(stat.ino) !== true &&
    !walk.stopped
  ) {
    let names: string[] = []
    try {
      names = t.files.list(path)
    } catch (error) {
      await t.error(`${t.busybox ? shown : t.always(shown)}: ${reasonOf(error)}`)
    }
    const inside = walk.follow === 'always' ? new Set([...(above ?? []), stat.ino]) : undefined
    for (const name of names)
      await visit(walk, shown.endsWith('/') ? shown + name : `${shown}/${name}`, start, depth + 1, inside)
  }
  if (matches && options.depthFirst && !walk.stopped) await walk.test(item)
}

/** `-exec … +`: names wait for one run. */
class Batch {
  readonly #t: Tool
  readonly #command: readonly string[]
  #names: string[] = []
  #length = 0

  constructor(t: Tool, command: readonly string[]) {
    this.#t = t
    this.#command = command
  }

  async add(name: string): Promise<void> {
    this.#names.push(name)
    this.#length += name.length + 1
    if (this.#length > 100_000) await this.run()
  }

  async run(): Promise<void> {
    if (this.#names.length === 0) return
    const names = this.#names
    this.#names = []
    this.#length = 0
    await this.#t.flush()
    const status = await this.#t.call.run([...this.#command, ...names])
    if (status !== 0) this.#t.status = 1
    if (status === 127) await this.#t.error(`${this.#t.always(this.#command[0]!)}: No such file or directory`)
  }
}

class Parser {
  readonly #t: Tool
  readonly #args: readonly string[]
  #at = 0
  #acts = false
  minDepth = 0
  maxDepth = Infinity
  depthFirst = false
  readonly batches: Batch[] = []

  constructor(t: Tool, args: readonly string[]) {
    if (args.length > maxTokens) t.fail('Argument list too long')
    this.#t = t
    this.#args = args
  }

  expression(): Test {
    const test = this.#args.length === 0 ? () => true : this.#list(0)
    if (this.#at < this.#args.length) this.#t.fail("you have too many ')'")
    if (this.#acts) return test
    return async (item) => {
      if (!(await test(item))) return false
      item.walk.t.put(`${item.shown}\n`)
      return true
    }
  }

  #peek(): string | undefined {
    return this.#args[this.#at]
  }

  #list(depth: number): Test {
    if (depth > 100) this.#t.fail('Argument list too long')
    let left = this.#or(depth)
    while (this.#peek() === ',') {
      this.#at++
      const a = left
      const b = this.#or(depth)
      left = async (item) => {
        await a(item)
        return b(item)
      }
    }
    return left
  }

  #or(depth: number): Test {
    let left = this.#and(depth)
    while (this.#peek() === '-o' || this.#peek() === '-or') {
      this.#at++
      const a = left
      const b = this.#and(depth)
      left = async (item) => (await a(item)) || (await b(item))
    }
    return left
  }

  #and(depth: number): Test {
    const tests: Test[] = []
    for (;;) {
      const next = this.#peek()
      if (next === '-a' || next === '-and') {
        this.#at++
        continue
      }
      if (next === undefined || next === ')' || next === ',' || next === '-o' || next === '-or') break
      tests.push(this.#not(depth))
    }
    if (tests.length === 0) {
      const next = this.#peek()
      this.#t.fail(
        next === undefined
          ? "expected an expression after `-o'"
          : `invalid expression; you have used a binary operator '${next}' with nothing before it.`,
      )
    }
    if (tests.length === 1) return tests[0]!
    return async (item) => {
      for (const test of tests) if (!(await test(item))) return false
      return true
    }
  }

  #not(depth: number): Test {
    const token = this.#args[this.#at++]!
    if (token === '!' || token === '-not') {
      if (this.#peek() === undefined) this.#t.fail(`expected an expression after \`${token}'`)
      const test = this.#not(depth)
      return async (item) => !(await test(item))
    }
    if (token === '(') {
      if (this.#peek() === ')') this.#t.fail('invalid expression; empty parentheses are not allowed.')
      const test = this.#list(depth + 1)
      if (this.#peek() !== ')')
        this.#t.fail("invalid expression; I was expecting to find a ')' somewhere but did not see one.")
      this.#at++
      return test
    }
    return this.#predicate(token)
  }

  #argument(token: string): string {
    const value = this.#args[this.#at++]
    if (value === undefined) {
      if (this.#t.busybox) this.#t.fail(`${token} requires an argument`)
      this.#t.fail(`missing argument to \`${token}'`)
    }
    return value
  }

  #number(token: string): (n: number) => boolean {
    const text = this.#argument(token)
    const match = /^([+-]?)(\d+)$/.exec(text)
    if (match === null) this.#t.fail(`invalid argument \`${text}' to \`${token}'`)
    const n = Number(match[2])
    return match[1] === '+' ? (v) => v > n : match[1] === '-' ? (v) => v < n : (v) => v === n
  }

  #predicate(token: string): Test {
    const t: Tool = this.#t
    const now = t.call.machine.now()
    switch (token) {
      case '-name':
      case '-iname': {
        const glob = globPattern(this.#argument(token), token === '-iname')
        return ({ shown }) => glob.test(baseName(shown))
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const glob = globPattern(this.#argument(token), token === '-ipath')
        return ({ shown }) => glob.test(shown)
      }
      case '-lname': {
        const glob = globPattern(this.#argument(token))
        return ({ stat, path }) => stat.type === 'link' && glob.test(t.files.readLink(path))
      }
      case '-regex':
      case '-iregex': {
        const text = this.#argument(token)
        try {
          const pattern = new Pattern(
            text
              .replaceAll('\\+', '+')
              .replace(/(?<!\\)\+/g, '\\+')
              .replaceAll('\\\\+', '\\+'),
            'basic',
            token === '-iregex',
            'line',
          )
          return ({ shown }) => pattern.test(shown)
        } catch (error) {
          if (error instanceof PatternError)
            t.fail(`failed to compile regular expression '${text}': ${error.message}`)
          throw error
        }
      }
      case '-regextype':
        this.#argument(token)
        return () => true
      case '-type':
      case '-xtype': {
        const letters = this.#argument(token)
        for (const letter of letters.split(','))
          if (types[letter] === undefined)
            t.fail(
              letter.length > 1 && !letters.includes(',')
                ? `Arguments to ${token} should contain only one letter`
                : `Unknown argument to ${token}: ${letter[0] ?? ''}`,
            )
        const wanted = letters.split(',').map((letter) => types[letter]!)
        return ({ stat }) => wanted.includes(stat.type)
      }
      case '-size': {
        const text = this.#argument(token)
        const match = /^([+-]?)(\d+)([cwbkMG]?)$/.exec(text)
        if (match === null)
          t.fail(
            /^\D/.test(text.replace(/^[-+]/, '')) && /^[-+]?[a-zA-Z]$/.test(text)
              ? `invalid -size type \`${text}'`
              : `Invalid argument \`${text}' to -size`,
          )
        const unit = { c: 1, w: 2, b: 512, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[3] || 'b']!
        const n = Number(match[2])
        return ({ stat }) => {
          const units = Math.ceil(stat.size / unit)
          return match[1] === '+' ? units > n : match[1] === '-' ? units < n : units === n
        }
      }
      case '-empty':
        return ({ stat, path }) =>
          stat.type === 'file'
            ? stat.size === 0
            : stat.type === 'directory' && quietList(t, path).length === 0
      case '-perm': {
        const text = this.#argument(token)
        const kind = /^[-/]/.test(text) ? text[0] : ''
        const change = modeChange(text.slice(kind === '' ? 0 : 1))
        if (change === undefined) t.fail(`invalid mode ${t.quoted(text)}`)
        const mode = change(0, false, 0)
        return ({ stat }) =>
          kind === '-'
            ? (stat.mode & mode) === mode
            : kind === '/'
              ? mode === 0 || (stat.mode & mode) !== 0
              : stat.mode === mode
      }
      case '-mtime':
      case '-atime':
      case '-ctime': {
        const compare = this.#number(token)
        const key = `${token[1] as 'm'}timeMs` as const
        return ({ stat }) => compare(Math.floor((now - stat[key]) / 86_400_000))
      }
      case '-mmin':
      case '-amin':
      case '-cmin': {
        const text = this.#argument(token)
        const match = /^([+-]?)(\d+)$/.exec(text)
        if (match === null) t.fail(`invalid argument \`${text}' to \`${token}'`)
        const key = `${token[1] as 'm'}timeMs` as const
        const n = Number(match[2])
        return ({ stat }) => {
          const age = (now - stat[key]) / 60_000
          return match[1] === '+' ? age > n : match[1] === '-' ? age < n : Math.ceil(age) === n
        }
      }
      case '-newer':
      case '-anewer':
      case '-cnewer': {
        const name = this.#argument(token)
        try {
          const than = t.files.stat(t.call.path(name)).mtimeMs
          return ({ stat }) => stat.mtimeMs > than
        } catch (error) {
          return t.fail(`${t.always(name)}: ${reasonOf(error)}`)
        }
      }
      case '-newermt': {
        const text = this.#argument(token)
        const than = parseTime(text, now)
        if (than === undefined)
          t.fail(`I cannot figure out how to interpret ${t.always(text)} as a date or time`)
        return ({ stat }) => stat.mtimeMs > than
      }
      case '-user':
      case '-group': {
        const name = this.#argument(token)
        const users = new Users(t.files)
        const id = token === '-user' ? users.userId(name) : users.groupId(name)
        if (id === undefined)
          t.fail(
            token === '-user'
              ? `${t.always(name)} is not the name of a known user`
              : `${t.always(name)} is not the name of an existing group`,
          )
        return ({ stat }) => (token === '-user' ? stat.uid : stat.gid) === id
      }
      case '-uid':
      case '-gid':
      case '-links':
      case '-inum': {
        const compare = this.#number(token)
        const key = ({ '-uid': 'uid', '-gid': 'gid', '-links': 'nlink', '-inum': 'ino' } as const)[token]
        return ({ stat }) => compare(stat[key])
      }
      case '-nouser':
      case '-nogroup': {
        const users = new Users(t.files)
        return ({ stat }) =>
          token === '-nouser' ? !users.knows('user', stat.uid) : !users.knows('group', stat.gid)
      }
      case '-readable':
        return ({ path }) => t.files.may(path, 'read')
      case '-writable':
        return ({ path }) => t.files.may(path, 'write')
      case '-executable':
        return ({ path }) => t.files.may(path, 'execute')
      case '-true':
        return () => true
      case '-false':
        return () => false
      case '-maxdepth':
      case '-mindepth': {
        const text = this.#argument(token)
        if (!/^\d+$/.test(text))
          t.fail(`Expected a positive decimal integer argument to ${token}, but got ${t.always(text)}`)
        if (token === '-maxdepth') this.maxDepth = Number(text)
        else this.minDepth = Number(text)
        return () => true
      }
      case '-depth':
      case '-d':
        this.depthFirst = true
        return () => true
      case '-xdev':
      case '-mount':
      case '-follow':
      case '-noleaf':
      case '-ignore_readdir_race':
      case '-daystart':
      case '-warn':
      case '-nowarn':
        return () => true
      case '-prune':
        return (item) => {
          item.prune = true
          return true
        }
      case '-quit':
        return (item) => {
          item.walk.stopped = true
          return false
        }
      case '-print':
      case '-print0':
        this.#acts = true
        return ({ shown }) => {
          t.put(shown + (token === '-print' ? '\n' : '\0'))
          return true
        }
      case '-printf': {
        this.#acts = true
        const format = this.#argument(token)
        const users = new Users(t.files)
        return (item) => {
          t.put(formatted(format, item, users))
          return true
        }
      }
      case '-ls': {
        this.#acts = true
        const users = new Users(t.files)
        return (item) => {
          const { stat, shown } = item
          const target = stat.type === 'link' ? ` -> ${t.files.readLink(item.path)}` : ''
          t.put(
            `${String(stat.ino).padStart(9)} ${String(Math.ceil(stat.blocks / 2)).padStart(6)} ${modeText(stat)} ${String(stat.nlink).padStart(3)} ${users.user(stat.uid).padEnd(8)} ${users.group(stat.gid).padEnd(8)} ${String(stat.size).padStart(8)} ${new Date(stat.mtimeMs).toUTCString().slice(8, 11)} ${String(new Date(stat.mtimeMs).getUTCDate()).padStart(2)} ${new Date(stat.mtimeMs).toISOString().slice(11, 16)} ${shown}${target}\n`,
          )
          return true
        }
      }
      case '-delete':
        this.#acts = true
        this.depthFirst = true
        return async ({ shown, path, stat }) => {
          if (shown === '.' || shown === '..') return true
          try {
            if (stat.type === 'directory') t.files.removeDirectory(path)
            else t.files.unlink(path)
            return true
          } catch (error) {
            await t.error(`cannot delete ${t.always(shown)}: ${reasonOf(error)}`)
            return false
          }
        }
      case '-exec':
      case '-execdir':
      case '-ok': {
        this.#acts = true
        const command: string[] = []
        for (;;) {
          const word = this.#args[this.#at++]
          if (word === undefined) return t.fail(`missing argument to \`${token}'`)
          if (word === ';' && command.length > 0) break
          if (word === '+' && command.at(-1) === '{}') {
            const batch = new Batch(t, command.slice(0, -1))
            this.batches.push(batch)
            return async ({ shown }) => {
              await batch.add(shown)
              return true
            }
          }
          command.push(word)
        }
        return async ({ shown, path }) => {
          const name = token === '-execdir' ? `./${baseName(shown)}` : shown
          const argv = command.map((word) => word.replaceAll('{}', name))
          if (token === '-ok' && !(await answer(t, `< ${argv.join(' ')} > ? `))) return false
          await t.flush()
          const status = await t.call.run(
            argv,
            token === '-execdir' ? { directory: path.replace(/\/[^/]*$/, '') || '/' } : {},
          )
          if (status === 127) await t.error(`${t.always(argv[0]!)}: No such file or directory`, 0)
          return status === 0
        }
      }
      default:
        if (token.startsWith('-')) {
          if (t.busybox) throw new Exit(1, `${t.name}: unrecognized: ${token}\n`)
          t.fail(`unknown predicate \`${token}'`)
        }
        if (t.busybox) throw new Exit(1, `${t.name}: unrecognized: ${token}\n`)
        throw new Exit(
          1,
          `${t.name}: paths must precede expression: \`${token}'\n${t.files.exists(t.call.path(token)) ? `${t.name}: possible unquoted pattern after predicate \`${this.#args[this.#at - 3] ?? ''}'?\n` : ''}`,
        )
    }
  }
}

const types: Record<string, FileType> = {
  f: 'file',
  d: 'directory',
  l: 'link',
  c: 'character',
  b: 'block',
  p: 'fifo',
  s: 'socket',
}

function baseName(shown: string): string {
  const bare = shown.replace(/\/+$/, '')
  return bare === '' ? shown.slice(0, 1) : bare.slice(bare.lastIndexOf('/') + 1)
}

function quietList(t: Tool, path: string): readonly string[] {
  try {
    return t.files.list(path)
  } catch {
    return ['?']
  }
}

function formatted(format: string, item: Item, users: Users): string {
  const { stat, shown, start, depth } = item
  return format.replaceAll(
    /\\([abfnrtv\\0])|%(-?\d*)([%pfhPHsmMugUGditlnyYkbTAC])([@YmdHMST+]?)/g,
    (all, escape: string | undefined, width: string, letter: string, time: string) => {
      if (escape !== undefined)
        return (
          { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '0': '\0' }[escape] ?? escape
        )
      let text: string
      let rest = time
      const typeLetter = Object.entries(types).find(([, type]) => type === stat.type)?.[0] ?? '?'
      if (letter === '%') text = '%'
      else if (letter === 'p') text = shown
      else if (letter === 'f') text = baseName(shown)
      else if (letter === 'h') text = shown.includes('/') ? shown.replace(/\/[^/]*$/, '') : '.'
      else if (letter === 'P') text = shown.slice(start.length).replace(/^\//, '')
      else if (letter === 'H') text = start
      else if (letter === 's') text = String(stat.size)
      else if (letter === 'm') text = stat.mode.toString(8)
      else if (letter === 'M') text = modeText(stat)
      else if (letter === 'u') text = users.user(stat.uid)
      else if (letter === 'g') text = users.group(stat.gid)
      else if (letter === 'U') text = String(stat.uid)
      else if (letter === 'G') text = String(stat.gid)
      else if (letter === 'd') text = String(depth)
      else if (letter === 'i') text = String(stat.ino)
      else if (letter === 'n') text = String(stat.nlink)
      else if (letter === 'l') text = stat.type === 'link' ? item.walk.t.files.readLink(item.path) : ''
      else if (letter === 'y' || letter === 'Y') text = typeLetter
      else if (letter === 'k') text = String(Math.ceil(stat.blocks / 2))
      else if (letter === 'b') text = String(stat.blocks)
      else if (letter === 't') text = new Date(stat.mtimeMs).toUTCString()
      else {
        const ms = letter === 'T' ? stat.mtimeMs : letter === 'A' ? stat.atimeMs : stat.ctimeMs
        const iso = fullTime(ms)
        if (time === '') return all
        rest = ''
        text =
          time === '@'
            ? `${Math.floor(ms / 1000)}.${String(Math.round((ms % 1000) * 1e6)).padStart(9, '0')}0`
            : time === 'Y'
              ? iso.slice(0, 4)
              : time === 'm'
                ? iso.slice(5, 7)
                : time === 'd'
                  ? iso.slice(8, 10)
                  : time === 'H'
                    ? iso.slice(11, 13)
                    : time === 'M'
                      ? iso.slice(14, 16)
                      : time === 'S'
                        ? `${iso.slice(17, 29)}0`
                        : time === 'T'
                          ? `${iso.slice(11, 29)}0`
                          : `${iso.slice(0, 10)}+${iso.slice(11, 29)}0`
      }
      if (!'TAC'.includes(letter)) text += rest
      const w = Math.min(Math.abs(Number(width || 0)), 1000)
      return width.startsWith('-') ? text.padEnd(w) : text.padStart(w)
    },
  )
}
