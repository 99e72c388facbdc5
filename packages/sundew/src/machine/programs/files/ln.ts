import { codeOf, reasonOf, tool, type Tool } from '../common/tool.ts'
import { options } from '../common/options.ts'
import { versionOf } from '../common/version.ts'
import { targets } from './targets.ts'

export const ln = tool('ln', async (t: Tool) => {
  const o = options(
    t,
    'bdfFinLPrst:vS:T',
    'backup? directory=d no-dereference=n no-target-directory=T force=f interactive=i logical=L physical=P relative=r suffix:=S target-directory:=t symbolic=s verbose=v',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Mike Parker and David MacKenzie')
  const symbolic = o.has('s')
  const { files, call } = t
  for (const [from, to] of targets(t, o, 'ln')) {
    await call.spend()
    const path = call.path(to)
    const kind = symbolic ? 'symbolic' : 'hard'
    try {
      let exists = true
      try {
        files.lstat(path)
      } catch (error) {
        codeOf(error)
        exists = false
      }
      if (!symbolic) {
        let type: string
        try {
          type = (o.has('L') ? files.stat(call.path(from)) : files.lstat(call.path(from))).type
        } catch (error) {
          await t.error(
            t.busybox
              ? `${from}: ${reasonOf(error)}`
              : `failed to access ${t.always(from)}: ${reasonOf(error)}`,
          )
          continue
        }
        if (type === 'directory') {
          await t.error(
            t.busybox
              ? `${to}: Operation not permitted`
              : `${t.named(from)}: hard link not allowed for directory`,
          )
          continue
        }
      }
      if (exists && o.has('f')) files.unlink(path)
      if (symbolic) files.symlink(o.has('r') ? relative(call.path(from), path) : from, path)
      else files.link(o.has('L') ? files.realPath(call.path(from)) : call.path(from), path)
      if (o.has('v')) t.put(`${t.always(to)} ${symbolic ? '->' : '=>'} ${t.always(from)}\n`)
    } catch (error) {
      if (t.busybox) await t.error(`${to}: ${reasonOf(error)}`)
      else {
        const arrow = codeOf(error) === 'EEXIST' || symbolic ? '' : ` => ${t.always(from)}`
        await t.error(`failed to create ${kind} link ${t.always(to)}${arrow}: ${reasonOf(error)}`)
      }
    }
  }
  return t.status
})

/** From the folder of a link to a target. */
function relative(target: string, link: string): string {
  const a = link.split('/').slice(1, -1)
  const b = target.split('/').slice(1)
  let same = 0
  while (same < a.length && same < b.length - 0 && a[same] === b[same]) same++
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/') || '.'
}
