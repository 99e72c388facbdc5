import { randomInt, scrypt, timingSafeEqual, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { readSecretFile, writeSecretFile } from './secret.ts'

/** scrypt (RFC 7914): 32 MiB and about a tenth of a second a try. */
const cost = { N: 2 ** 15, r: 8, p: 1 } as const
const keyBytes = 32
const maxmem = 128 * 2 ** 20
/** Tries that may wait for their turn; one runs at a time, so that logins can't take the machine's memory. */
const maxWaiting = 16
const passwordFile = 'console-password.json'
/** Longer passwords are refused unread. */
export const maxPasswordLength = 256

/** No l, o, 0, 1: read aloud and typed without doubt. 20 of 32 signs are 100 bits. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

const kept = z.strictObject({
  scrypt: z.strictObject({
    N: z
      .int()
      .min(2)
      .max(2 ** 17),
    r: z.int().min(1).max(16),
    p: z.int().min(1).max(4),
  }),
  salt: z.base64(),
  hash: z.base64(),
})
type Kept = z.output<typeof kept>

/** The one password of the page. Only its hash is kept, in `console-password.json`. */
export class Password {
  readonly #kept: Kept
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0

  private constructor(entry: Kept) {
    this.#kept = entry
  }

  /**
   * Reads the hash, or makes a password where there is none. `initial` is that new password: the caller shows it once,
   * and calls `keep`, without which the next start makes another.
   *
   * @throws Error SUNDEW_CONSOLE_PASSWORD where the file can't be read as one of ours
   */
  static async open(
    stateFolder: string,
  ): Promise<{ password: Password; initial: string | undefined; keep: () => Promise<void> }> {
    const file = join(stateFolder, passwordFile)
    const text = await readSecretFile(file)
    if (text !== undefined) {
      try {
        const password = new Password(kept.parse(JSON.parse(text)))
        return { password, initial: undefined, keep: async () => {} }
      } catch (cause) {
        throw new Error(
          `SUNDEW_CONSOLE_PASSWORD: ${file} should hold the hash of the console's password and can't be read. Remove it and start again: a new password is made and shown.`,
          { cause },
        )
      }
    }
    const initial = makePassword()
    const salt = randomBytes(16)
    const hash = await derive(initial, salt, cost)
    const entry: Kept = { scrypt: cost, salt: salt.toString('base64'), hash: hash.toString('base64') }
    const keep = () => writeSecretFile(file, `${JSON.stringify(entry)}\n`)
    return { password: new Password(entry), initial, keep }
  }

  /** Whether it is this one; undefined where too many tries are waiting already. */
  async verify(attempt: string): Promise<boolean | undefined> {
    if (attempt.length > maxPasswordLength) return false
    if (this.#waiting >= maxWaiting) return undefined
    this.#waiting++
    const work = this.#turn.then(() =>
      derive(attempt, Buffer.from(this.#kept.salt, 'base64'), this.#kept.scrypt),
    )
    this.#turn = work.catch(() => {})
    try {
      const expected = Buffer.from(this.#kept.hash, 'base64')
      const got = await work
      return got.length === expected.length && timingSafeEqual(got, expected)
    } finally {
      this.#waiting--
    }
  }
}

function makePassword(): string {
  const signs = Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)])
  return [0, 5, 10, 15].map((at) => signs.slice(at, at + 5).join('')).join('-')
}

function derive(password: string, salt: Buffer, { N, r, p }: Kept['scrypt']): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, keyBytes, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
