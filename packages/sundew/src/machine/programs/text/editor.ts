import { latin1 } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import type { Terminal } from '../../terminal/terminal.ts'

const maxFileBytes = 1024 * 1024
const maxKeys = 200_000

/** `nano`: what is typed goes into the text; ^O, ^X. */
export const nano = tool(['nano', 'rnano', 'pico'], async (t: Tool) => {
  if (t.args.includes('--version') || t.args.includes('-V')) {
    t.put(' GNU nano, version 7.2\n (C) 2023 the Free Software Foundation and various contributors\n')
    return 0
  }
  return withScreen(t, 'Too many errors from stdin\n', async (page) => {
    let message = page.exists || page.name === '' ? '' : '[ New File ]'
    for (;;) {
      const { columns } = page.terminal
      const title = `  GNU nano 7.2${(page.name || 'New Buffer').padStart(Math.floor((columns + page.name.length) / 2) - 14)}${page.changed ? ' *' : ''}`
      await page.draw({
        top: `\x1b[7m${title.slice(0, columns).padEnd(columns)}\x1b[m`,
        bottom: [
          message,
          '\x1b[7m^G\x1b[m Help      \x1b[7m^O\x1b[m Write Out \x1b[7m^W\x1b[m Where Is  \x1b[7m^K\x1b[m Cut',
          '\x1b[7m^X\x1b[m Exit      \x1b[7m^R\x1b[m Read File \x1b[7m^\\\x1b[m Replace   \x1b[7m^U\x1b[m Paste',
        ],
      })
      message = ''
      const key = await page.key()
      if (key === undefined) return 0
      if (key === '\x18') {
        if (!page.changed) return 0
        const answer = await page.ask('Save modified buffer? ', /^[ynYN\x03]$/)
        if (answer === undefined || answer === '\x03') continue
        if (/^[nN]/.test(answer)) return 0
        const name = await page.ask(`File Name to Write: ${page.name}`, undefined, page.name)
        if (name === undefined || name === '') continue
        message = page.save(name)
        if (message.startsWith('[ Wrote')) return 0
      } else if (key === '\x0f') {
        const name = await page.ask(`File Name to Write: ${page.name}`, undefined, page.name)
        if (name !== undefined && name !== '') message = page.save(name)
      } else if (key === '\x0b') page.cutLine()
      else page.type(key)
    }
  })
})

/** `vi` and `vim.tiny`: enough of it to change a file and to get out. */
export const vi = tool(['vi', 'vim', 'vim.tiny', 'view', 'editor'], async (t: Tool) => {
  if (t.args.includes('--version')) {
    t.put(
      'VIM - Vi IMproved 9.0 (2022 Jun 28, compiled May 04 2023 10:24:44)\nIncluded patches: 1-1378, 1499\nModified by team+vim@tracker.debian.org\nCompiled by team+vim@tracker.debian.org\n',
    )
    return 0
  }
  return withScreen(
    t,
    'Vim: Warning: Output is not to a terminal\nVim: Warning: Input is not from a terminal\nVim: Error reading input, exiting...\nVim: Finished.\n',
    async (page) => {
      let inserting = false
      let message =
        page.name === ''
          ? ''
          : page.exists
            ? `"${page.name}" ${page.lines.length}L, ${page.size}B`
            : `"${page.name}" [New]`
      let before = ''
      for (;;) {
        await page.draw({ top: undefined, bottom: [inserting ? '-- INSERT --' : message], tilde: true })
        const key = await page.key()
        if (key === undefined) return 1
        message = ''
        if (inserting) {
          if (key === '\x1b') inserting = false
          else page.type(key)
          continue
        }
        const both = before + key
        before = ''
        if (key === ':') {
          const command = await page.ask(':')
          const match = /^(w?)(q?)(!?)(?: (.+))?$|^x(!?)$|^(\d+)$/.exec(command ?? '')
          if (command === undefined || command === '') continue
          if (match === null) {
            message = `E492: Not an editor command: ${command}`
            continue
          }
          if (match[6] !== undefined) {
            page.y = Math.min(page.lines.length, Math.max(1, Number(match[6]))) - 1
            continue
          }
          const writes = match[1] === 'w' || command.startsWith('x')
          const quits = match[2] === 'q' || command.startsWith('x')
          if (writes) {
            const name = match[4] ?? page.name
            if (name === '') {
              message = 'E32: No file name'
              continue
            }
            const wrote = page.save(name)
            message = wrote.startsWith('[ Wrote')
              ? `"${name}" ${page.lines.length}L, ${page.size}B written`
              : `"${name}" E212: Can't open file for writing`
            if (!wrote.startsWith('[ Wrote')) continue
          }
          if (quits) {
            if (page.changed && match[3] !== '!')
              message = 'E37: No write since last change (add ! to override)'
            else return 0
          }
        } else if (both === 'ZZ') {
          if (!page.changed || page.save(page.name).startsWith('[ Wrote')) return 0
        } else if (both === 'dd') page.cutLine()
        else if (both === 'gg') page.y = 0
        else if (/^[dgZ]$/.test(key)) before = key
        else if ('iaoOAI'.includes(key)) {
          inserting = true
          if (key === 'a') page.type('\x1b[C')
          if (key === 'A') page.x = page.lines[page.y]!.length
          if (key === 'I') page.x = 0
          if (key === 'o') {
            page.x = page.lines[page.y]!.length
            page.type('\r')
          }
          if (key === 'O') {
            page.x = 0
            page.type('\r')
            page.y--
          }
        } else if (key === 'x') page.type('\x1b[3~')
        else if (key === 'G') page.y = page.lines.length - 1
        else if (key === '0') page.x = 0
        else if (key === '$') page.x = page.lines[page.y]!.length
        else
          page.type(
            { h: '\x1b[D', j: '\x1b[B', k: '\x1b[A', l: '\x1b[C' }[key] ??
              (key.startsWith('\x1b[') ? key : ''),
          )
      }
    },
  )
})

