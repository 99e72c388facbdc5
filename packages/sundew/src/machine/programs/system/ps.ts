import type { Process } from '../../machine.ts'
import type { Call, Program } from '../../program.ts'
import { accountOf, groups } from './accounts.ts'
import { type Column, columnOf, look, type Look } from './ps-columns.ts'

/** So many columns may be asked for. */
const maxColumns = 64

interface Wish {
  columns: { column: Column; head: string }[] | undefined
  everyTty: boolean
  every: boolean
  /** `a`, `x` of BSD, which add up. */
  withTty: boolean
  withoutTty: boolean
  bsd: boolean
  forest: boolean
  hierarchy: boolean
  noHead: boolean
  wide: number
  negate: boolean
  sort: string[]
  threads: boolean
  pick: ((process: Process) => boolean)[]
}

export const ps: Program = {
  names: ['ps'],
  async run(call) {
    const wish: Wish = {
      columns: undefined,
      everyTty: false,
      every: false,
      withTty: false,
      withoutTty: false,
      bsd: false,
      forest: false,
      hierarchy: false,
      noHead: false,
      wide: 0,
      negate: false,
      sort: [],
      threads: false,
      pick: [],
    }
    const problem = read(call, wish)
    if (problem === 'help') {
      await call.stdout.write(psUsage)
      return 0
    }
    if (problem === 'version') {
      await call.stdout.write('ps from procps-ng 4.0.2\n')
      return 0
    }
    if (problem !== undefined) {
      await call.stderr.write(`error: ${problem}\n${psUsage}`)
      return 1
    }
    const all = call.machine.processes.list()
    const seen = look(call, all)
    const chosen = order(
      all.filter((one) => wanted(one, wish, call) !== wish.negate),
      wish.sort,
      seen,
    )
    const columns = wish.columns ?? preset(wish.bsd ? 'bsd' : 'unix')
    const width =
      wish.wide > 1 || (call.stdout.terminal === undefined && !call.environment.has('COLUMNS'))
        ? Infinity
        : Math.max(
            20,
            (Number(call.environment.get('COLUMNS')) || call.stdout.terminal?.columns || 80) + wish.wide * 52,
          )
    const rows =
      wish.forest || wish.hierarchy ? tree(chosen, wish.hierarchy) : chosen.map((one) => [one, ''] as const)
    if (!wish.noHead && columns.some(({ head }) => head !== '')) {
      await call.stdout.write(`${row(columns, (entry) => entry.head).slice(0, width)}\n`)
    }
    let text = ''
    for (const [one, branch] of rows) {
      const line = row(columns, ({ column }) => {
        const shown = column.show(one, seen)
        return branch !== '' && /^(?:COMMAND|CMD)$/.test(column.head) ? branch + shown : shown
      })
      text += `${line.slice(0, width)}\n`
      if (text.length > 16_384) {
        await call.stdout.write(text)
        text = ''
      }
      await call.spend()
    }
    await call.stdout.write(text)
    return chosen.length === 0 ? 1 : 0
  },
}

const psUsage =
  "\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n"

function row(
  columns: readonly { column: Column; head: string }[],
  value: (entry: { column: Column; head: string }) => string,
): string {
  let line = ''
  // A value that is too wide borrows from the columns after it, as procps does.
  let over = 0
  for (const [index, entry] of columns.entries()) {
    const { column } = entry
    const lastOne = index === columns.length - 1
    const width = Math.max(column.width, entry.head.length)
    const text = value(entry)
    const room = Math.max(0, width - over)
    const padded = column.side === 'right' ? text.padStart(room) : lastOne ? text : text.padEnd(room)
    line += padded + (lastOne ? '' : ' ')
    over = Math.max(0, padded.length - room)
  }
  return line
}

const presets = {
  unix: 'pid tname time ucmd',
  bsd: 'pid tname stat bsdtime args',
  full: 'user=UID pid ppid c stime tname time cmd',
  fullThreads: 'user=UID pid ppid lwp c nlwp stime tname time cmd',
  user: 'user pid pcpu pmem vsz rss tname stat start_time bsdtime args',
  jobs: 'pid pgid sid tname time ucmd',
  bsdJobs: 'ppid pid pgid sid tname tpgid stat uid bsdtime args',
  long: 'flags s uid pid ppid c opri ni addr wchan tname time ucmd',
  longFull: 'flags s user=UID pid ppid c opri ni addr wchan stime tname time cmd',
  bsdLong: 'flags uid pid ppid opri=PRI ni vsz rss wchan stat tname bsdtime args',
  verbose: 'pid tname stat bsdtime pmem args',
} as const

