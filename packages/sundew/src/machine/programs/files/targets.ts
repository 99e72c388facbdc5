import type { Options } from '../common/options.ts'
import { codeOf, reasonOf } from '../common/tool.ts'
import type { Tool } from '../common/tool.ts'
import { joined, lastPart } from './copying.ts'

/** What `cp`, `mv`, `ln` and `install` make of `A B` or `A… DIRECTORY`: from, to. Ends the program where they cannot. */
export function targets(t: Tool, o: Options, what: 'cp' | 'mv' | 'install' | 'ln'): [string, string][] {
  const names = [...o.operands]
  let folder = o.value('t')
  const never = o.has('T')
  if (names.length === 0) {
    if (t.busybox) t.usage()
    t.usage('missing file operand')
  }
  if (folder !== undefined) {
    if (!isFolder(t, folder)) t.fail(`target directory ${t.always(folder)}: ${missing(t, folder)}`)
  } else if (names.length === 1) {
    if (what === 'ln' && !never) return [[names[0]!, joined('.', lastPart(names[0]!))]]
    if (t.busybox) t.usage()
    t.usage(`missing destination file operand after ${t.always(names[0]!)}`)
  } else if (never) {
    if (names.length > 2) t.usage(`extra operand ${t.always(names[2]!)}`)
    return [[names[0]!, names[1]!]]
  } else {
    const last = names.at(-1)!
    const plainLink = what === 'ln' && o.has('n') && isLink(t, last)
    if (isFolder(t, last) && !plainLink) {
      folder = last
      names.pop()
    } else if (names.length > 2) {
      if (t.busybox) t.fail(`can't stat '${last}': ${missing(t, last)}`)
      t.fail(`target ${t.always(last)}: ${missing(t, last)}`)
    } else return [[names[0]!, last]]
  }
  return names.map((name) => [name, joined(folder!, lastPart(name))])
}

export function isFolder(t: Tool, name: string): boolean {
  try {
    return t.files.stat(t.call.path(name)).type === 'directory'
  } catch (error) {
    codeOf(error)
    return false
  }
}

function isLink(t: Tool, name: string): boolean {
  try {
    return t.files.lstat(t.call.path(name)).type === 'link'
  } catch {
    return false
  }
}

function missing(t: Tool, name: string): string {
  try {
    t.files.stat(t.call.path(name))
    return 'Not a directory'
  } catch (error) {
    return reasonOf(error)
  }
}
