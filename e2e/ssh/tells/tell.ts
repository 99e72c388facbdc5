import type { Answer } from '../intruder.ts'

/** What somebody who doubts the server can look at. */
export interface Suspect {
  readonly port: number
  /** A pair that lets in. */
  readonly user: string
  readonly password: string
  readonly hostname: string
  /** What the server's KEXINIT offers, list by list. */
  readonly offer: Readonly<Record<string, readonly string[]>>
  /** The server's first line. */
  readonly identification: string
  /** Runs a command without a terminal, in one connection that all of these share. */
  readonly run: (command: string) => Promise<Answer>
  /** What a terminal shows for what is typed: keys, each group once the screen has been quiet for a while. */
  readonly type: (...keys: readonly string[]) => Promise<string>
}

/** Something by which a decoy is told from a real server; most were found in Cowrie, Kippo and their like. */
export interface Tell {
  readonly name: string
  /** True where the server gives itself away. */
  readonly found: (suspect: Suspect) => Promise<boolean> | boolean
}

/** A tell that one command shows: `real` says whether this is how a real server answers. */
export function says(name: string, command: string, real: (answer: Answer) => boolean): Tell {
  return { name, found: async ({ run }) => !real(await run(command)) }
}

/** A tell that is seen where two commands disagree. */
export function agree(name: string, one: string, other: string): Tell {
  return {
    name,
    async found({ run }) {
      const [first, second] = [await run(one), await run(other)]
      return first.output.trim() === '' || first.output.trim() !== second.output.trim()
    },
  }
}
