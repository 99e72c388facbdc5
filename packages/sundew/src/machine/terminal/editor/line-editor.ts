import { charactersOf, sizeAt } from './characters.ts'
import { choiceList, type Completion } from './completion.ts'
import { KeyReader, type Key, type KeyCommand } from './key-reader.ts'
import { Screen } from './screen.ts'
import { LineText } from './line-text.ts'
import { Search } from './search.ts'

export interface EditorOptions {
  readonly columns: number
  /** Its last line; what stands before it has been written. Invisible parts between \x01 and \x02. */
  readonly prompt: string
  /** The oldest first. */
  readonly history: readonly string[]
  /** Bytes of the line, and the byte that the cursor is at. */
  readonly complete: (line: string, point: number) => Completion
  /** Kept from line to line. */
  readonly kills: string[]
  readonly debianKeys: boolean
  /** Without bracketed paste, as in ash. */
  readonly plain?: boolean
}

/** What became of the line: byte strings. */
export type Edited =
  | { readonly type: 'line'; readonly line: string }
  | { readonly type: 'end' }
  | { readonly type: 'interrupt' }

/** Bytes of a line; more is not taken. */
const maxLineBytes = 64 * 1024
/** Choices that are listed without asking first. */
const askFrom = 100
/** Texts that were killed and can be yanked. */
const maxKills = 10
/** A line's states that can be gone back to. */
const maxUndo = 200

const bell = '\x07'
const pasteEnd = '\x1b[201~'

type Waits = 'key' | 'quoted' | 'character-search' | 'paste' | 'answer'

/**
 * A line as readline edits it in emacs mode: bytes come in, what is to be written comes out. Knows no time and no terminal. What it says in
 * {@link feed} it says with bare newlines, for a terminal that makes a return of them.
 */
export class LineEditor {
  readonly #options: EditorOptions
  readonly #keys: KeyReader
  readonly #screen: Screen
  #text = new LineText()
  /** Lines of the history that were changed on the way, by place. */
  readonly #changed = new Map<number, LineText>()
  #place: number
  #undo: LineText[] = []
  #mark = 0
  #marked: readonly [number, number] | undefined
  #last: KeyCommand | undefined
  #waits: Waits = 'key'
  #partial = ''
  #pasted = ''
  #argument: number | undefined
  #search: Search | undefined
  #completionChanged = false
  /** Typed ahead, and not shown yet. */
  #undrawn = false
  #lastArgument: { place: number; length: number } | undefined
  #choices: Completion | undefined
  #out = ''
  #result: Edited | undefined

  constructor(options: EditorOptions) {
    this.#options = options
    this.#keys = new KeyReader(options.debianKeys)
    this.#screen = new Screen(options.columns)
    this.#place = options.history.length
  }

  /** The prompt. */
  start(): string {
    return this.#draw()
  }

