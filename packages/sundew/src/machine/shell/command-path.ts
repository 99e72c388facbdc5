import type { Shell } from './shell.ts'
import { absolute } from './paths.ts'

/** The file that a command's name leads to, by PATH, or as it is where it has a slash; undefined for none that could be run. */
export function whereIs(
  shell: Shell,
  name: string,
  path = shell.variables.text('PATH') ?? '',
): string | undefined {
  if (name === '') return undefined
  if (name.includes('/')) return canRun(shell, name) ? name : undefined
  return onPath(shell, name, path).find((file) => canRun(shell, file))
}

/** Every file of that name on the way, whether it can be run or not, as written in PATH. */
export function onPath(shell: Shell, name: string, path = shell.variables.text('PATH') ?? ''): string[] {
  const found: string[] = []
  for (const folder of path.split(':')) {
    const file = folder === '' ? `./${name}` : folder.endsWith('/') ? folder + name : `${folder}/${name}`
    if (shell.files.exists(absolute(file, shell.directory))) found.push(file)
  }
  return found
}

export function canRun(shell: Shell, file: string): boolean {
  const path = absolute(file, shell.directory)
  try {
    return shell.files.stat(path).type === 'file' && shell.files.may(path, 'execute')
  } catch {
    return false
  }
}

/** Names for completion. */
const maxNames = 20_000

export function commandsOnPath(shell: Shell): string[] {
  const names = new Set<string>()
  for (const folder of (shell.variables.text('PATH') ?? '').split(':')) {
    let listed: string[]
    try {
      listed = shell.files.list(absolute(folder, shell.directory))
    } catch {
      continue
    }
    for (const name of listed) {
      if (names.size >= maxNames) break
      if (!names.has(name) && canRun(shell, `${folder}/${name}`)) names.add(name)
    }
  }
  return [...names].sort()
}