/** Takes the screen, and gives it back. */
async function withScreen(t: Tool, without: string, run: (page: Page) => Promise<number>): Promise<number> {
  const { terminal } = t.call
  if (terminal === undefined || t.call.stdout.terminal === undefined) throw new Exit(1, without)
  const settings = terminal.settings
  terminal.settings = { ...settings, echo: false, lines: false, signals: false, returnIsNewline: false }
  try {
    await terminal.write('\x1b[?1049h\x1b[H\x1b[2J')
    return await run(new Page(t, terminal, t.args.find((arg) => !/^[-+]/.test(arg)) ?? ''))
  } finally {
    terminal.settings = settings
    await terminal.write(`\x1b[${terminal.rows};1H\x1b[K\x1b[?1049l`)
  }
}

/** A text on the screen. */
class Page {
  readonly terminal: Terminal
  readonly exists: boolean
  lines: string[] = ['']
  name: string
  x = 0
  y = 0
  changed = false
  readonly #t: Tool
  #top = 0
  #typed = ''
  #keys = 0

  constructor(t: Tool, terminal: Terminal, name: string) {
    this.#t = t
    this.terminal = terminal
    this.name = name
    let exists = false
    if (name !== '')
      try {
        const text = latin1(t.files.read(t.call.path(name)))
        if (text.length > maxFileBytes) throw new Exit(1, `${name}: File too large\n`)
        this.lines = text.replace(/\n$/, '').split('\n')
        exists = true
      } catch (error) {
        if (error instanceof Exit) throw error
        if (reasonOf(error) !== 'No such file or directory')
          throw new Exit(1, `${name}: ${reasonOf(error)}\n`)
      }
    this.exists = exists
  }

  get size(): number {
    return this.lines.reduce((n, line) => n + line.length + 1, 0)
  }

