import type { TerminalSettings } from './terminal.ts'

/** Where what a terminal does by itself goes. Strings are byte strings. */
export interface Disciplined {
  echo(text: string): void
  /** 2, 3, 20. */
  signal(number: number): void
}

/** As a new pty has them on Linux (`stty -a`). */
export const cookedSettings: TerminalSettings = {
  echo: true,
  lines: true,
  signals: true,
  returnIsNewline: true,
  newlineIsReturnNewline: true,
}

/** Bytes that may wait to be read: Linux's N_TTY_BUF_SIZE less one. */
const maxWaiting = 4095

const key = {
  interrupt: 0x03,
  endOfFile: 0x04,
  bell: 0x07,
  backspace: 0x08,
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  start: 0x11,
  reprint: 0x12,
  stop: 0x13,
  kill: 0x15,
  literal: 0x16,
  word: 0x17,
  suspend: 0x1a,
  quit: 0x1c,
  erase: 0x7f,
} as const

const signalOf = new Map<number, number>([
  [key.interrupt, 2],
  [key.quit, 3],
  [key.suspend, 20],
])

/**
 * Linux's line discipline N_TTY (drivers/tty/n_tty.c): what is typed becomes lines and signals and is echoed; what is written gets its returns. Keys and
 * flags are those of `stty sane`, with iutf8.
 */
export class LineDiscipline {
  readonly #to: Disciplined
  #settings = cookedSettings
  /** The line that is being typed. */
  #line = ''
  /** What may be read; while `lines` is set, a line each. An empty one is ^D. */
  #ready: string[] = []
  #waiting = 0
  #literal = false
  /** Where the next character comes, as the kernel counts, and where the line began. */
  #column = 0
  #lineColumn = 0
  /** ^S. */
  stopped = false

  constructor(to: Disciplined) {
    this.#to = to
  }

  get settings(): TerminalSettings {
    return this.#settings
  }

  set settings(settings: TerminalSettings) {
    if (settings.lines !== this.#settings.lines) {
      // What waits may be read by whoever comes now, as one.
      const all = this.#ready.join('') + this.#line
      this.#ready = all === '' ? [] : [all]
      this.#line = ''
      this.#literal = false
    }
    if (!settings.signals) this.stopped = false
    this.#settings = settings
  }

