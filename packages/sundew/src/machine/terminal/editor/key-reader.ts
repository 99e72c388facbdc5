/** What keys are bound to: readline's names. */
export type KeyCommand =
  | 'accept-line'
  | 'backward-char'
  | 'backward-delete-char'
  | 'backward-kill-word'
  | 'backward-word'
  | 'beginning-of-history'
  | 'beginning-of-line'
  | 'bracketed-paste-begin'
  | 'capitalize-word'
  | 'character-search'
  | 'clear-screen'
  | 'complete'
  | 'delete-char'
  | 'delete-horizontal-space'
  | 'digit-argument'
  | 'downcase-word'
  | 'end-of-history'
  | 'end-of-line'
  | 'exchange-point-and-mark'
  | 'forward-char'
  | 'forward-word'
  | 'insert-comment'
  | 'insert-completions'
  | 'kill-line'
  | 'kill-word'
  | 'next-history'
  | 'nothing'
  | 'possible-completions'
  | 'previous-history'
  | 'quoted-insert'
  | 'reverse-search-history'
  | 'forward-search-history'
  | 'revert-line'
  | 'self-insert'
  | 'set-mark'
  | 'transpose-chars'
  | 'undo'
  | 'unix-line-discard'
  | 'unix-word-rubout'
  | 'upcase-word'
  | 'yank'
  | 'yank-last-arg'
  | 'yank-pop'
  | 'abort'
  | 'bell'

/** One key, or the keys that make one. */
export interface Key {
  readonly command: KeyCommand
  readonly keys: string
}

/** Emacs keys with no inputrc, as terminfo's xterm adds to them. */
const usual: Readonly<Record<string, KeyCommand>> = {
  '\x00': 'set-mark',
  '\x01': 'beginning-of-line',
  '\x02': 'backward-char',
  '\x04': 'delete-char',
  '\x05': 'end-of-line',
  '\x06': 'forward-char',
  '\x07': 'abort',
  '\x08': 'backward-delete-char',
  '\t': 'complete',
  '\n': 'accept-line',
  '\x0b': 'kill-line',
  '\x0c': 'clear-screen',
  '\r': 'accept-line',
  '\x0e': 'next-history',
  '\x10': 'previous-history',
  '\x11': 'quoted-insert',
  '\x12': 'reverse-search-history',
  '\x13': 'forward-search-history',
  '\x14': 'transpose-chars',
  '\x15': 'unix-line-discard',
  '\x16': 'quoted-insert',
  '\x17': 'unix-word-rubout',
  '\x19': 'yank',
  '\x1d': 'character-search',
  '\x1f': 'undo',
  '\x7f': 'backward-delete-char',
  '\x18\x18': 'exchange-point-and-mark',
  '\x18\x15': 'undo',
  '\x1b[A': 'previous-history',
  '\x1b[B': 'next-history',
  '\x1b[C': 'forward-char',
  '\x1b[D': 'backward-char',
  '\x1b[H': 'beginning-of-line',
  '\x1b[F': 'end-of-line',
  '\x1bOA': 'previous-history',
  '\x1bOB': 'next-history',
  '\x1bOC': 'forward-char',
  '\x1bOD': 'backward-char',
  '\x1bOH': 'beginning-of-line',
  '\x1bOF': 'end-of-line',
  '\x1b[2~': 'quoted-insert',
  '\x1b[3~': 'delete-char',
  '\x1b[5~': 'bell',
  '\x1b[6~': 'bell',
  '\x1b[1;5C': 'forward-word',
  '\x1b[1;5D': 'backward-word',
  '\x1b[1;3C': 'forward-word',
  '\x1b[1;3D': 'backward-word',
  '\x1b[200~': 'bracketed-paste-begin',
  '\x1bb': 'backward-word',
  '\x1bf': 'forward-word',
  '\x1bd': 'kill-word',
  '\x1b\x7f': 'backward-kill-word',
  '\x1b\x08': 'backward-kill-word',
  '\x1b.': 'yank-last-arg',
  '\x1b_': 'yank-last-arg',
  '\x1b<': 'beginning-of-history',
  '\x1b>': 'end-of-history',
  '\x1b?': 'possible-completions',
  '\x1b*': 'insert-completions',
  '\x1b#': 'insert-comment',
  '\x1b\\': 'delete-horizontal-space',
  '\x1br': 'revert-line',
  '\x1bu': 'upcase-word',
  '\x1bl': 'downcase-word',
  '\x1bc': 'capitalize-word',
  '\x1by': 'yank-pop',
  '\x1b\x07': 'abort',
}

/** What Debian's /etc/inputrc adds. */
const debian: Readonly<Record<string, KeyCommand>> = {
  '\x1b[1~': 'beginning-of-line',
  '\x1b[4~': 'end-of-line',
  '\x1b[5C': 'forward-word',
  '\x1b[5D': 'backward-word',
  '\x1b\x1b[C': 'forward-word',
  '\x1b\x1b[D': 'backward-word',
}

for (let digit = 0; digit < 10; digit++)
  (usual as Record<string, KeyCommand>)[`\x1b${digit}`] = 'digit-argument'

/** Takes bytes and gives keys. */
export class KeyReader {
  readonly #bound: Map<string, KeyCommand>
  readonly #prefixes = new Set<string>()
  #pending = ''

  constructor(withDebianKeys: boolean) {
    this.#bound = new Map(Object.entries(withDebianKeys ? { ...usual, ...debian } : usual))
    for (const keys of this.#bound.keys())
      for (let i = 1; i < keys.length; i++) this.#prefixes.add(keys.slice(0, i))
  }

  /** The key that this byte completes; undefined where more are wanted. */
  take(byte: string): Key | undefined {
    const keys = this.#pending + byte
    const command = this.#bound.get(keys)
    if (command === undefined && this.#prefixes.has(keys)) {
      this.#pending = keys
      return undefined
    }
    this.#pending = ''
    if (command !== undefined) return { command, keys }
    const alone = keys.length === 1 && (byte >= ' ' || byte === '\x1b') && byte !== '\x7f'
    return { command: alone ? 'self-insert' : 'bell', keys }
  }
}
