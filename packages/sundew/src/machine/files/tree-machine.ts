import type { KeyType } from './made-up-keys.ts'
import type { Chance } from './made-up.ts'

/** What a tree takes from its machine. */
export interface TreeMachine {
  readonly hostname: string
  readonly bootMs: number
  now(): number
  readonly chance: Chance
  readonly network: {
    readonly address: string
    readonly prefix: number
    readonly gateway: string
    readonly interface: string
    readonly resolvers: readonly string[]
  }
  /** Of a daemon, by its name: what it wrote into /run. */
  readonly pidOf?: (name: string) => number | undefined
  /** The SSH host keys that peers see, as in `.pub` files without the comment; made up where there are none. */
  readonly hostKeys?: Partial<Record<KeyType, string>>
}
