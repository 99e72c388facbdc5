import { FileError, reason } from '../files/file-system.ts'
import type { Call } from '../program.ts'
import { ByteReader } from './byte-reader.ts'

/** scp ends at once, with this exit status. */
export class ScpEnds extends Error {
  readonly exit: number

  constructor(exit: number) {
    super(`exit ${exit}`)
    this.exit = exit
  }
}

export interface ScpFlags {
  readonly isRecursive: boolean
  readonly keepsTimes: boolean
  readonly intoDirectory: boolean
}

/** A line of the protocol: scp's own buffer. */
const lineBytes = 2048

/** What both directions of the remote side of scp's old protocol share. */
export class ScpWire {
  readonly call: Call
  readonly flags: ScpFlags
  readonly reader: ByteReader
  errors = 0

  constructor(call: Call, flags: ScpFlags) {
    this.call = call
    this.flags = flags
    this.reader = new ByteReader(call.stdin)
  }

  async ok(): Promise<void> {
    await this.call.stdout.write('\0')
  }

  /** A warning, as the other side shows it. */
  async complain(text: string): Promise<void> {
    this.errors++
    await this.call.stdout.write(`\x01scp: ${text}\n`)
  }

  /** @throws ScpEnds */
  async screwUp(why: string): Promise<never> {
    await this.complain(`protocol error: ${why}`)
    throw new ScpEnds(1)
  }

  /** The other side's word on what was sent: false where it warned. @throws ScpEnds at its end, or where it gave up */
  async isAccepted(): Promise<boolean> {
    const first = await this.reader.byte()
    if (first === undefined) throw new ScpEnds(1)
    if (first === 0) return true
    for (let i = 0; i < lineBytes; i++) {
      const byte = await this.reader.byte()
      if (byte === undefined) throw new ScpEnds(1)
      if (byte === 0x0a) break
    }
    this.errors++
    if (first !== 1) throw new ScpEnds(1)
    return false
  }

  /** A line without its end; undefined where there is none more. @throws ScpEnds */
  async line(): Promise<string | undefined> {
    const first = await this.reader.byte()
    if (first === undefined) return undefined
    if (first === 0x0a) return this.screwUp('unexpected <newline>')
    let line = String.fromCharCode(first)
    while (line.length < lineBytes - 1) {
      const byte = await this.reader.byte()
      if (byte === undefined) return this.screwUp('lost connection')
      if (byte === 0x0a) return line
      line += String.fromCharCode(byte)
    }
    return line
  }

  /** The text of a failure. Anything but a {@link FileError} is not scp's and goes on. */
  because(error: unknown): string {
    if (error instanceof FileError) return reason(error.code)
    throw error
  }
}