  async draw(around: {
    readonly top: string | undefined
    readonly bottom: readonly string[]
    readonly tilde?: boolean
  }): Promise<void> {
    const { rows, columns } = this.terminal
    const height = Math.max(1, rows - around.bottom.length - (around.top === undefined ? 0 : 1))
    if (this.y < this.#top) this.#top = this.y
    if (this.y >= this.#top + height) this.#top = this.y - height + 1
    let text = `\x1b[?25l\x1b[H${around.top === undefined ? '' : `${around.top}\r\n`}`
    for (let i = 0; i < height; i++) {
      const line = this.lines[this.#top + i]
      text += `${line === undefined ? (around.tilde === true ? '~' : '') : line.slice(0, columns - 1).replace(/[\x00-\x1f\x7f]/g, ' ')}\x1b[K\r\n`
    }
    text += around.bottom.map((row) => `${row}\x1b[K`).join('\r\n')
    text += `\x1b[${this.y - this.#top + 1 + (around.top === undefined ? 0 : 1)};${Math.min(this.x + 1, columns)}H\x1b[?25h`
    await this.terminal.write(text)
  }

  /** One key, with the bytes of an arrow together. */
  async key(): Promise<string | undefined> {
    await this.#t.call.spend()
    if (++this.#keys > maxKeys) return undefined
    if (this.#typed === '') {
      const bytes = await this.terminal.read()
      if (bytes === undefined) return undefined
      this.#typed = latin1(bytes)
    }
    const key = /^(?:\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|[\s\S])/.exec(this.#typed)?.[0] ?? ''
    this.#typed = this.#typed.slice(key.length)
    return key.replace(/^\x1bO/, '\x1b[')
  }

  /** A line typed at the bottom; undefined where it was given up. `wanted`: one key of these. */
  async ask(prompt: string, wanted?: RegExp, begin = ''): Promise<string | undefined> {
    let text = begin
    await this.terminal.write(`\x1b[${this.terminal.rows};1H${prompt}\x1b[K`)
    for (;;) {
      const key = await this.key()
      if (key === undefined || key === '\x1b' || (key === '\x03' && wanted === undefined)) return undefined
      if (wanted !== undefined) {
        if (wanted.test(key)) return key
        continue
      }
      if (key === '\r' || key === '\n') return text
      if (key === '\x7f' || key === '\b') {
        if (text === '' && prompt === ':') return undefined
        text = text.slice(0, -1)
        await this.terminal.write('\b \b')
      } else if (key >= ' ' && text.length < 1000) {
        text += key
        await this.terminal.write(key)
      }
    }
  }

  type(key: string): void {
    const line = this.lines[this.y] ?? ''
    this.x = Math.min(this.x, line.length)
    if (key === '\x1b[A') this.y = Math.max(0, this.y - 1)
    else if (key === '\x1b[B') this.y = Math.min(this.lines.length - 1, this.y + 1)
    else if (key === '\x1b[C') this.x = Math.min(line.length, this.x + 1)
    else if (key === '\x1b[D') this.x = Math.max(0, this.x - 1)
    else if (key === '\r' || key === '\n') {
      this.lines.splice(this.y, 1, line.slice(0, this.x), line.slice(this.x))
      this.y++
      this.x = 0
      this.changed = true
    } else if (key === '\x7f' || key === '\b') {
      if (this.x > 0) {
        this.lines[this.y] = line.slice(0, this.x - 1) + line.slice(this.x)
        this.x--
      } else if (this.y > 0) {
        const above = this.lines[this.y - 1]!
        this.lines.splice(this.y - 1, 2, above + line)
        this.y--
        this.x = above.length
      }
      this.changed = true
    } else if (key === '\x1b[3~') {
      this.lines[this.y] = line.slice(0, this.x) + line.slice(this.x + 1)
      this.changed = true
    } else if (/^[\t\x20-\x7e\x80-\xff]$/.test(key) && this.size < maxFileBytes) {
      this.lines[this.y] = line.slice(0, this.x) + key + line.slice(this.x)
      this.x++
      this.changed = true
    }
  }

  cutLine(): void {
    this.lines.splice(this.y, 1)
    if (this.lines.length === 0) this.lines = ['']
    this.y = Math.min(this.y, this.lines.length - 1)
    this.x = 0
    this.changed = true
  }

  /** What is told of it. */
  save(name: string): string {
    try {
      const path = this.#t.call.path(name)
      this.#t.files.write(
        path,
        Buffer.from(`${this.lines.join('\n')}\n`, 'latin1'),
        0o666 & ~this.#t.call.umask,
      )
      this.name = name
      this.changed = false
      return `[ Wrote ${this.lines.length} line${this.lines.length === 1 ? '' : 's'} ]`
    } catch (error) {
      return `[ Error writing ${name}: ${reasonOf(error)} ]`
    }
  }
}
