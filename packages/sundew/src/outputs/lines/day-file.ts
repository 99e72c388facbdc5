import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export interface DayFileOptions {
  readonly dayBytes: number
  /** Days that files of other days are kept. */
  readonly keepDays: number
  readonly trouble: (message: string) => void
}

const dayMs = 86_400_000
const lf = 0x0a

/**
 * A file of lines that gets the date of its last day behind its name when another day begins (UTC): `cowrie.json` becomes
 * `cowrie.json.2026-11-25`. It is opened for each append, so that others may move it away.
 */
export class DayFile {
  readonly #path: string
  readonly #options: DayFileOptions
  readonly #now: () => number
  #pruned = ''

  constructor(path: string, options: DayFileOptions, now = Date.now) {
    this.#path = path
    this.#options = options
    this.#now = now
  }

  /** Adds whole lines; they are on the disk when it settles. Where it rejects, nothing of them stays. */
  async append(lines: string): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o750 })
    await this.#turn()
    const handle = await open(this.#path, 'a+', 0o640)
    try {
      const { size } = await handle.stat()
      const bytes = Buffer.from(lines)
      if (size + bytes.length > this.#options.dayBytes) {
        this.#options.trouble(
          `${this.#path} has as many bytes as one day may (day_mb); what else comes today is left out of it`,
        )
        return
      }
      const last = Buffer.alloc(1)
      if (size > 0) await handle.read(last, 0, 1, size - 1)
      const cut = size > 0 && last[0] !== lf // a kill in mid-write
      try {
        await handle.appendFile(cut ? Buffer.concat([Buffer.of(lf), bytes]) : bytes)
        await handle.datasync()
      } catch (error) {
        await handle.truncate(size).catch(() => {})
        throw error
      }
    } finally {
      await handle.close()
    }
  }

  async #turn(): Promise<void> {
    const today = day(this.#now())
    const found = await stat(this.#path).catch(() => undefined)
    const written = found && day(found.mtimeMs)
    if (found?.isFile() && written !== undefined && written < today) {
      const target = `${this.#path}.${written}`
      if ((await stat(target).catch(() => undefined)) === undefined) await rename(this.#path, target)
    }
    if (this.#pruned === today) return
    this.#pruned = today
    await this.#prune()
  }

  /** Removes files that this made so long ago, and no others. */
  async #prune(): Promise<void> {
    const oldest = day(this.#now() - this.#options.keepDays * dayMs)
    const name = basename(this.#path)
    for (const other of await readdir(dirname(this.#path))) {
      const date = other.startsWith(`${name}.`) ? other.slice(name.length + 1) : ''
      if (/^\d{4}-\d\d-\d\d$/.test(date) && date < oldest) {
        await rm(join(dirname(this.#path), other), { force: true })
      }
    }
  }
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
