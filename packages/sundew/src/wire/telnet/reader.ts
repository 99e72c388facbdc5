import { command } from './commands.ts'

/** What came, in its order. */
export type TelnetPart =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  /** WILL, WONT, DO or DONT of an option. */
  | { readonly type: 'option'; readonly verb: number; readonly option: number }
  /** What stood between SB and SE, without the doubling of IAC. */
  | {
      readonly type: 'subnegotiation'
      readonly option: number
      readonly bytes: Uint8Array
      /** More came than is kept. */
      readonly truncated: boolean
    }
  /** Any other command: interrupt, are you there … */
  | { readonly type: 'command'; readonly command: number }

/** Bytes of one subnegotiation that are kept. */
export const maxSubnegotiationBytes = 2048

type State = 'data' | 'iac' | 'verb' | 'subnegotiation' | 'subnegotiation-iac'

/** Takes a telnet stream apart (RFC 854, RFC 855), however it is cut. Bounded: holds at most one subnegotiation. */
export class TelnetReader {
  #state: State = 'data'
  #verb = 0
  #held: number[] = []
  #dropped = false
  /** Whether the last byte of data was a return: what follows it depends on that. */
  #afterReturn = false
  /** The peer sends 8-bit data untouched (RFC 856): a return is only a return. */
  binary = false

  /**
   * The parts that `chunk` completes; their data shares memory with it. In data, a return with its NUL or newline is one return (`\r`), as
   * telnetd hands it to a terminal.
   */
  take(chunk: Uint8Array): TelnetPart[] {
    const parts: TelnetPart[] = []
    /** Where data began that is not in `parts` yet; -1 outside of data. */
    let from = this.#state === 'data' ? 0 : -1
    const flush = (to: number): void => {
      if (from >= 0 && to > from) parts.push({ type: 'data', bytes: chunk.subarray(from, to) })
      from = -1
    }
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      switch (this.#state) {
        case 'data':
          if (byte === command.iac) {
            flush(at)
            this.#state = 'iac'
          } else if (this.#passes(byte)) {
            if (from < 0) from = at
          } else flush(at)
          break
        case 'iac':
          if (byte === command.iac) {
            this.#state = 'data'
            this.#afterReturn = false
            from = at
          } else if (byte >= command.will) {
            this.#state = 'verb'
            this.#verb = byte
          } else if (byte === command.subnegotiation) {
            this.#state = 'subnegotiation'
            this.#held = []
            this.#dropped = false
          } else {
            this.#state = 'data'
            parts.push({ type: 'command', command: byte })
          }
          break
        case 'verb':
          this.#state = 'data'
          parts.push({ type: 'option', verb: this.#verb, option: byte })
          break
        case 'subnegotiation':
          if (byte === command.iac) this.#state = 'subnegotiation-iac'
          else this.#hold(byte)
          break
        case 'subnegotiation-iac':
          if (byte === command.iac) {
            this.#state = 'subnegotiation'
            this.#hold(byte)
          } else {
            // SE; servers take any other command for it too.
            this.#state = 'data'
            if (this.#held.length > 0) parts.push(this.#subnegotiation())
          }
          break
      }
    }
    flush(chunk.length)
    return parts
  }

  /** False for what only follows a return. */
  #passes(byte: number): boolean {
    const follows = this.#afterReturn && !this.binary
    this.#afterReturn = byte === 0x0d
    return !(follows && (byte === 0 || byte === 0x0a))
  }

  #hold(byte: number): void {
    if (this.#held.length <= maxSubnegotiationBytes) this.#held.push(byte)
    else this.#dropped = true
  }

  #subnegotiation(): TelnetPart {
    const [option = 0, ...rest] = this.#held
    const part: TelnetPart = {
      type: 'subnegotiation',
      option,
      bytes: Uint8Array.from(rest),
      truncated: this.#dropped,
    }
    this.#held = []
    return part
  }
}

/** Data as it goes over the wire: IAC is doubled. */
export function escapeIac(data: Uint8Array): Uint8Array {
  let count = 0
  for (const byte of data) if (byte === command.iac) count++
  if (count === 0) return data
  const escaped = new Uint8Array(data.length + count)
  let at = 0
  for (const byte of data) {
    escaped[at++] = byte
    if (byte === command.iac) escaped[at++] = byte
  }
  return escaped
}
