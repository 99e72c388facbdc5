import { type FSWatcher, watch } from 'node:fs'
import { dirname, basename } from 'node:path'

/** Folders watched; others are looked at by the clock alone. */
const mostFolders = 256

/** Says which of the followed files changed, where the system tells (inotify); whoever misses it looks by the clock. */
export class FolderWatch {
  readonly #changed: (path: string | undefined) => void
  readonly #watchers = new Map<string, FSWatcher>()

  /** @param changed the path; undefined where it is not known */
  constructor(changed: (path: string | undefined) => void) {
    this.#changed = changed
  }

  /** Watches the folders of these files, and no others. */
  follow(paths: Iterable<string>): void {
    const folders = new Set<string>()
    for (const path of paths) if (folders.size < mostFolders) folders.add(dirname(path))
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder)
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) =>
        this.#changed(name === null ? undefined : `${folder}/${basename(name)}`),
      )
      // The folder is gone, or too many are watched on this machine: it is tried again when files are looked for.
      watcher.on('error', () => {
        watcher.close()
        this.#watchers.delete(folder)
      })
      this.#watchers.set(folder, watcher)
    } catch {
      // As above.
    }
  }
}
