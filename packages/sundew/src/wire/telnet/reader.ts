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
   * The parts that `chunk` completes. In data, a return with its NUL or newline is one return (`\r`), as telnetd hands it to a
   * terminal.
   */
  take(chunk: Uint8Array): TelnetPart[] {
    const parts: TelnetPart[] = []
    let data: number[] = []
    const flush = (): void => {
      if (data.length > 0) parts.push({ type: 'data', bytes: Uint8Array.from(data) })
      data = []
    }
    for (const byte of chunk) {
      switch (this.#state) {
        case 'data':
          if (byte === command.iac) this.#state = 'iac'
          else this.#data(byte, data)
          break
        case 'iac':
          if (byte === command.iac) {
            this.#state = 'data'
            this.#data(byte, data)
          } else if (byte >= command.will) {
            this.#state = 'verb'
            this.#verb = byte
          } else if (byte === command.subnegotiation) {
            this.#state = 'subnegotiation'
            this.#held = []
            this.#dropped = false
          } else {
            this.#state = 'data'
            flush()
            parts.push({ type: 'command', command: byte })
          }
          break
        case 'verb':
          this.#state = 'data'
          flush()
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
            flush()
            if (this.#held.length > 0) parts.push(this.#subnegotiation())
          }
          break
      }
    }
    flush()
    return parts
  }

  #data(byte: number, data: number[]): void {
    const follows = this.#afterReturn && !this.binary
    this.#afterReturn = byte === 0x0d
    if (follows && (byte === 0 || byte === 0x0a)) return
    data.push(byte)
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