function preset(name: keyof typeof presets): { column: Column; head: string }[] {
  return presets[name].split(' ').map((word) => {
    const [key, head] = word.split('=')
    const column = columnOf(key!)!
    return { column, head: head ?? column.head }
  })
}

/** Reads the words; what was wrong, as ps says it. */
function read(call: Call, wish: Wish): string | undefined {
  const args = call.args
  let full = false
  let long = false
  let jobs = false
  let at = 0
  const next = (rest: string): string | undefined => (rest !== '' ? rest : args[++at])
  for (; at < args.length; at++) {
    const arg = args[at]!
    if (arg.startsWith('--')) {
      const [name = '', value] = arg.slice(2).split(/=(.*)/s)
      const needed = (): string | undefined => value ?? args[++at]
      switch (name) {
        case 'help':
          return 'help'
        case 'version':
          return 'version'
        case 'forest':
          wish.forest = true
          break
        case 'no-headers':
        case 'no-heading':
        case 'noheaders':
        case 'noheading':
          wish.noHead = true
          break
        case 'headers':
          break
        case 'cols':
        case 'columns':
        case 'width':
          needed()
          break
        case 'rows':
        case 'lines':
          needed()
          break
        case 'deselect':
          wish.negate = true
          break
        case 'sort': {
          const keys = needed()
          if (keys === undefined) return 'long sort specification must follow --sort'
          wish.sort.push(...keys.split(',').slice(0, 16))
          for (const key of wish.sort)
            if (columnOf(key.replace(/^[+-]/, '')) === undefined) return `unknown sort specifier`
          break
        }
        case 'format': {
          const wrong = format(needed(), wish)
          if (wrong !== undefined) return wrong
          break
        }
        case 'pid':
        case 'ppid':
        case 'user':
        case 'User':
        case 'group':
        case 'Group':
        case 'tty':
        case 'sid': {
          const wrong = choose(
            call,
            wish,
            { pid: 'p', ppid: 'q', user: 'u', User: 'u', group: 'G', Group: 'G', tty: 't', sid: 's' }[name],
            needed(),
          )
          if (wrong !== undefined) return wrong
          break
        }
        default:
          return 'unknown gnu long option'
      }
      continue
    }
    const dashed = arg.startsWith('-')
    if (!dashed && /^\d/.test(arg)) {
      const wrong = choose(call, wish, 'p', arg)
      if (wrong !== undefined) return wrong
      wish.bsd = true
      continue
    }
    const letters = dashed ? arg.slice(1) : arg
    if (!dashed) wish.bsd = true
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i]!
      const rest = letters.slice(i + 1)
      let ended = false
      const take = (): string | undefined => {
        ended = true
        return next(rest)
      }
      let wrong: string | undefined
      if (dashed) {
        // `ps -aux` is read as `ps aux` where there is no user x.
        if (letters === 'aux' || letters === 'auxw' || letters === 'auxww' || letters === 'auxf') {
          wish.bsd = wish.withTty = wish.withoutTty = true
          wish.columns = preset('user')
          wish.forest = letters.endsWith('f')
          wish.wide += letters.split('w').length - 1
          break
        }
        switch (letter) {
          case 'e':
          case 'A':
            wish.every = true
            break
          case 'a':
            wish.everyTty = true
            break
          case 'd':
            wish.pick.push((one) => one.session !== one.pid)
            break
          case 'N':
            wish.negate = true
            break
          case 'f':
            full = true
            break
          case 'F':
            full = true
            break
          case 'l':
            long = true
            break
          case 'j':
            jobs = true
            break
          case 'y':
          case 'c':
          case 'P':
          case 'M':
          case 'Z':
            break
          case 'H':
            wish.hierarchy = true
            break
          case 'w':
            wish.wide++
            break
          case 'L':
          case 'T':
          case 'm':
            wish.threads = true
            break
          case 'V':
            return 'version'
          case 'o':
          case 'O':
            wrong = format(take(), wish)
            break
          case 'p':
          case 'q':
          case 'C':
          case 'u':
          case 'U':
          case 't':
          case 's':
          case 'g':
          case 'G':
            wrong = choose(call, wish, letter === 'q' ? 'p' : letter, take())
            break
          default:
            return letter === 'x'
              ? 'must set personality to get -x option'
              : /[A-Za-z]/.test(letter)
                ? 'unsupported SysV option'
                : 'garbage option'
        }
      } else {
        switch (letter) {
          case 'a':
            wish.withTty = true
            break
          case 'x':
            wish.withoutTty = true
            break
          case 'u':
            wish.columns = preset('user')
            break
          case 'j':
            wish.columns = preset('bsdJobs')
            break
          case 'l':
            wish.columns = preset('bsdLong')
            break
          case 'v':
            wish.columns = preset('verbose')
            break
          case 'f':
            wish.forest = true
            break
          case 'w':
            wish.wide++
            break
          case 'h':
            wish.noHead = true
            break
          case 'r':
            wish.pick.push((one) => one.state === 'R' || one.state === 'D')
            break
          case 'e':
          case 'c':
          case 'n':
          case 'S':
            break
          case 'H':
          case 'm':
            wish.threads = true
            break
          case 'g':
            break
          case 'T':
            wish.pick.push((one) => one.tty === call.process.tty)
            break
          case 'V':
            return 'version'
          case 'o':
          case 'O':
            wrong = format(take(), wish)
            break
          case 'k':
            wish.sort.push(...(take() ?? '').split(',').slice(0, 16))
            break
          case 'p':
          case 'U':
          case 't':
            wrong = choose(call, wish, letter, take())
            break
          default:
            return letter === '@' || !/[A-Za-z]/.test(letter)
              ? 'garbage option'
              : 'unsupported option (BSD syntax)'
        }
      }
      if (wrong !== undefined) return wrong
      if (ended) break
    }
  }
  if (full && long) wish.columns = preset('longFull')
  else if (full) wish.columns ??= preset(wish.threads ? 'fullThreads' : 'full')
  else if (long) wish.columns ??= preset('long')
  else if (jobs) wish.columns ??= preset('jobs')
  return undefined
}

