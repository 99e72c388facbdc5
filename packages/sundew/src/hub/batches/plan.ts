import { createHash } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'

/**
 * Which batches are being inserted together, on disk before the insert: after a kill exactly these are inserted again under
 * the same token, so that the store knows whether it has them.
 */
export class InsertPlan {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** Names of the files that were being inserted when the hub last ended; none where there is no plan, or a damaged one. */
  async read(): Promise<string[]> {
    try {
      const said: unknown = JSON.parse(await readFile(this.#file, 'utf8'))
      return Array.isArray(said) && said.every((name) => typeof name === 'string') ? said : []
    } catch {
      return []
    }
  }

  async write(names: readonly string[]): Promise<void> {
    const next = `${this.#file}.next`
    const handle = await open(next, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify(names))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(next, this.#file)
  }

  async done(): Promise<void> {
    await rm(this.#file, { force: true })
  }
}

/** The same for the same batches: what the store knows an insert by. */
export function tokenOf(names: readonly string[]): string {
  return createHash('sha256').update(names.join('\n')).digest('hex')
}
