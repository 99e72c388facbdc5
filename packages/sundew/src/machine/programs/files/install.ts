import { options } from '../common/options.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'
import { Users } from '../common/users.ts'
import { versionOf } from '../common/version.ts'
import { copyOne } from './copying.ts'
import { makeFolders } from './mkdir.ts'
import { modeChange } from './modes.ts'
import { targets } from './targets.ts'

export const install = tool('install', async (t: Tool) => {
  const o = options(
    t,
    'bcCdDg:m:o:pst:TvS:Z',
    'backup? compare=C context directory=d group:=g mode:=m owner:=o preserve-timestamps=p strip=s strip-program: suffix:=S target-directory:=t no-target-directory=T verbose=v',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie')
  const text = o.value('m') ?? '755'
  const change = modeChange(text)
  if (change === undefined) t.fail(`invalid mode ${t.quoted(text)}`)
  const users = new Users(t.files)
  const owner = o.value('o')
  const group = o.value('g')
  const uid = owner === undefined ? undefined : users.userId(owner)
  const gid = group === undefined ? undefined : users.groupId(group)
  if (owner !== undefined && uid === undefined) t.fail(`invalid user ${t.quoted(owner)}`)
  if (group !== undefined && gid === undefined) t.fail(`invalid group ${t.quoted(group)}`)
  const finish = (path: string, directory: boolean): void => {
    if (uid !== undefined || gid !== undefined) {
      const stat = t.files.stat(path)
      t.files.chown(path, uid ?? stat.uid, gid ?? stat.gid)
    }
    t.files.chmod(path, change(0, directory, 0))
  }
  if (o.has('d')) {
    if (o.operands.length === 0) t.usage('missing file operand')
    for (const name of o.operands)
      try {
        await makeFolders(
          t,
          name,
          o.has('v') ? (made) => t.put(`${t.name}: creating directory ${t.always(made)}\n`) : undefined,
        )
        finish(t.call.path(name), true)
      } catch (error) {
        await t.error(`cannot create directory ${t.quoted(name)}: ${reasonOf(error)}`)
      }
    return t.status
  }
  if (o.has('D') && o.operands.length === 2) {
    const folder = o.operands[1]!.replace(/\/*[^/]*$/, '')
    if (folder !== '') await makeFolders(t, folder)
  }
  for (const [from, to] of targets(t, o, 'install')) {
    const path = t.call.path(to)
    if (t.files.exists(path) && t.files.lstat(path).type !== 'directory') t.files.unlink(path)
    const done = await copyOne(t, from, to, {
      recursive: false,
      follow: true,
      mode: false,
      owner: false,
      times: o.has('p'),
      force: true,
      noClobber: false,
      update: false,
      ask: false,
      verbose: o.has('v'),
      link: undefined,
      move: false,
    })
    if (done) finish(path, false)
    else t.status = 1
  }
  return t.status
})
