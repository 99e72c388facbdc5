/** A control sequence with more is none of a terminal's. */
const mostParameters = 64
/** How much a string (OSC, DCS …) that nobody ends swallows, characters; what follows is shown again. */
const mostString = 64 * 1024

/**
 * Draws, and nothing else: cursor, erasing, inserting and deleting, colours, scrolling (ECMA-48 §8.3). Not there: reports
 * (n, c), printing (i), windows (t), repeating (b), tabs, keyboards, mice, and whatever resets.
 */
const drawing = new Set('@ABCDEFGHJKLMPSTX`adefmr')
/** Private modes that may be set: line wrap, cursor shown, and the second screen in its three ways. */
const modes = new Set(['7', '25', '47', '1047', '1049'])
/** After ESC alone: keep and restore the cursor, line down, next line, line up. */
const alone = new Set('78DEM')
const controls = new Set('\b\t\n\r')
/** Turn text around or hide in it. */
const invisible = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/

type State = 'text' | 'escape' | 'intermediate' | 'sequence' | 'string' | 'stringEscape'

/**
 * What an intruder's terminal was shown, made fit for the owner's: it draws and colours and does nothing else. Titles,
 * clipboards, reports, device control, resets and every sequence it does not know are left out. Text is UTF-8.
 */
export class TerminalFilter {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #state: State = 'text'
  #sequence = ''
  #swallowed = 0
  #secondScreen = ''
  #margins = false

  push(bytes: Uint8Array): string {
    return this.#take(this.#decoder.decode(bytes, { stream: true }))
  }

  /** What undoes whatever was drawn so far: modes, margins and colours as they were. */
  restore(): string {
    this.#state = 'text'
    const margins = this.#margins ? '\x1b7\x1b[r\x1b8' : ''
    const screen = this.#secondScreen === '' ? '' : `\x1b[?${this.#secondScreen}l`
    return `${margins}${screen}\x1b[?7h\x1b[?25h\x1b[0m`
  }

  #take(text: string): string {
    let out = ''
    for (const c of text) out += this.#step(c)
    return out
  }

  #step(c: string): string {
    // These end whatever was begun, in every state (ECMA-48 §8.3.6, VT500).
    if (c === '\x18' || c === '\x1a') {
      this.#state = 'text'
      return ''
    }
    switch (this.#state) {
      case 'text':
        return this.#text(c)
      case 'escape':
        return this.#escape(c)
      case 'intermediate':
        if (c < ' ' || c > '/') this.#state = 'text'
        return c === '\x1b' ? this.#text(c) : ''
      case 'sequence':
        return this.#inSequence(c)
      case 'string':
        return this.#string(c)
      case 'stringEscape':
        this.#state = 'text'
        return c === '\\' ? '' : this.#escape(c)
    }
  }

  #text(c: string): string {
    if (c === '\x1b') {
      this.#state = 'escape'
      return ''
    }
    if (c < ' ') return controls.has(c) ? c : ''
    return (c >= '\x7f' && c <= '\x9f') || invisible.test(c) ? '' : c
  }

  #escape(c: string): string {
    this.#state = 'text'
    if (c === '[') {
      this.#state = 'sequence'
      this.#sequence = ''
    } else if (']PX^_'.includes(c)) {
      this.#state = 'string'
      this.#swallowed = 0
    } else if (c >= ' ' && c <= '/') this.#state = 'intermediate'
    else if (c === '\x1b') this.#state = 'escape'
    else if (c < ' ') {
      // A control inside a sequence is obeyed, and the sequence goes on.
      this.#state = 'escape'
      return this.#text(c)
    } else if (alone.has(c)) return `\x1b${c}`
    return ''
  }

  #inSequence(c: string): string {
    if (c === '\x1b') {
      this.#state = 'escape'
      return ''
    }
    if (c < ' ') return this.#text(c)
    if (c > '~') {
      this.#state = 'text'
      return ''
    }
    if (c < '@') {
      if (this.#sequence.length < mostParameters) this.#sequence += c
      return ''
    }
    this.#state = 'text'
    return this.#sequence.length < mostParameters ? this.#allowed(this.#sequence, c) : ''
  }

  #allowed(parameters: string, final: string): string {
    const mode = /^\?(\d+)$/.exec(parameters)?.[1]
    if (mode !== undefined && modes.has(mode) && (final === 'h' || final === 'l')) {
      if (mode !== '7' && mode !== '25') this.#secondScreen = final === 'h' ? mode : ''
      return `\x1b[?${mode}${final}`
    }
    // Colours alone may have colons, and counts of more than four digits are no screen's.
    const plain = final === 'm' ? /^[\d;:]*$/ : /^[\d;]*$/
    if (!drawing.has(final) || !plain.test(parameters) || /\d{5}/.test(parameters)) return ''
    if (final === 'J' && !/^0*[012]?$/.test(parameters)) return '' // 3 would take what the owner had scrolled away
    if (final === 'r') this.#margins = true
    return `\x1b[${parameters}${final}`
  }

  #string(c: string): string {
    if (c === '\x07') this.#state = 'text'
    else if (c === '\x1b') this.#state = 'stringEscape'
    else if (++this.#swallowed > mostString) this.#state = 'text'
    return ''
  }
}
