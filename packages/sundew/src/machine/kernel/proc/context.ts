import type { Credentials } from '../../files/file-system.ts'
import type { Machine } from '../../machine.ts'

/** What a file of /proc is made from. */
export interface Context {
  readonly machine: Machine
  readonly caller: Credentials
  /** The process that looks. */
  readonly process: number | undefined
}

/** A file whose text is made when it is opened. Byte strings. */
export interface Made {
  /** 0o444 where it is left out. */
  readonly mode?: number
  /** Where it is only on machines with this shell. */
  readonly only?: 'bash' | 'ash'
  readonly text: (context: Context) => string | Uint8Array
}