  /** Takes what was typed; the number of bytes taken, fewer where what waits is not read. */
  input(text: string): number {
    let at = 0
    for (; at < text.length; at++) {
      if (this.#waiting >= maxWaiting && !(this.#settings.lines && this.#ready.length === 0)) break
      this.#take(text.charCodeAt(at) & 0xff)
    }
    return at
  }

  get readable(): boolean {
    return this.#ready.length > 0
  }

  /** Undefined while there is nothing; an empty string for ^D on an empty line. */
  read(max: number): string | undefined {
    if (this.#ready.length === 0) return undefined
    if (!this.#settings.lines) {
      const all = this.#ready.join('')
      const part = all.slice(0, max)
      this.#ready = part.length < all.length ? [all.slice(part.length)] : []
      this.#waiting -= part.length
      return part
    }
    const first = this.#ready[0]!
    const part = first.slice(0, max)
    if (part.length < first.length) this.#ready[0] = first.slice(part.length)
    else this.#ready.shift()
    this.#waiting -= part.length
    return part
  }

  /** It is read next. */
  unread(text: string): void {
    if (text === '') return
    this.#ready.unshift(text)
    this.#waiting += text.length
  }

  /** What goes out for what is written. */
  output(text: string): string {
    let out = ''
    let from = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 0x20) {
        if (code !== 0x7f && !isContinuation(code)) this.#column++
        continue
      }
      if (code === key.newline) {
        if (!this.#settings.newlineIsReturnNewline) continue
        out += `${text.slice(from, i)}\r\n`
        from = i + 1
        this.#column = 0
      } else if (code === key.return) this.#column = 0
      else if (code === key.tab) this.#column += 8 - (this.#column & 7)
      else if (code === key.backspace && this.#column > 0) this.#column--
    }
    return out + text.slice(from)
  }

  #take(code: number): void {
    if (this.#literal) {
      this.#literal = false
      return this.#add(code)
    }
    const { lines, signals, returnIsNewline } = this.#settings
    if (signals && this.#control(code)) return
    let typed = code
    if (typed === key.return && returnIsNewline) typed = key.newline
    if (!lines) return this.#add(typed, typed === code)
    switch (typed) {
      case key.erase:
      case key.word:
      case key.kill:
        return this.#erase(typed)
      case key.literal:
        this.#literal = true
        if (this.#settings.echo) this.#echo('^\b')
        return
      case key.reprint:
        if (this.#settings.echo) return this.#reprint()
        return this.#add(typed)
      case key.newline:
        if (this.#settings.echo) this.#echo('\n')
        return this.#finish('\n')
      case key.endOfFile:
        return this.#finish('')
      default:
        this.#add(typed)
    }
  }

  #control(code: number): boolean {
    if (code === key.start || code === key.stop) {
      this.stopped = code === key.stop
      return true
    }
    const signal = signalOf.get(code)
    if (signal === undefined) return false
    this.stopped = false
    this.#line = ''
    this.#ready = []
    this.#waiting = 0
    this.#to.signal(signal)
    this.#echoCharacter(code)
    return true
  }

  /** `control`: a newline shows as ^J, as it does outside of lines where it is typed as one. */
  #add(code: number, control = false): void {
    if (this.#settings.echo) {
      if (this.#line === '') this.#lineColumn = this.#column
      if (control && code === key.newline) this.#echo('^J')
      else this.#echoCharacter(code)
    }
    const character = String.fromCharCode(code)
    if (!this.#settings.lines) {
      this.#waiting++
      if (this.#ready.length === 0) this.#ready.push(character)
      else this.#ready[this.#ready.length - 1] += character
      return
    }
    // A full line takes no more; it is echoed all the same.
    if (this.#waiting >= maxWaiting) return
    this.#waiting++
    this.#line += character
  }

  #finish(end: string): void {
    const line = this.#line + end
    this.#waiting += end.length
    this.#line = ''
    this.#ready.push(line)
  }

  #echoCharacter(code: number): void {
    if (!this.#settings.echo) return
    const isControl = code === 0x7f || (code < 0x20 && code !== key.tab && code !== key.newline)
    if (isControl) this.#echo(`^${String.fromCharCode(code ^ 0x40)}`)
    else this.#echo(String.fromCharCode(code))
  }

  #echo(text: string): void {
    this.#to.echo(this.output(text))
  }

  #reprint(): void {
    this.#echoCharacter(key.reprint)
    this.#echo('\n')
    for (let i = 0; i < this.#line.length; i++) this.#echoCharacter(this.#line.charCodeAt(i))
  }

  #erase(kind: number): void {
    if (kind === key.kill && !this.#settings.echo) {
      this.#waiting -= this.#line.length
      this.#line = ''
      return
    }
    let seenWord = false
    while (this.#line !== '') {
      let at = this.#line.length - 1
      while (at > 0 && isContinuation(this.#line.charCodeAt(at))) at--
      const code = this.#line.charCodeAt(at)
      // A character that lacks its beginning stays.
      if (isContinuation(code)) break
      if (kind === key.word) {
        if (isWord(code)) seenWord = true
        else if (seenWord) break
      }
      this.#waiting -= this.#line.length - at
      this.#line = this.#line.slice(0, at)
      if (this.#settings.echo) this.#echoErased(code)
      if (kind === key.erase) break
    }
  }

  #echoErased(code: number): void {
    if (code !== key.tab) {
      const isControl = code < 0x20 || code === 0x7f
      this.#echo(isControl ? '\b \b\b \b' : '\b \b')
      return
    }
    let width = 0
    let afterTab = false
    for (let i = this.#line.length - 1; i >= 0; i--) {
      const before = this.#line.charCodeAt(i)
      if (before === key.tab) {
        afterTab = true
        break
      }
      if (before < 0x20 || before === 0x7f) width += 2
      else if (!isContinuation(before)) width++
    }
    if (!afterTab) width += this.#lineColumn
    this.#echo('\b'.repeat(8 - (width & 7)))
  }
}

function isContinuation(code: number): boolean {
  return (code & 0xc0) === 0x80
}

/** The kernel's isalnum, which is Latin-1's, and the underscore. */
function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    (code >= 0xc0 && code !== 0xd7 && code !== 0xf7)
  )
}
