import { FileError } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import { codeOf, reasonOf, tool } from '../common/tool.ts'
import type { Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { modeChange } from './modes.ts'

export const mkdir = tool('mkdir', async (t: Tool) => {
  const o = options(t, 'pm:vZ', 'context? mode:=m parents=p verbose=v')
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie')
  if (o.operands.length === 0) t.missingOperand()
  const text = o.value('m')
  const change = text === undefined ? undefined : modeChange(text)
  if (text !== undefined && change === undefined) t.fail(`invalid mode ${t.quoted(text)}`)
  const made = (name: string): void => {
    if (o.has('v')) t.put(`${t.name}: created directory ${t.quoted(name)}\n`)
  }
  for (const name of o.operands) {
    await t.call.spend()
    const path = t.call.path(name)
    try {
      if (name === '') throw new FileError('ENOENT', name)
      let fresh = true
      if (o.has('p')) fresh = await makeFolders(t, name, made)
      else {
        t.files.makeDirectory(path, 0o777 & ~t.call.umask)
        made(name)
      }
      if (change !== undefined && fresh) t.files.chmod(path, change(0o777, true, t.call.umask))
    } catch (error) {
      const shown = error instanceof FileError && name.startsWith(`${error.path}/`) ? error.path : name
      const what = t.busybox
        ? `can't create directory '${shown}'`
        : `cannot create directory ${t.quoted(shown)}`
      await t.error(`${what}: ${reasonOf(error)}`)
    }
  }
  return t.status
})

/** `mkdir -p`: true where the last one is new. @throws FileError */
export async function makeFolders(t: Tool, name: string, made?: (name: string) => void): Promise<boolean> {
  const parts = name.split('/')
  let fresh = false
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === '') continue
    await t.call.spend()
    const some = parts.slice(0, i + 1).join('/')
    const path = t.call.path(some)
    fresh = false
    try {
      t.files.makeDirectory(path, 0o777 & ~t.call.umask)
      fresh = true
      made?.(some)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EEXIST') {
        if (t.files.stat(path).type !== 'directory')
          throw new FileError(i === parts.length - 1 ? 'EEXIST' : 'ENOTDIR', some)
      } else if (!t.files.exists(path)) throw error
    }
  }
  return fresh
}