  /**
   * Takes bytes until the line is done; what is left belongs to whoever reads next. The result is undefined while it is not.
   */
  feed(bytes: string): { readonly out: string; readonly used: number; readonly result: Edited | undefined } {
    let at = 0
    for (; at < bytes.length && this.#result === undefined; at++)
      this.#byte(bytes[at]!, at === bytes.length - 1)
    const out = this.#out
    this.#out = ''
    return { out, used: at, result: this.#result }
  }

  /** ^C: the line is given up. */
  interrupt(): string {
    this.#result = { type: 'interrupt' }
    // bash 5.2 turns bracketed paste off, on and off again on the way.
    return this.#options.plain === true ? '^C\r\n' : '^C\x1b[?2004l\r\x1b[?2004h\x1b[?2004l\r\n'
  }

  resize(columns: number): void {
    this.#screen.resize(columns)
  }

  #byte(byte: string, isLast: boolean): void {
    switch (this.#waits) {
      case 'paste':
        return this.#paste(byte)
      case 'answer':
        return this.#answer(byte)
      case 'quoted':
      case 'character-search': {
        const waits = this.#waits
        const character = this.#whole(byte)
        if (character === undefined) return
        this.#waits = 'key'
        if (waits === 'quoted') this.#change(() => this.#insert(character))
        else if (!this.#text.findForward(character, this.#take())) this.#out += bell
        return this.#redraw()
      }
      case 'key': {
        if (this.#partial !== '') return this.#selfInsert(byte, isLast)
        const key = this.#keys.take(byte)
        if (key) this.#key(key, isLast)
      }
    }
  }

  /** The bytes of a character; undefined while some are missing. */
  #whole(byte: string): string | undefined {
    const all = this.#partial + byte
    this.#partial = ''
    if (sizeAt(all, 0) !== 0) return all
    this.#partial = all
    return undefined
  }

  #selfInsert(byte: string, isLast: boolean): void {
    const characters = this.#whole(byte)
    if (characters === undefined) return
    this.#deactivate()
    if (this.#search) {
      this.#out += this.#search.add(characters) ? '' : bell
      return this.#showSearch()
    }
    const times = this.#take()
    if (times !== 1) this.#redraw()
    this.#change(() => this.#insert(characters.repeat(Math.max(0, times))), this.#last !== 'self-insert')
    this.#last = 'self-insert'
    // What was typed ahead is drawn at once.
    if (isLast) this.#redraw()
    else this.#undrawn = true
  }

  #key(key: Key, isLast: boolean): void {
    if (key.command === 'self-insert') return this.#selfInsert(key.keys, isLast)
    if (this.#undrawn) this.#redraw()
    if (this.#search && this.#searchKey(key)) return
    this.#deactivate()
    if (key.command === 'digit-argument') return this.#digit(key.keys)
    if (this.#argument !== undefined) {
      const argument = this.#argument
      this.#argument = undefined
      this.#redraw()
      this.#argument = argument
    }
    this.#do(key)
    this.#argument = undefined
    this.#last = key.command
    if (this.#result === undefined && this.#waits === 'key' && !this.#search) this.#redraw()
  }

  #do({ command, keys }: Key): void {
    const text = this.#text
    const times = this.#argument ?? 1
    switch (command) {
      case 'accept-line':
        return this.#accept()
      case 'backward-char':
        return this.#ring(text.move(-times))
      case 'forward-char':
        return this.#ring(text.move(times))
      case 'backward-word':
        for (let i = 0; i < times; i++) text.point = text.wordStart()
        return
      case 'forward-word':
        for (let i = 0; i < times; i++) text.point = text.wordEnd()
        return
      case 'beginning-of-line':
        text.point = 0
        return
      case 'end-of-line':
        text.point = text.length
        return
      case 'backward-delete-char':
        if (text.point === 0) return this.#ring(false)
        return this.#change(() => this.#text.remove(Math.max(0, this.#text.point - times), this.#text.point))
      case 'delete-char':
        if (text.length === 0 && keys === '\x04' && this.#last !== 'delete-char') {
          if (this.#options.plain !== true) this.#out += '\x1b[?2004l\r'
          this.#result = { type: 'end' }
          return
        }
        if (text.point === text.length) return this.#ring(false)
        return this.#change(() => this.#text.remove(this.#text.point, this.#text.point + times))
      case 'kill-line':
        return this.#kill(text.point, text.length, false)
      case 'unix-line-discard':
        return text.point === 0 ? this.#ring(false) : this.#kill(0, text.point, true)
      case 'unix-word-rubout':
        return text.point === 0 ? this.#ring(false) : this.#kill(text.blankWordStart(), text.point, true)
      case 'backward-kill-word':
        return this.#kill(text.wordStart(), text.point, true)
      case 'kill-word':
        return this.#kill(text.point, text.wordEnd(), false)
      case 'delete-horizontal-space': {
        const [from, to] = text.blanksAround()
        return this.#change(() => this.#text.remove(from, to))
      }
      case 'yank':
        return this.#yank(0)
      case 'yank-pop':
        if (this.#last !== 'yank' && this.#last !== 'yank-pop') return this.#ring(false)
        return this.#yank(1)
      case 'yank-last-arg':
        return this.#yankLastArgument()
      case 'transpose-chars':
        if (text.length < 2 || text.point === 0) return this.#ring(false)
        return this.#change(() => this.#text.transpose())
      case 'upcase-word':
      case 'downcase-word':
      case 'capitalize-word':
        return this.#change(() => this.#text.recase(command))
      case 'undo':
        return this.#undoOne()
      case 'revert-line':
        while (this.#undo.length > 0) this.#undoOne()
        return
      case 'set-mark':
        this.#mark = text.point
        return
      case 'exchange-point-and-mark': {
        const { point } = text
        text.point = Math.min(this.#mark, text.length)
        this.#mark = point
        this.#marked = [Math.min(point, text.point), Math.max(point, text.point)]
        return
      }
      case 'previous-history':
        for (let i = 0; i < times; i++) this.#ring(this.#visit(this.#place - 1))
        return
      case 'next-history':
        for (let i = 0; i < times; i++) this.#ring(this.#visit(this.#place + 1))
        return
      case 'beginning-of-history':
        this.#visit(0)
        return
      case 'end-of-history':
        this.#visit(this.#options.history.length)
        return
      case 'clear-screen':
        this.#out += `\x1b[H\x1b[2J${this.#screen.again(this.#picture())}`
        return
      case 'complete':
        return this.#complete()
      case 'possible-completions':
        return this.#list(this.#completion())
      case 'insert-completions':
        return this.#insertAll()
      case 'insert-comment':
        text.point = 0
        this.#change(() => this.#insert('#'))
        return this.#accept()
      case 'quoted-insert':
        if (keys !== '\x1b[2~') this.#waits = 'quoted'
        return
      case 'character-search':
        this.#waits = 'character-search'
        return
      case 'bracketed-paste-begin':
        this.#waits = 'paste'
        this.#pasted = ''
        return
      case 'reverse-search-history':
      case 'forward-search-history':
        this.#search = new Search(
          [...this.#options.history, this.#text.bytes],
          command === 'reverse-search-history' ? -1 : 1,
        )
        return this.#showSearch()
      case 'abort':
      case 'bell':
        return this.#ring(false)
      case 'nothing':
      case 'self-insert':
      case 'digit-argument':
        return
    }
  }

  #accept(): void {
    this.#redraw()
    this.#out += this.#screen.finish() + (this.#options.plain === true ? '' : '\x1b[?2004l\r')
    this.#result = { type: 'line', line: this.#text.bytes }
  }

  #ring(done: boolean): void {
    if (!done) this.#out += bell
  }

  /** The digit argument's value, which it is no more. */
  #take(): number {
    const argument = this.#argument ?? 1
    this.#argument = undefined
    return argument
  }

  #insert(bytes: string): void {
    const room = maxLineBytes - this.#text.bytes.length
    if (bytes.length <= room) this.#text.insert(charactersOf(bytes))
    else this.#out += bell
  }

  #change(work: () => void, begins = true): void {
    if (begins) {
      this.#undo.push(this.#text.copy())
      if (this.#undo.length > maxUndo) this.#undo.shift()
    }
    work()
    this.#changed.set(this.#place, this.#text)
  }

  #undoOne(): void {
    const before = this.#undo.pop()
    if (!before) return this.#ring(false)
    this.#text = before
    this.#changed.set(this.#place, before)
  }

  #kill(from: number, to: number, backward: boolean): void {
    const { kills } = this.#options
    const killed = this.#text.slice(from, to)
    if (killed !== '') {
      if (this.#last !== undefined && killing.has(this.#last) && kills.length > 0)
        kills[kills.length - 1] = backward ? killed + kills.at(-1)! : kills.at(-1)! + killed
      else kills.push(killed)
      if (kills.length > maxKills) kills.shift()
    }
    this.#change(() => this.#text.remove(from, to))
  }

  #yank(pop: number): void {
    const { kills } = this.#options
    if (kills.length === 0) return this.#ring(false)
    if (pop > 0) {
      const length = charactersOf(kills.at(-1)!).length
      kills.unshift(kills.pop()!)
      this.#change(() => this.#text.remove(this.#text.point - length, this.#text.point))
    }
    this.#change(() => this.#insert(kills.at(-1)!))
  }

