import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that one pattern stands for. */
const mostMatches = 1_000
/** Names looked at in one folder. */
const mostNames = 20_000
/** What rotation packs is not read. */
const packed = /\.(gz|bz2|xz|zst|lz4|zip|Z)$/

/** Whether a path stands for many: `*` is any part of a name, but for a dot at its beginning. */
export function isPattern(path: string): boolean {
  return path.includes('*')
}

/** The files that a pattern stands for now, sorted; the path itself where it has no `*`. What cannot be read has none. */
export async function expand(pattern: string): Promise<string[]> {
  if (!isPattern(pattern)) return [pattern]
  let found = ['']
  const names = pattern.split('/')
  for (const [depth, name] of names.entries()) {
    const next: string[] = []
    for (const folder of found) {
      if (!name.includes('*')) next.push(depth === 0 ? name : `${folder}/${name}`)
      else
        for (const match of await matching(
          folder === '' && depth === 0 ? '.' : folder === '' ? '/' : folder,
          name,
        ))
          next.push(depth === 0 ? match : `${folder}/${match}`)
      if (next.length >= mostMatches) break
    }
    found = next
  }
  return found.filter((path) => !packed.test(path)).slice(0, mostMatches)
}

/** The folder that is listed first, which everything that a pattern stands for is in; of a path its own. */
export function folderOf(pattern: string): string {
  const names = pattern.split('/')
  const star = names.findIndex((name) => name.includes('*'))
  const folder = names.slice(0, star < 0 ? -1 : star).join('/')
  return folder === '' ? (pattern.startsWith('/') ? '/' : '.') : folder
}

async function matching(folder: string, name: string): Promise<string[]> {
  const parts = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  const form = new RegExp(`^${name.startsWith('*') ? '(?!\\.)' : ''}${parts.join('.*')}$`, 's')
  const names = await readdir(join(folder)).catch(() => [])
  return names
    .slice(0, mostNames)
    .filter((one) => form.test(one))
    .toSorted()
}
