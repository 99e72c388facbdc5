import { options } from '../common/options.ts'
import { codeOf, reasonOf, tool } from '../common/tool.ts'
import type { Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { answer } from '../common/answer.ts'

export const rm = tool('rm', async (t: Tool) => {
  const o = options(
    t,
    'dfiIrRv',
    'force=f interactive?=interactive one-file-system no-preserve-root preserve-root? recursive=r dir=d verbose=v',
  )
  if (o.has('version'))
    return versionOf(t, 'coreutils', 'Paul Rubin, David MacKenzie, Richard M. Stallman,\nand Jim Meyering')
  const ask = o.list.findLast(([k]) => k === 'f' || k === 'i' || k === 'I' || k === 'interactive')
  const how: How = {
    recursive: o.has('r', 'R'),
    folders: o.has('d'),
    force: ask?.[0] === 'f',
    ask: ask?.[0] === 'i' || (ask?.[0] === 'interactive' && ask[1] !== 'never' && ask[1] !== 'once'),
    verbose: o.has('v'),
  }
  if (o.operands.length === 0) {
    if (o.has('f')) return 0
    t.missingOperand()
  }
  for (const name of o.operands) {
    const path = t.call.path(name)
    const bare = name.replace(/\/+$/, '')
    if (/(^|\/)\.\.?$/.test(bare) && how.recursive) {
      if (t.busybox) await t.error("can't remove '.' or '..'")
      else await t.error(`refusing to remove '.' or '..' directory: skipping ${t.always(name)}`)
      continue
    }
    if (how.recursive && !o.has('no-preserve-root') && !t.busybox && isRoot(t, path)) {
      const shown = t.always(name)
      if (path === '/' && name.replaceAll('/', '') === '') {
        await t.error(`it is dangerous to operate recursively on ${shown}`)
      } else await t.error(`it is dangerous to operate recursively on ${shown} (same as '/')`)
      await t.error('use --no-preserve-root to override this failsafe')
      continue
    }
    await remove(t, name, path, how, 0)
  }
  return t.status
})

interface How {
  readonly recursive: boolean
  readonly folders: boolean
  readonly force: boolean
  readonly ask: boolean
  readonly verbose: boolean
}

const maxDepth = 300

function isRoot(t: Tool, path: string): boolean {
  try {
    return t.files.lstat(path).type === 'directory' && t.files.realPath(path) === '/'
  } catch {
    return false
  }
}

/** True once it is gone. */
async function remove(t: Tool, name: string, path: string, how: How, depth: number): Promise<boolean> {
  await t.call.spend()
  let type: string
  let stat
  try {
    stat = t.files.lstat(path)
    type = stat.type
  } catch (error) {
    if (how.force && (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR')) return true
    await t.cannot('remove', name, error)
    return false
  }
  if (type === 'directory') {
    let names: string[] | undefined
    if (!how.recursive && !how.folders) {
      if (t.busybox) await t.error(`'${name}' is a directory`)
      else await t.error(`cannot remove ${t.always(name)}: Is a directory`)
      return false
    }
    if (how.recursive) {
      try {
        names = t.files.list(path)
      } catch (error) {
        await t.cannot('remove', name, error)
        return false
      }
      if (
        how.ask &&
        names.length > 0 &&
        !(await answer(t, `${t.name}: descend into directory ${t.always(name)}? `))
      )
        return false
      let all = true
      if (depth < maxDepth)
        for (const child of names)
          if (
            !(await remove(
              t,
              name.endsWith('/') ? name + child : `${name}/${child}`,
              path === '/' ? `/${child}` : `${path}/${child}`,
              how,
              depth + 1,
            ))
          )
            all = false
      // Where something stayed, its error has been told.
      if (!all) return false
    }
    if (how.ask && !(await answer(t, `${t.name}: remove directory ${t.always(name)}? `))) return false
    try {
      t.files.removeDirectory(path)
      if (how.verbose) t.put(`removed directory ${t.always(name)}\n`)
      return true
    } catch (error) {
      await t.cannot('remove', name, error)
      return false
    }
  }
  const kind =
    type === 'file'
      ? stat.size === 0
        ? 'regular empty file'
        : 'regular file'
      : type === 'link'
        ? 'symbolic link'
        : type === 'fifo'
          ? 'fifo'
          : type === 'socket'
            ? 'socket'
            : `${type} special file`
  if (how.ask && !(await answer(t, `${t.name}: remove ${kind} ${t.always(name)}? `))) return false
  if (
    !how.force &&
    !how.ask &&
    t.call.stdin.terminal !== undefined &&
    type !== 'link' &&
    !t.files.may(path, 'write')
  )
    if (!(await answer(t, `${t.name}: remove write-protected ${kind} ${t.always(name)}? `))) return false
  try {
    t.files.unlink(path)
    if (how.verbose) t.put(`removed ${t.always(name)}\n`)
    return true
  } catch (error) {
    if (how.force && reasonOf(error) === 'No such file or directory') return true
    await t.cannot('remove', name, error)
    return false
  }
}
