import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

/** What is written of a day, beside its thumbnail. */
export type DailyFormat = 'png' | 'html'

const named = /^(\d{4}-\d\d-\d\d)\.(png|html)$/
/** Names in the folder that are looked at. */
const mostNames = 20_000

/** Name of a day's file. */
export function dailyName(day: string, kind: DailyFormat | 'small.png'): string {
  return `${day}.${kind}`
}

/** The folder that days are written to: names are ours alone, each file is whole or not there. */
export class DailyFolder {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** The days that are there, with what there is of each. */
  async days(): Promise<Map<string, Set<DailyFormat>>> {
    const days = new Map<string, Set<DailyFormat>>()
    const names = await readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    for (const name of names.slice(0, mostNames)) {
      const [, day, format] = named.exec(name) ?? []
      if (day === undefined) continue
      const formats = days.get(day) ?? new Set()
      formats.add(format as DailyFormat)
      days.set(day, formats)
    }
    return days
  }

  /**
   * Puts a file there. What another put under its name is replaced, and never followed where it leads elsewhere.
   *
   * @throws where it can't be written; what was there before is still there
   */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    if (!/^[a-z0-9-]+(\.small)?\.(png|html)$/.test(name)) throw new TypeError(`${name} is no name of ours`)
    await mkdir(this.path, { recursive: true })
    const path = join(this.path, name)
    const part = join(this.path, `.${name}.${randomBytes(6).toString('hex')}.part`)
    // `wx`: a link that somebody laid there is not written through. A web server reads it: for all to read.
    const file = await open(part, 'wx', 0o644)
    try {
      try {
        await file.writeFile(content)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(part, path)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
  }

  /** Removes what a process that was killed left half written. */
  async tidy(): Promise<void> {
    const names = await readdir(this.path).catch(() => [])
    for (const name of names.slice(0, mostNames)) {
      if (!/^\.[a-z0-9.-]+\.[0-9a-f]{12}\.part$/.test(name)) continue
      const path = join(this.path, name)
      if ((await lstat(path).catch(() => undefined))?.isFile()) await rm(path, { force: true })
    }
  }
}
