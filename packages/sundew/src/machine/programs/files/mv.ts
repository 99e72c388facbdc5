import { reason } from '../../files/file-system.ts'
import type { Stat } from '../../files/file-system.ts'
import { answer } from '../common/answer.ts'
import { options } from '../common/options.ts'
import { codeOf, reasonOf, tool } from '../common/tool.ts'
import type { Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { copyOne } from './copying.ts'
import { targets } from './targets.ts'

export const mv = tool('mv', async (t: Tool) => {
  const o = options(
    t,
    'bfint:uvS:TZ',
    'backup? context force=f interactive=i no-clobber=n strip-trailing-slashes suffix:=S target-directory:=t no-target-directory=T update=u verbose=v',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Mike Parker, David MacKenzie, and Jim Meyering')
  const ask = o.list.findLast(([k]) => k === 'f' || k === 'i' || k === 'n')?.[0]
  for (const [from, to] of targets(t, o, 'mv')) await move(t, from, to, ask, o.has('v'), o.has('u'))
  return t.status
})

async function move(
  t: Tool,
  from: string,
  to: string,
  ask: string | undefined,
  verbose: boolean,
  update: boolean,
): Promise<void> {
  await t.call.spend()
  const { files, call } = t
  const source = call.path(from)
  const target = call.path(to)
  let stat: Stat
  try {
    stat = files.lstat(source)
  } catch (error) {
    if (t.busybox) await t.error(`can't rename '${from}': ${reasonOf(error)}`)
    else await t.error(`cannot stat ${t.always(from)}: ${reasonOf(error)}`)
    return
  }
  let old: Stat | undefined
  try {
    old = files.lstat(target)
  } catch (error) {
    codeOf(error)
  }
  if (old !== undefined) {
    if (old.ino === stat.ino && old.dev === stat.dev)
      return t.error(`${t.always(from)} and ${t.always(to)} are the same file`)
    if (ask === 'n' || (update && old.mtimeMs >= stat.mtimeMs)) return
    if (old.type === 'directory' && stat.type !== 'directory')
      return t.error(`cannot overwrite directory ${t.always(to)} with non-directory`)
    if (old.type !== 'directory' && stat.type === 'directory')
      return t.error(`cannot overwrite non-directory ${t.always(to)} with directory ${t.always(from)}`)
    if (ask === 'i' && !(await answer(t, `${t.name}: overwrite ${t.always(to)}? `))) return
    if (
      ask !== 'f' &&
      old.type !== 'link' &&
      call.stdin.terminal !== undefined &&
      !files.may(target, 'write')
    ) {
      const mode = (old.mode & 0o7777).toString(8).padStart(4, '0')
      if (!(await answer(t, `${t.name}: replace ${t.always(to)}, overriding mode ${mode}? `))) return
    }
  }
  try {
    files.rename(source, target)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EINVAL')
      return t.error(`cannot move ${t.always(from)} to a subdirectory of itself, ${t.always(to)}`)
    if (code === 'EXDEV') {
      const copied = await copyOne(t, from, to, {
        recursive: true,
        follow: false,
        mode: true,
        owner: true,
        times: true,
        force: true,
        noClobber: false,
        update: false,
        ask: false,
        verbose: false,
        link: undefined,
        move: true,
      })
      if (copied) await removeTree(t, source)
      else t.status = 1
      if (!copied) return
    } else {
      if (t.busybox) return t.error(`can't rename '${from}': ${reason(code)}`)
      return t.error(`cannot move ${t.always(from)} to ${t.always(to)}: ${reason(code)}`)
    }
  }
  if (verbose) t.put(`renamed ${t.always(from)} -> ${t.always(to)}\n`)
}

async function removeTree(t: Tool, path: string): Promise<void> {
  await t.call.spend()
  if (t.files.lstat(path).type !== 'directory') return t.files.unlink(path)
  for (const name of t.files.list(path)) await removeTree(t, `${path}/${name}`)
  t.files.removeDirectory(path)
}