  #yankLastArgument(): void {
    const { history } = this.#options
    const before = this.#last === 'yank-last-arg' ? this.#lastArgument : undefined
    const place = (before?.place ?? history.length) - 1
    if (before) this.#change(() => this.#text.remove(this.#text.point - before.length, this.#text.point))
    const line = history[place]
    if (line === undefined) {
      this.#lastArgument = { place: place + 1, length: 0 }
      return this.#ring(false)
    }
    const word = lastWord(line)
    this.#change(() => this.#insert(word))
    this.#lastArgument = { place, length: charactersOf(word).length }
  }

  #visit(place: number): boolean {
    const { history } = this.#options
    if (place < 0 || place > history.length || place === this.#place) return false
    this.#changed.set(this.#place, this.#text)
    this.#text = this.#changed.get(place) ?? new LineText(charactersOf(history[place] ?? ''))
    this.#text.point = this.#text.length
    this.#place = place
    this.#undo = []
    return true
  }

  #deactivate(): void {
    this.#marked = undefined
  }

  #redraw(): void {
    this.#undrawn = false
    this.#out += this.#draw()
  }

  #draw(): string {
    return this.#screen.show(this.#picture())
  }

  #picture() {
    const { prompt } = this.#options
    const shown = this.#argument === undefined ? prompt : `(arg: ${this.#argument}) `
    return {
      prompt: shown,
      line: this.#text.characters,
      point: this.#text.point,
      marked: this.#marked,
    }
  }

  #digit(keys: string): void {
    const digit = Number(keys.at(-1))
    if (this.#argument === undefined) {
      this.#argument = 1
      this.#redraw()
      this.#argument = digit
    } else this.#argument = Math.min(this.#argument * 10 + digit, 100_000)
    this.#redraw()
    this.#last = 'digit-argument'
  }

  #paste(byte: string): void {
    this.#pasted += byte
    if (!this.#pasted.endsWith(pasteEnd)) {
      if (this.#pasted.length > maxLineBytes) this.#pasted = this.#pasted.slice(-pasteEnd.length)
      return
    }
    this.#waits = 'key'
    const pasted = this.#pasted.slice(0, -pasteEnd.length).replaceAll('\r', '\n')
    this.#pasted = ''
    const from = this.#text.point
    this.#change(() => this.#insert(pasted))
    this.#mark = from
    this.#marked = [from, this.#text.point]
    this.#redraw()
  }

  #showSearch(): void {
    const search = this.#search!
    const found = search.found
    const line = charactersOf(found.line)
    const point = charactersOf(found.line.slice(0, found.at)).length
    const length = charactersOf(found.line.slice(found.at, found.at + search.text.length)).length
    this.#out += this.#screen.show({
      prompt: `(${search.failed ? 'failed ' : ''}${search.direction < 0 ? 'reverse-' : ''}i-search)\`${search.text}': `,
      line: search.text === '' ? this.#text.characters : line,
      point: search.text === '' ? this.#text.point : point,
      marked: search.text === '' || search.failed ? undefined : [point, point + length],
    })
  }

  /** True where the search goes on. */
  #searchKey({ command, keys }: Key): boolean {
    const search = this.#search!
    if (command === 'reverse-search-history' || command === 'forward-search-history') {
      this.#ring(search.again(command === 'reverse-search-history' ? -1 : 1))
      this.#showSearch()
      return true
    }
    if (command === 'backward-delete-char') {
      this.#ring(search.shorten())
      this.#showSearch()
      return true
    }
    this.#search = undefined
    if (command === 'abort') {
      this.#redraw()
      return true
    }
    const { line, place, at } = search.found
    if (search.text !== '' && place >= 0) {
      this.#visit(place)
      this.#text = new LineText(charactersOf(line))
      this.#text.point = charactersOf(line.slice(0, at)).length
    }
    this.#redraw()
    return keys === '\x1b'
  }

  #completion(): Completion {
    const before = this.#text.slice(0, this.#text.point)
    return this.#options.complete(this.#text.bytes, before.length)
  }

  #replace(from: number, replacement: string): void {
    const start = charactersOf(this.#text.bytes.slice(0, from)).length
    this.#change(() => {
      this.#text.remove(start, this.#text.point)
      this.#insert(replacement)
    })
  }

  #complete(): void {
    const again = this.#last === 'complete' && !this.#completionChanged
    const completion = this.#completion()
    const { choices, from } = completion
    if (choices.length === 0) return this.#ring((this.#completionChanged = false))
    const [first] = choices
    const before = this.#text.bytes
    if (choices.length === 1) {
      this.#replace(from, first!.text + first!.end)
      this.#completionChanged = before !== this.#text.bytes
      return
    }
    if (again) return this.#list(completion)
    const common = choices.reduce((text, choice) => commonStart(text, choice.text), first!.text)
    this.#out += bell
    if (common.length >= this.#text.slice(0, this.#text.point).length - from) this.#replace(from, common)
    this.#completionChanged = before !== this.#text.bytes
  }

  #insertAll(): void {
    const { choices, from } = this.#completion()
    if (choices.length === 0) return this.#ring(false)
    this.#replace(from, `${choices.map(({ text }) => text).join(' ')} `)
  }

  #list(completion: Completion): void {
    const { choices } = completion
    if (choices.length === 0) return this.#ring(false)
    if (choices.length < askFrom) return this.#show(completion)
    this.#out += `\nDisplay all ${choices.length} possibilities? (y or n)`
    this.#choices = completion
    this.#waits = 'answer'
  }

  #answer(byte: string): void {
    const yes = 'yY '.includes(byte)
    if (!yes && !'nN\x7f\x07'.includes(byte)) return
    this.#waits = 'key'
    const completion = this.#choices!
    this.#choices = undefined
    if (yes) return this.#show(completion)
    this.#out += `\n${this.#screen.again(this.#picture())}`
  }

  #show({ choices }: Completion): void {
    this.#out += `\n${choiceList(
      choices.map(({ shown }) => shown),
      this.#options.columns,
    )}${this.#screen.again(this.#picture())}`
  }
}

const killing = new Set<KeyCommand>([
  'kill-line',
  'unix-line-discard',
  'unix-word-rubout',
  'backward-kill-word',
  'kill-word',
])

/** The last word of a command line, its quotes with it. Matched from the front, so that no quote is tried twice. */
function lastWord(line: string): string {
  return line.match(/(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|\\.|[^\s"'\\])+/gs)?.at(-1) ?? ''
}

function commonStart(a: string, b: string): string {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return a.slice(0, i)
}
