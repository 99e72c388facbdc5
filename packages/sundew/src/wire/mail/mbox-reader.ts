const lf = 0x0a
const cr = 0x0d
const greater = 0x3e
const from = Buffer.from('From ')

/**
 * How lines that begin with `From ` were quoted: `mboxrd` put one `>` before `From `, also after other `>`; `mboxo` only
 * before a bare `From `; `none` not at all.
 */
export const mboxQuotings = ['mboxrd', 'mboxo', 'none'] as const
export type MboxQuoting = (typeof mboxQuotings)[number]

/** What a file is, by its first bytes: `from` has `From ` lines (RFC 4155), `sink` is what Postfix's smtp-sink -d and -D write. */
export type MboxKind = 'from' | 'sink'

/** A longer line is no separator, bytes. */
export const separatorBytes = 1024
const slabBytes = 64 * 1024

/** What comes of a file, in its order. */
export type MboxPiece =
  | {
      readonly type: 'begin'
      /** The `From ` line, one character a byte, without its end; empty where this kind of file has none. */
      readonly separator: string
      /** Where it begins in the file, bytes. */
      readonly offset: number
    }
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }

const sinkStart = 'X-Client-Addr: '
/** After the word `From ` whatever the sender is, and a time of day before or after a year: text rarely has that. */
const separators: Readonly<Record<MboxKind, RegExp>> = {
  from: /^From (?:.*[ \t])?(?:\d{1,2}:\d{2}.*[ \t]\d{4}|\d{4}.*[ \t]\d{1,2}:\d{2})/,
  sink: /^X-Client-Addr: [0-9A-Fa-f.:a-z]{2,64}$/,
}

/** The kind of mbox that a file with these first bytes is; undefined where it is none. */
export function mboxKind(head: Uint8Array): MboxKind | undefined {
  const line = Buffer.from(head.subarray(0, separatorBytes)).toString('latin1').split(/\r?\n/, 1)[0] ?? ''
  if (line.startsWith(sinkStart)) return separators.sink.test(line) ? 'sink' : undefined
  return line.startsWith('From ') ? 'from' : undefined
}

/**
 * Takes an mbox apart, in whatever pieces its bytes come. A message begins with a separator at the file's start or after
 * an empty line; that empty line is the file's, not the message's. Line ends stay as they are, quoting is undone.
 * Memory does not grow with lines or messages.
 */
export class MboxReader {
  readonly #kind: MboxKind
  readonly #quoting: MboxQuoting
  /** Of the chunk at hand, or of those before it. */
  #mode: 'start' | 'middle' | 'quoted' | 'separator' = 'start'
  /** The beginning of a line that may be a separator, or an empty one. */
  #head: Buffer = Buffer.alloc(0)
  /** An empty line that may belong to the separator after it. */
  #empty = ''
  #atFileStart = true
  #open = false
  #read = 0
  /** `>` seen at the line's start; one is held back. */
  #greater = 0
  #matched = 0
  #slab = Buffer.allocUnsafe(slabBytes)
  #slabFrom = 0
  #slabTo = 0
  #pieces: MboxPiece[] = []

  constructor(kind: MboxKind, quoting: MboxQuoting) {
    this.#kind = kind
    this.#quoting = kind === 'sink' ? 'none' : quoting
  }