function format(text: string | undefined, wish: Wish): string | undefined {
  if (text === undefined) return 'format specification must follow -o'
  wish.columns = (wish.columns ?? []).slice(0, maxColumns)
  // A name with `=` takes all that follows as its heading.
  let rest = text
  while (rest !== '' && wish.columns.length < maxColumns) {
    const found = /^[\s,]*([^\s,=:]+)(?::(\d+))?(?:=(.*)$)?/s.exec(rest)
    if (found === null) break
    rest = rest.slice(found[0].length)
    const column = columnOf(found[1]!)
    if (column === undefined) return `unknown user-defined format specifier "${found[1]!}"`
    const width = found[2] === undefined ? undefined : Math.min(Number(found[2]), 512)
    let head = found[3]
    if (head !== undefined && /^,?\w+=/.test(head.replace(/^[^,]*,/, ''))) {
      // `pid=,ppid=`: an empty heading, and another column.
      const comma = head.indexOf(',')
      rest = head.slice(comma)
      head = head.slice(0, comma)
    }
    wish.columns.push({
      column: width === undefined ? column : { ...column, width },
      head: head ?? column.head,
    })
  }
  return wish.columns.length === 0 ? 'empty format list' : undefined
}

function choose(call: Call, wish: Wish, what: string, list: string | undefined): string | undefined {
  if (list === undefined || list === '') {
    return what === 'p'
      ? 'list of process IDs must follow -p'
      : what === 'C'
        ? 'list of command names must follow -C'
        : what === 'u'
          ? 'list of users must follow -u'
          : `list of ${what === 't' ? 'ttys' : 'IDs'} must follow -${what}`
  }
  const words = list
    .split(/[\s,]+/)
    .filter(Boolean)
    .slice(0, 512)
  switch (what) {
    case 'p':
    case 'q':
    case 's':
    case 'g': {
      if (words.some((one) => !/^\d+$/.test(one))) return 'process ID list syntax error'
      const numbers = new Set(words.map(Number))
      wish.pick.push((one) => numbers.has(what === 'p' ? one.pid : what === 'q' ? one.parent : one.session))
      return undefined
    }
    case 'C': {
      const names = new Set(words.map((one) => one.slice(0, 15)))
      wish.pick.push((one) => names.has(one.name))
      return undefined
    }
    case 't': {
      const names = new Set(words.map((one) => one.replace(/^\/dev\//, '')))
      wish.pick.push((one) => names.has(one.tty ?? '?') || names.has(one.tty?.replace('pts/', '') ?? '?'))
      return undefined
    }
    case 'G': {
      const all = groups(call.files)
      const ids = new Set(
        words.map((one) =>
          /^\d+$/.test(one) ? Number(one) : (all.find((group) => group.name === one)?.gid ?? -1),
        ),
      )
      wish.pick.push((one) => ids.has(one.credentials.gid))
      return undefined
    }
    default: {
      const ids = words.map((one) =>
        /^\d+$/.test(one) ? Number(one) : accountOf(call.machine.files, one)?.uid,
      )
      if (ids.includes(undefined)) return 'user name does not exist'
      const set = new Set(ids)
      wish.pick.push((one) => set.has(one.credentials.uid))
      return undefined
    }
  }
}

function wanted(one: Process, wish: Wish, call: Call): boolean {
  if (wish.every) return true
  if (wish.pick.length > 0 && wish.pick.some((pick) => pick(one))) return true
  const mine = one.credentials.uid === call.process.credentials.uid
  if (wish.everyTty && one.tty !== undefined && one.session !== one.pid) return true
  if (wish.withTty || wish.withoutTty) {
    if (wish.pick.length > 0 && !wish.withTty && !wish.withoutTty) return false
    return (wish.withTty || mine) && (wish.withoutTty || one.tty !== undefined)
  }
  if (wish.pick.length > 0 || wish.everyTty) return false
  return (
    mine &&
    one.tty === call.process.tty &&
    (!wish.bsd || one.tty !== undefined || call.process.tty === undefined)
  )
}

function order(processes: Process[], keys: readonly string[], seen: Look): Process[] {
  if (keys.length === 0) return processes
  return processes.toSorted((a, b) => {
    for (const key of keys) {
      const down = key.startsWith('-') ? -1 : 1
      const column = columnOf(key.replace(/^[+-]/, ''))
      if (column === undefined) continue
      const [x, y] = [column.show(a, seen), column.show(b, seen)]
      const numbers = /^[\d.:-]+$/.test(x) && /^[\d.:-]+$/.test(y)
      const compared = numbers
        ? Number.parseFloat(x.replaceAll(':', '')) - Number.parseFloat(y.replaceAll(':', ''))
        : x < y
          ? -1
          : x > y
            ? 1
            : 0
      if (compared !== 0) return compared * down
    }
    return a.pid - b.pid
  })
}

/** Children below their parents, with the strokes of `f`. */
function tree(processes: readonly Process[], blanks: boolean): (readonly [Process, string])[] {
  const children = new Map<number, Process[]>()
  const there = new Set(processes.map((one) => one.pid))
  const roots: Process[] = []
  for (const one of processes) {
    if (!there.has(one.parent) || one.parent === one.pid) roots.push(one)
    else children.set(one.parent, [...(children.get(one.parent) ?? []), one])
  }
  const lines: (readonly [Process, string])[] = []
  const descend = (one: Process, depth: number, bars: string): void => {
    if (lines.length > 2000 || depth > 60) return
    const below = children.get(one.pid) ?? []
    for (const [index, child] of below.entries()) {
      const last = index === below.length - 1
      lines.push([child, blanks ? '  '.repeat(depth + 1) : `${bars} \\_ `])
      descend(child, depth + 1, `${bars} ${last ? ' ' : '|'}  `)
    }
  }
  // Kernel threads come first, as procps has them.
  for (const root of roots.toSorted((a, b) => Number(b.pid === 2) - Number(a.pid === 2))) {
    lines.push([root, ''])
    // Processes of init stand without strokes, as everything else would hang from it.
    if (!blanks && root.pid === 1) {
      for (const child of children.get(1) ?? []) {
        lines.push([child, ''])
        descend(child, 1, '')
      }
    } else descend(root, 0, '')
  }
  return lines
}
