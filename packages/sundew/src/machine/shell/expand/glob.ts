import { absolute } from '../paths.ts'
import type { Shell } from '../shell.ts'
import { ShellFailure } from '../unwinding.ts'
import { hasPattern, Pattern, plainOf } from './pattern.ts'

/** Paths that one pattern may give. */
const maxPaths = 100_000
/** Folders that `**` goes down. */
const maxDepth = 64

/** The paths that a pattern matches, sorted; undefined where the word stays as it is. */
export async function globbed(shell: Shell, pattern: string): Promise<string[] | undefined> {
  const extglob = shell.shopt.has('extglob')
  if (!hasPattern(pattern, extglob)) return undefined
  const pieces = pattern.split('/')
  let paths = [pattern.startsWith('/') ? '/' : '']
  for (let i = pattern.startsWith('/') ? 1 : 0; i < pieces.length; i++) {
    const piece = pieces[i]!
    const last = i + 1 === pieces.length
    paths = await step(shell, paths, piece, last, extglob)
    if (paths.length === 0) break
    if (!last) paths = paths.map((path) => (path.endsWith('/') ? path : `${path}/`))
  }
  if (paths.length > 0) return paths.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (shell.shopt.has('failglob')) throw new ShellFailure(`no match: ${plainOf(pattern)}`)
  return shell.shopt.has('nullglob') ? [] : undefined
}

async function step(
  shell: Shell,
  paths: string[],
  piece: string,
  last: boolean,
  extglob: boolean,
): Promise<string[]> {
  const { files } = shell
  if (piece === '') return paths.filter((path) => isDirectory(shell, path))
  const found: string[] = []
  if (piece === '**' && shell.shopt.has('globstar')) {
    for (const path of paths) await below(shell, path, last, found, 0)
    return found
  }
  if (!hasPattern(piece, extglob)) {
    const name = plainOf(piece)
    for (const path of paths) {
      await shell.spend()
      if (files.exists(absolute(path + name, shell.directory)) || isLink(shell, path + name))
        found.push(path + name)
    }
    return found
  }
  const pattern = new Pattern(piece, { extglob, caseless: shell.shopt.has('nocaseglob') })
  const dots = piece.startsWith('.') || piece.startsWith('\\.')
  for (const path of paths) {
    await shell.spend()
    let names: string[]
    try {
      names = files.list(absolute(path === '' ? '.' : path, shell.directory))
    } catch {
      continue
    }
    if (names.length > 1000) await shell.spend(names.length / 100)
    for (const name of names) {
      if (name.startsWith('.') && !dots && !shell.shopt.has('dotglob')) continue
      if (pattern.matches(name)) found.push(path + name)
    }
    if (found.length > maxPaths) break
  }
  return last ? found : found.filter((path) => isDirectory(shell, path))
}

async function below(
  shell: Shell,
  path: string,
  withFiles: boolean,
  found: string[],
  depth: number,
): Promise<void> {
  await shell.spend()
  if (depth === 0 && (!withFiles || path !== '')) found.push(path)
  let names: string[]
  try {
    names = shell.files.list(absolute(path === '' ? '.' : path, shell.directory))
  } catch {
    return
  }
  for (const name of names) {
    if (found.length > maxPaths) return
    if (name.startsWith('.') && !shell.shopt.has('dotglob')) continue
    const directory = isDirectory(shell, path + name) && !isLink(shell, path + name)
    if (!withFiles && !directory) continue
    found.push(withFiles ? path + name : `${path}${name}/`)
    if (directory && depth < maxDepth) await below(shell, `${path}${name}/`, withFiles, found, depth + 1)
  }
}

function isDirectory(shell: Shell, path: string): boolean {
  try {
    return shell.files.stat(absolute(path === '' ? '.' : path, shell.directory)).type === 'directory'
  } catch {
    return false
  }
}

function isLink(shell: Shell, path: string): boolean {
  try {
    return shell.files.lstat(absolute(path, shell.directory)).type === 'link'
  } catch {
    return false
  }
}
