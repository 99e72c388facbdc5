import { join } from 'node:path'
import { z } from 'zod'
import type { NewToken, TokenRow } from '../contract.ts'
import type { Identity } from './identity.ts'
import { digest, newSecret, readSecretFile, sameDigest, writeSecretFile } from './secret.ts'

/** Named tokens at once. */
export const maxTokens = 100
export const tokenName = /^[A-Za-z0-9._-]{1,64}$/
/** So that a token is known for what it is where it turns up, in a log or a repository. */
const prefix = 'sundew_'

const entry = z.strictObject({
  name: z.string().regex(tokenName),
  created: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
const kept = z.array(entry).max(maxTokens)

interface Token {
  readonly row: TokenRow
  readonly sha256: string
  readonly end: AbortController
}

/**
 * API tokens: named, shown once, kept as SHA-256 in `api-tokens.json`. And one for the command line on this machine,
 * new at every start, in `cli-token`: who may read that file may read everything else here too.
 */
export class Tokens {
  readonly #file: string
  readonly #cli: string
  readonly #cliEnd = new AbortController()
  #tokens: readonly Token[]
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(file: string, cli: string, tokens: readonly Token[]) {
    this.#file = file
    this.#cli = cli
    this.#tokens = tokens
  }

  /** @throws Error SUNDEW_API_TOKENS where the file can't be read as one of ours */
  static async open(stateFolder: string): Promise<Tokens> {
    const file = join(stateFolder, 'api-tokens.json')
    const text = (await readSecretFile(file)) ?? '[]'
    let entries: z.output<typeof kept>
    try {
      entries = kept.parse(JSON.parse(text))
    } catch (cause) {
      throw new Error(
        `SUNDEW_API_TOKENS: ${file} should hold the digests of the API tokens and can't be read. Remove it and start again, then make the tokens anew.`,
        { cause },
      )
    }
    const cli = prefix + newSecret()
    await writeSecretFile(join(stateFolder, 'cli-token'), cli)
    const tokens = entries.map(({ name, created, sha256 }) => ({
      row: { name, created },
      sha256,
      end: new AbortController(),
    }))
    return new Tokens(file, digest(cli), tokens)
  }

  find(secret: string): Identity | undefined {
    const wanted = digest(secret)
    if (sameDigest(wanted, this.#cli)) {
      return { kind: 'command-line', expires: Infinity, ended: this.#cliEnd.signal }
    }
    const token = this.#tokens.find(({ sha256 }) => sameDigest(wanted, sha256))
    return token && { kind: 'token', expires: Infinity, ended: token.end.signal }
  }

  list(): readonly TokenRow[] {
    return this.#tokens.map(({ row }) => row)
  }

  /** Makes a token; undefined where the name is taken or there are {@link maxTokens}. */
  async add(name: string): Promise<NewToken | undefined> {
    if (this.#tokens.length >= maxTokens || this.#tokens.some(({ row }) => row.name === name))
      return undefined
    const token = prefix + newSecret()
    const row = { name, created: new Date().toISOString() }
    this.#tokens = [...this.#tokens, { row, sha256: digest(token), end: new AbortController() }]
    await this.#save()
    return { ...row, token }
  }

  /** False where there is none of that name. */
  async remove(name: string): Promise<boolean> {
    const token = this.#tokens.find(({ row }) => row.name === name)
    if (!token) return false
    this.#tokens = this.#tokens.filter((other) => other !== token)
    token.end.abort()
    await this.#save()
    return true
  }

  async #save(): Promise<void> {
    const write = this.#writing.then(() => {
      const entries = this.#tokens.map(({ row, sha256 }) => ({ ...row, sha256 }))
      return writeSecretFile(this.#file, `${JSON.stringify(entries, null, 2)}\n`)
    })
    this.#writing = write.catch(() => {})
    await write
  }
}
