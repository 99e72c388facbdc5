import type { Manners } from './manners.ts'

/** Bytes typed ahead that are kept: what a terminal's buffer holds. */
const maxAheadBytes = 4096
/** Bytes of a name or a password that are taken; a terminal takes no longer lines. */
const maxLineBytes = 255

const key = {
  interrupt: 0x03,
  end: 0x04,
  erase: 0x7f,
  newline: 0x0a,
  return: 0x0d,
  word: 0x17,
  line: 0x15,
} as const

export interface DialogParts {
  readonly manners: Manners
  readonly hostname: string
  /** Whether what is typed is shown. */
  readonly echoes: () => boolean
  /** Byte strings. */
  readonly write: (text: string) => void
  /** A name and a password were typed, byte strings: the dialog waits for {@link Dialog.refuse}, or is over. */
  readonly tried: (user: string, password: string) => void
  /** ^D, where that counts as a try. */
  readonly gaveUp: () => void
  /** ^C, or ^D in place of a name: login ends. */
  readonly left: () => void
}

/** login(1) at a terminal: asks for a name and a password, with a terminal's editing. */
export class Dialog {
  readonly #parts: DialogParts
  #asks: 'user' | 'password' | 'verdict' | 'nothing' = 'nothing'
  #user = ''
  #line = ''
  #ahead: number[] = []

  constructor(parts: DialogParts) {
    this.#parts = parts
  }

  start(): void {
    this.#prompt()
  }

  /** It was wrong: what was typed meanwhile is shown, as by a terminal that no shell reads. */
  wrong(): void {
    if (this.#asks === 'verdict') this.#asks = 'nothing'
  }

  /** A refusal is over: it asks again. What was typed meanwhile is forgotten. */
  refuse(): void {
    this.#ahead = []
    this.#parts.write(this.#parts.manners.incorrect)
    this.#prompt()
  }

  type(bytes: Uint8Array): void {
    for (const byte of bytes) {
      // The shell that reads it shows it, where the password was right.
      const kept = this.#asks === 'verdict' && byte !== key.interrupt
      if (kept && this.#ahead.length < maxAheadBytes) this.#ahead.push(byte)
      if (!kept) this.#key(byte)
    }
  }

  /** What was typed since the last password: it is the shell's, where that was right. */
  get ahead(): Uint8Array {
    return Uint8Array.from(this.#ahead)
  }

  #key(byte: number): void {
    if (byte === key.return || byte === key.newline) return this.#enter()
    if (byte === key.interrupt) {
      this.#parts.write('^C')
      return this.#parts.left()
    }
    if (byte === key.end && this.#line === '') return this.#end()
    if (byte === key.erase) return this.#erase(Math.min(1, this.#line.length))
    if (byte === key.line) return this.#erase(this.#line.length)
    if (byte === key.word) return this.#erase(this.#line.length - this.#line.replace(/\S*\s*$/, '').length)
    if (this.#line.length >= maxLineBytes) return
    if (this.#asks !== 'nothing') this.#line += String.fromCharCode(byte)
    this.#echo(byte < 0x20 ? `^${String.fromCharCode(byte + 0x40)}` : String.fromCharCode(byte))
  }

  #end(): void {
    if (this.#asks === 'nothing') return
    if (this.#asks === 'user' && !this.#parts.manners.endIsTry) return this.#parts.left()
    this.#asks = 'nothing'
    this.#parts.write('\r\n')
    this.#parts.gaveUp()
  }

  #erase(count: number): void {
    const gone = this.#line.slice(this.#line.length - count)
    this.#line = this.#line.slice(0, this.#line.length - count)
    // A control character took two places.
    const places = gone.length + gone.replace(/[^\0-\x1f]/g, '').length
    this.#echo('\b \b'.repeat(places))
  }

  #echo(text: string): void {
    if (this.#asks !== 'password' && this.#parts.echoes()) this.#parts.write(text)
  }

  #enter(): void {
    const line = this.#line
    this.#line = ''
    if (this.#parts.echoes() || this.#asks === 'password') this.#parts.write('\r\n')
    if (this.#asks === 'user') {
      if (line === '' && !this.#parts.manners.takesNoName) return this.#prompt()
      this.#user = line
      this.#asks = 'password'
      this.#parts.write('Password: ')
    } else if (this.#asks === 'password') {
      this.#asks = 'verdict'
      this.#parts.tried(this.#user, line)
    }
  }

  #prompt(): void {
    this.#line = ''
    this.#asks = 'user'
    this.#parts.write(`${this.#parts.hostname} login: `)
  }
}
