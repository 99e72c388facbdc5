import type { Stat } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import type { Options } from '../common/options.ts'
import { quoteNames } from '../common/quoting.ts'
import { Exit, reasonOf, tool } from '../common/tool.ts'
import type { Tool } from '../common/tool.ts'
import { Users } from '../common/users.ts'
import { colorOf, defaultColors } from './colors.ts'
import { columnWidths, shownWidth } from './columns.ts'
import { modeText } from './modes.ts'
import { humanSize } from './sizes.ts'
import { fullTime, isoTime, listedTime } from './times.ts'
import { versionOf } from '../common/version.ts'

/** `ls`, `dir` and `vdir`. */
export const ls = tool(['ls', 'dir', 'vdir'], async (t: Tool) => {
  const o = options(
    t,
    'aAbBcCdfFgGhHiI:klLmnNopqQrRsStT:uUvw:xXZ1',
    'all=a escape=b directory=d dired full-time group-directories-first human-readable=h inode=i kibibytes=k numeric-uid-gid=n no-group=G hide-control-chars=q reverse=r size=s width:=w almost-all=A ignore-backups=B classify?=F file-type si dereference-command-line=H dereference-command-line-symlink-to-dir hide: ignore:=I indicator-style: dereference=L literal=N quote-name=Q quoting-style: recursive=R format: show-control-chars sort: tabsize:=T time: time-style: zero color?=color hyperlink? block-size: context=Z author',
    { status: 2 },
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Richard M. Stallman and David MacKenzie')
  await new Listing(t, o).run()
  return t.status
})

type Format = 'long' | 'columns' | 'across' | 'commas' | 'lines'

interface Entry {
  readonly name: string
  readonly path: string
  readonly stat: Stat | undefined
}

/** The recursion of `-R` ends here; the tree's own limits are tighter as a rule. */
const maxDepth = 200

class Listing {
  readonly #t: Tool
  readonly #o: Options
  readonly #users: Users
  readonly #format: Format
  readonly #all: boolean
  readonly #almost: boolean
  readonly #colors: ReadonlyMap<string, string> | undefined
  readonly #sort: string
  readonly #time: 'mtimeMs' | 'ctimeMs' | 'atimeMs'
  readonly #human: 0 | 1000 | 1024
  readonly #terminal: boolean
  readonly #quote: (name: string) => string
  readonly #indicator: string
  #first = true

  constructor(t: Tool, o: Options) {
    this.#t = t
    this.#o = o
    this.#users = new Users(t.files)
    this.#terminal = t.call.stdout.terminal !== undefined
    const named = t.call.name
    let format: Format = named === 'vdir' ? 'long' : named === 'dir' || this.#terminal ? 'columns' : 'lines'
    let all = 0
    let sort = ''
    let color = ''
    let human: 0 | 1000 | 1024 = 0
    let time: 'mtimeMs' | 'ctimeMs' | 'atimeMs' = 'mtimeMs'
    let indicator = ''
    let style = this.#terminal ? 'shell-escape' : 'literal'
    for (const [key, value] of o.list) {
      if (key === 'l' || key === 'n' || key === 'g' || key === 'o' || key === 'full-time') format = 'long'
      else if (key === '1') format = format === 'long' ? 'long' : 'lines'
      else if (key === 'C') format = 'columns'
      else if (key === 'x') format = 'across'
      else if (key === 'm') format = 'commas'
      else if (key === 'a') all = 2
      else if (key === 'A') all = 1
      else if (key === 'f') {
        all = 2
        sort = 'none'
      } else if (key === 'S') sort = 'size'
      else if (key === 't') sort = 'time'
      else if (key === 'U') sort = 'none'
      else if (key === 'X') sort = 'extension'
      else if (key === 'v') sort = 'version'
      else if (key === 'sort') sort = value
      else if (key === 'c') time = 'ctimeMs'
      else if (key === 'u') time = 'atimeMs'
      else if (key === 'h') human = 1024
      else if (key === 'si') human = 1000
      else if (key === 'color') color = value || 'always'
      else if (key === 'F') indicator = 'F'
      else if (key === 'p') indicator = 'p'
      else if (key === 'N') style = 'literal'
      else if (key === 'Q') style = 'c'
      else if (key === 'b') style = 'escape'
      else if (key === 'T' || key === 'w') {
        if (!/^\d+$/.test(value)) t.fail(`invalid line width: ${t.quoted(value)}`, 2)
      }
    }
    if (sort === '' && time !== 'mtimeMs' && format !== 'long') sort = 'time'
    this.#format = format
    this.#all = all === 2
    this.#almost = all === 1
    this.#sort = sort
    this.#time = time
    this.#human = human
    this.#indicator = indicator
    const colored =
      color === 'always' ||
      color === 'yes' ||
      color === 'force' ||
      ((color === 'auto' || color === 'tty' || color === 'if-tty') && this.#terminal)
    this.#colors = colored && knowsColors(t) ? defaultColors(t.call.environment.get('LS_COLORS')) : undefined
    this.#quote = t.busybox
      ? (n) => (this.#terminal ? n.replace(/[\x00-\x1f\x7f]/g, '?') : n)
      : style === 'shell-escape'
        ? (n) => quoteNames(n)
        : style === 'c'
          ? (n) => `"${n.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`
          : style === 'escape'
            ? (n) =>
                n
                  .replaceAll('\\', '\\\\')
                  .replaceAll('\n', '\\n')
                  .replaceAll('\t', '\\t')
                  .replaceAll(' ', '\\ ')
            : (n) => n
  }

  async run(): Promise<void> {
    const t = this.#t
    const operands = this.#o.operands.length === 0 ? ['.'] : this.#o.operands
    const files: Entry[] = []
    const folders: Entry[] = []
    for (const name of operands) {
      const path = t.call.path(name)
      try {
        if (name === '') throw Object.assign(new Exit(2), {})
        let stat: Stat
        if (this.#o.has('L')) stat = t.files.stat(path)
        else {
          stat = t.files.lstat(path)
          // A link that was named is followed, unless its own line is asked for.
          if (
            stat.type === 'link' &&
            this.#format !== 'long' &&
            !this.#o.has('d') &&
            !this.#indicator.includes('F') &&
            t.files.exists(path)
          ) {
            const target = t.files.stat(path)
            if (target.type === 'directory') stat = target
          } else if (stat.type === 'link' && (name.endsWith('/') || this.#o.has('H')))
            stat = t.files.stat(path)
        }
        const entry = { name, path, stat }
        if (stat.type === 'directory' && !this.#o.has('d')) folders.push(entry)
        else files.push(entry)
      } catch (error) {
        if (error instanceof Exit) await t.error("cannot access '': No such file or directory", 2)
        else if (t.busybox) await t.error(`${name}: ${reasonOf(error)}`, 1)
        else await t.error(`cannot access ${t.always(name)}: ${reasonOf(error)}`, 2)
      }
      await t.call.spend()
    }
    if (files.length > 0) {
      await this.#show(this.#sorted(files), false)
      this.#first = false
    }
    const titles = operands.length > 1 || this.#o.has('R')
    for (const folder of this.#sorted(folders)) await this.#folder(folder.name, folder.path, titles, 0)
  }

  async #folder(name: string, path: string, title: boolean, depth: number): Promise<void> {
    const t = this.#t
    let names: string[]
    try {
      names = t.files.list(path)
    } catch (error) {
      if (t.busybox) await t.error(`can't open '${name}': ${reasonOf(error)}`, 1)
      else await t.error(`cannot open directory ${t.always(name)}: ${reasonOf(error)}`, depth === 0 ? 2 : 1)
      return
    }
    if (!this.#first) t.put('\n')
    this.#first = false
    if (title) t.put(`${this.#terminal ? quoteNames(name, true) : name}:\n`)
    if (!this.#all && !this.#almost) names = names.filter((n) => !n.startsWith('.'))
    else if (this.#all) names = ['.', '..', ...names]
    for (const [key, value] of this.#o.list) {
      if (key === 'B') names = names.filter((n) => !n.endsWith('~'))
      if (key === 'I') names = names.filter((n) => !glob(value, n))
    }
    const base = path === '/' ? '' : path
    const entries: Entry[] = []
    for (const n of names) {
      await t.call.spend()
      entries.push({
        name: n,
        path: `${base}/${n}`,
        stat: await this.#stat(`${base}/${n}`, name === '/' ? `/${n}` : `${name}/${n}`),
      })
    }
    const sorted = this.#sorted(entries)
    await this.#show(sorted, true)
    if (!this.#o.has('R') || depth >= maxDepth) return
    for (const entry of sorted) {
      if (entry.stat?.type !== 'directory' || entry.name === '.' || entry.name === '..') continue
      await this.#folder(
        name.endsWith('/') ? name + entry.name : `${name}/${entry.name}`,
        entry.path,
        true,
        depth + 1,
      )
    }
  }

  async #stat(path: string, shown: string): Promise<Stat | undefined> {
    try {
      if (this.#o.has('L')) {
        try {
          return this.#t.files.stat(path)
        } catch (error) {
          await this.#t.error(`cannot access ${this.#t.always(shown)}: ${reasonOf(error)}`)
          return undefined
        }
      }
      return this.#t.files.lstat(path)
    } catch (error) {
      if (this.#format === 'long' || this.#colors !== undefined)
        await this.#t.error(`cannot access ${this.#t.always(shown)}: ${reasonOf(error)}`)
      return undefined
    }
  }

  #sorted(entries: Entry[]): Entry[] {
    if (this.#sort === 'none') return entries
    const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
    const value = (e: Entry): number =>
      this.#sort === 'size' ? (e.stat?.size ?? 0) : (e.stat?.[this.#time] ?? 0)
    entries.sort((a, b) => {
      if (this.#sort === 'size' || this.#sort === 'time') return value(b) - value(a) || byName(a, b)
      if (this.#sort === 'extension') {
        const x = extension(a.name)
        const y = extension(b.name)
        return x < y ? -1 : x > y ? 1 : byName(a, b)
      }
      if (this.#sort === 'version')
        return a.name.localeCompare(b.name, 'en', { numeric: true }) || byName(a, b)
      return byName(a, b)
    })
    if (this.#o.has('r')) entries.reverse()
    if (this.#o.has('group-directories-first'))
      entries.sort((a, b) => Number(b.stat?.type === 'directory') - Number(a.stat?.type === 'directory'))
    return entries
  }

  #blocks(entry: Entry): string {
    const kb = (entry.stat?.blocks ?? 0) / 2
    return this.#human === 0 ? String(Math.ceil(kb)) : humanSize(kb * 1024, this.#human)
  }

  async #show(entries: readonly Entry[], total: boolean): Promise<void> {
    const t = this.#t
    if (total && (this.#format === 'long' || this.#o.has('s'))) {
      const kb = entries.reduce((sum, e) => sum + (e.stat?.blocks ?? 0), 0) / 2
      t.put(`total ${this.#human === 0 ? Math.ceil(kb) : humanSize(kb * 1024, this.#human)}\n`)
    }
    const quoted = entries.map((e) => this.#quote(e.name))
    // With marks on one name the others are moved by one, so that they line up.
    const shift =
      !t.busybox &&
      this.#terminal &&
      this.#format !== 'commas' &&
      quoted.some((q, i) => q !== entries[i]!.name && /^['"]/.test(q))
    const names = quoted.map(
      (q, i) => (shift && !/^['"]/.test(q) ? ` ${q}` : q) + (q === entries[i]!.name ? '' : ''),
    )
    if (this.#format === 'long') return this.#long(entries, names)
    const cells = names.map(
      (name, i) =>
        this.#prefix(entries[i]!, entries) + this.#painted(entries[i]!, name) + this.#mark(entries[i]!),
    )
    if (this.#format === 'lines') {
      for (const cell of cells) {
        t.put(`${cell}\n`)
        await t.room()
      }
      return
    }
    const width =
      Number(
        this.#o.value('w') ?? t.call.environment.get('COLUMNS') ?? t.call.stdout.terminal?.columns ?? 80,
      ) || (this.#o.has('w') ? 1e6 : 80)
    if (this.#format === 'commas') {
      let column = 0
      cells.forEach((cell, i) => {
        const w = shownWidth(cell)
        if (i > 0) {
          const wraps = column + w + 2 >= width
          t.put(wraps ? ',\n' : ', ')
          column = wraps ? 0 : column + 2
        }
        t.put(cell)
        column += w
      })
      t.put(cells.length > 0 ? '\n' : '')
      return
    }
    const widths = cells.map((cell) => shownWidth(cell))
    const most = Math.max(0, ...widths) + 2
    const layout = this.#t.busybox
      ? Array.from({ length: Math.max(1, Math.floor(width / most)) }, () => most)
      : columnWidths(widths, width, this.#format === 'across')
    const rows = Math.ceil(cells.length / layout.length)
    for (let row = 0; row < rows; row++) {
      let line = ''
      let position = 0
      for (let column = 0; column < layout.length; column++) {
        const i = this.#format === 'across' ? row * layout.length + column : column * rows + row
        if (i >= cells.length) break
        const next = this.#format === 'across' ? i + 1 : i + rows
        line += cells[i]!
        const last =
          this.#format === 'across'
            ? column === layout.length - 1 || next >= cells.length
            : next >= cells.length
        if (last) break
        line += pad(
          position + widths[i]!,
          position + layout[column]!,
          this.#t.busybox || this.#colors !== undefined,
        )
        position += layout[column]!
      }
      t.put(`${line}\n`)
      await t.room()
    }
  }

  #prefix(entry: Entry, all: readonly Entry[]): string {
    let text = ''
    if (this.#o.has('i')) {
      const width =
        this.#format === 'commas' ? 0 : Math.max(...all.map((e) => String(e.stat?.ino ?? '?').length))
      text += `${String(entry.stat?.ino ?? '?').padStart(width)} `
    }
    if (this.#o.has('s')) {
      const width = this.#format === 'commas' ? 0 : Math.max(...all.map((e) => this.#blocks(e).length))
      text += `${this.#blocks(entry).padStart(width)} `
    }
    return text
  }

  async #long(entries: readonly Entry[], names: readonly string[]): Promise<void> {
    const t = this.#t
    const numeric = this.#o.has('n')
    const rightUsers = numeric && !t.busybox
    const noOwner = this.#o.has('g')
    const noGroup = this.#o.has('o', 'G')
    const rows = entries.map(({ stat }) => {
      if (stat === undefined) return { links: '?', user: '?', group: '?', size: '?', major: '', minor: '' }
      const device = stat.type === 'character' || stat.type === 'block'
      return {
        links: String(stat.nlink),
        user: numeric ? String(stat.uid) : this.#users.user(stat.uid),
        group: numeric ? String(stat.gid) : this.#users.group(stat.gid),
        size: device ? '' : this.#human === 0 ? String(stat.size) : humanSize(stat.size, this.#human),
        major: device ? String(stat.major) : '',
        minor: device ? String(stat.minor) : '',
      }
    })
    const most = (key: 'links' | 'user' | 'group' | 'size' | 'major' | 'minor'): number =>
      Math.max(0, ...rows.map((r) => r[key].length))
    const w = {
      links: most('links'),
      user: most('user'),
      group: most('group'),
      size: most('size'),
      major: most('major'),
      minor: most('minor'),
    }
    // BusyBox's columns are of one width each.
    if (t.busybox)
      Object.assign(w, {
        links: 4,
        user: 8,
        group: 8,
        size: this.#human === 0 ? 9 : 7,
        major: w.major && 4,
        minor: w.minor && 3,
      })
    const sizeWidth = Math.max(w.size, w.major > 0 ? w.major + 2 + w.minor : 0)
    const minorWidth = Math.max(w.minor, sizeWidth - w.major - 2)
    const now = t.call.machine.now()
    for (const [i, entry] of entries.entries()) {
      const { stat } = entry
      const row = rows[i]!
      let line = `${this.#prefix(entry, entries)}${stat === undefined ? '??????????' : modeText(stat)} ${row.links.padStart(w.links)} `
      if (!noOwner) line += `${rightUsers ? row.user.padStart(w.user) : row.user.padEnd(w.user)} `
      if (!noGroup) line += `${rightUsers ? row.group.padStart(w.group) : row.group.padEnd(w.group)} `
      line +=
        row.major === ''
          ? row.size.padStart(sizeWidth)
          : `${row.major.padStart(w.major)}, ${row.minor.padStart(minorWidth)}`
      line += ` ${stat === undefined ? '           ?' : this.#when(stat[this.#time], now)} `
      line += this.#painted(entry, names[i]!)
      if (stat?.type === 'link') line += this.#target(entry)
      else line += this.#mark(entry)
      t.put(`${line}\n`)
      await t.room()
    }
  }

  #when(ms: number, now: number): string {
    const style = this.#o.value('time-style')
    if (this.#o.has('full-time') || style === 'full-iso') return fullTime(ms)
    if (style === 'long-iso') return isoTime(ms)
    return listedTime(ms, now)
  }

  #target(entry: Entry): string {
    try {
      const target = this.#t.files.readLink(entry.path)
      let stat: Stat | undefined
      try {
        stat = this.#t.files.stat(entry.path)
      } catch {
        stat = undefined
      }
      const shown = { name: target, path: target, stat }
      return ` -> ${this.#painted(shown, this.#quote(target), stat === undefined)}${this.#mark(shown)}`
    } catch {
      return ''
    }
  }

  #mark(entry: Entry): string {
    const type = entry.stat?.type
    if (this.#indicator === 'p') return type === 'directory' ? '/' : ''
    if (this.#indicator !== 'F') return ''
    if (type === 'directory') return '/'
    if (type === 'link') return this.#format === 'long' ? '' : '@'
    if (type === 'fifo') return '|'
    if (type === 'socket') return '='
    return type === 'file' && (entry.stat!.mode & 0o111) !== 0 ? '*' : ''
  }

  #begun = false

  #painted(entry: Entry, name: string, missing = false): string {
    if (this.#colors === undefined) return name
    let color: string | undefined
    if (missing || entry.stat === undefined)
      color = this.#colors.get('mi') === '00' ? undefined : this.#colors.get('mi')
    else if (entry.stat.type === 'link') {
      let target: Stat | undefined
      try {
        target = this.#t.files.stat(entry.path)
      } catch {
        target = undefined
      }
      color =
        target === undefined ? (this.#colors.get('or') ?? this.#colors.get('ln')) : this.#colors.get('ln')
    } else color = colorOf(this.#colors, entry.name, entry.stat)
    if (color === undefined || color === '' || color === '0' || color === '00') return name
    const start = this.#begun ? '' : '\x1b[0m'
    this.#begun = true
    // The space that lines names up stays outside.
    const space = name.startsWith(' ') ? ' ' : ''
    return `${space}${start}\x1b[${color}m${name.slice(space.length)}\x1b[0m`
  }
}

/** Without LS_COLORS, only terminals that are known to have colours get them. */
function knowsColors(t: Tool): boolean {
  const { environment } = t.call
  if (t.busybox || environment.has('LS_COLORS') || environment.get('COLORTERM')) return true
  return /color|direct|^(ansi|con\d*x\d|cons25|console|cygwin|dtterm|Eterm|gnome|hurd|jfbterm|konsole|kterm|linux|mlterm|putty|rxvt|screen|st$|terminator|tmux|vt100|xterm)/.test(
    environment.get('TERM') ?? '',
  )
}

function pad(from: number, to: number, spaces: boolean): string {
  if (spaces) return ' '.repeat(to - from)
  let text = ''
  let at = from
  while (at < to) {
    const tab = Math.floor(at / 8 + 1) * 8
    if (tab <= to && Math.floor(to / 8) > Math.floor((at + 1) / 8)) {
      text += '\t'
      at = tab
    } else {
      text += ' '
      at++
    }
  }
  return text
}

function extension(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot)
}

/** Enough of fnmatch for `-I`. */
function glob(pattern: string, name: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === name
  if (!name.startsWith(parts[0]!)) return false
  let at = parts[0]!.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  const last = parts.at(-1)!
  return name.length >= at + last.length && name.endsWith(last)
}