  feed(chunk: Uint8Array): MboxPiece[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = 0; at < bytes.length;) {
      if (this.#mode === 'middle') at = this.#middle(bytes, at)
      else if (this.#mode === 'quoted') at = this.#quoted(bytes, at)
      else if (this.#mode === 'separator') at = this.#maybe(bytes, at)
      else at = this.#start(bytes, at)
    }
    this.#read += bytes.length
    return this.#taken()
  }

  /** The file is over. */
  end(): MboxPiece[] {
    if (this.#mode === 'separator') this.#decide(this.#read)
    if (this.#mode === 'quoted') this.#giveQuoted()
    this.#close()
    return this.#taken()
  }

  #taken(): MboxPiece[] {
    this.#flush()
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #start(bytes: Buffer, at: number): number {
    const c = bytes[at]!
    if (c === greater && this.#quoting !== 'none') {
      this.#giveEmpty()
      this.#mode = 'quoted'
      this.#greater = 0
      this.#matched = 0
    } else if (special(c, this.#kind)) this.#mode = 'separator'
    else {
      this.#giveEmpty()
      this.#mode = 'middle'
    }
    return at
  }

  /** Passes bytes on to the next line that has to be looked at. */
  #middle(bytes: Buffer, begin: number): number {
    let at = begin
    for (;;) {
      const found = bytes.indexOf(lf, at)
      if (found < 0) {
        this.#put(bytes.subarray(begin))
        return bytes.length
      }
      at = found + 1
      const next = bytes[at]
      if (next === undefined || next === greater || special(next, this.#kind)) break
    }
    this.#put(bytes.subarray(begin, at))
    this.#mode = 'start'
    return at
  }

  #quoted(bytes: Buffer, begin: number): number {
    let at = begin
    if (this.#matched === 0) {
      while (bytes[at] === greater) at++
      // All but one may go: they are all alike.
      const given = at - begin - (this.#greater === 0 && at > begin ? 1 : 0)
      if (given > 0) this.#put(bytes.subarray(at - given, at))
      this.#greater += at - begin
    }
    while (at < bytes.length && bytes[at] === from[this.#matched]) {
      at++
      if (++this.#matched === from.length) {
        if (this.#quoting === 'mboxo' && this.#greater > 1) this.#put(Buffer.of(greater))
        this.#put(from)
        this.#mode = 'middle'
        return at
      }
    }
    if (at < bytes.length) this.#giveQuoted()
    return at
  }

  #giveQuoted(): void {
    this.#put(Buffer.of(greater))
    if (this.#matched > 0) this.#put(from.subarray(0, this.#matched))
    this.#mode = 'middle'
  }

  #maybe(bytes: Buffer, at: number): number {
    const found = bytes.indexOf(lf, at)
    const end = found < 0 ? bytes.length : found + 1
    const to = Math.min(end, at + separatorBytes - this.#head.length)
    this.#head = Buffer.concat([this.#head, bytes.subarray(at, to)])
    if (this.#head.length === separatorBytes || this.#head.at(-1) === lf) this.#decide(this.#read + to)
    return to
  }

  /** `end` is where the head ends in the file. */
  #decide(end: number): void {
    const head = this.#head
    this.#head = Buffer.alloc(0)
    const whole = head.at(-1) === lf
    this.#mode = whole ? 'start' : 'middle'
    const line = head.toString('latin1')
    const text = line.replace(/\r?\n$/, '')
    if (text === '' && whole) {
      this.#giveEmpty()
      this.#empty = line
    } else if (this.#begins(text, whole || head.length < separatorBytes)) {
      this.#close()
      this.#open = true
      this.#pieces.push({
        type: 'begin',
        separator: this.#kind === 'from' ? text : '',
        offset: end - head.length,
      })
      if (this.#kind === 'sink') this.#put(head)
    } else {
      this.#giveEmpty()
      this.#put(head)
    }
    this.#atFileStart = false
  }

  #begins(text: string, whole: boolean): boolean {
    if (this.#atFileStart) return text.startsWith(this.#kind === 'from' ? 'From ' : sinkStart)
    return this.#empty !== '' && whole && separators[this.#kind].test(text)
  }

  #close(): void {
    this.#flush()
    this.#empty = ''
    if (this.#open) this.#pieces.push({ type: 'end' })
    this.#open = false
  }

  #giveEmpty(): void {
    if (this.#empty === '') return
    this.#put(Buffer.from(this.#empty, 'latin1'))
    this.#empty = ''
  }

  #put(bytes: Uint8Array): void {
    this.#atFileStart = false
    for (let at = 0; at < bytes.length;) {
      if (this.#slabTo === slabBytes) {
        this.#flush()
        this.#slab = Buffer.allocUnsafe(slabBytes)
        this.#slabFrom = this.#slabTo = 0
      }
      const part = bytes.subarray(at, at + slabBytes - this.#slabTo)
      this.#slab.set(part, this.#slabTo)
      this.#slabTo += part.length
      at += part.length
    }
  }

  #flush(): void {
    if (this.#slabTo > this.#slabFrom && this.#open) {
      this.#pieces.push({ type: 'bytes', bytes: this.#slab.subarray(this.#slabFrom, this.#slabTo) })
    }
    this.#slabFrom = this.#slabTo
  }
}

/** Whether a line that begins with this byte may be a separator or empty. */
function special(c: number, kind: MboxKind): boolean {
  return c === lf || c === cr || c === (kind === 'from' ? 0x46 : 0x58)
}
