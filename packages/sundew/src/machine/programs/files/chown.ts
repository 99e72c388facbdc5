import type { Stat } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import { reasonOf, tool } from '../common/tool.ts'
import type { Tool } from '../common/tool.ts'
import { Users } from '../common/users.ts'
import { versionOf } from '../common/version.ts'
import { joined } from './copying.ts'

/** `chown` and `chgrp`. */
export const chown = tool(['chown', 'chgrp'], async (t: Tool) => {
  const o = options(
    t,
    'HLPRcfhv',
    'recursive=R changes=c dereference from: no-dereference=h no-preserve-root preserve-root quiet=f silent=f reference: verbose=v',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie and Jim Meyering')
  const operands = [...o.operands]
  const groupOnly = t.call.name === 'chgrp'
  let uid: number | undefined
  let gid: number | undefined
  const like = o.value('reference')
  if (like === undefined) {
    const spec = operands.shift()
    if (spec === undefined) t.missingOperand()
    if (operands.length === 0) {
      if (t.busybox) t.usage()
      t.usage(`missing operand after ${t.quoted(spec)}`)
    }
    const users = new Users(t.files)
    if (groupOnly) {
      gid = users.groupId(spec)
      if (gid === undefined && spec !== '')
        t.fail(t.busybox ? `unknown group ${spec}` : `invalid group: ${t.quoted(spec)}`)
    } else {
      const separator = spec.search(/[:.]/)
      const user = separator < 0 ? spec : spec.slice(0, separator)
      const group = separator < 0 ? undefined : spec.slice(separator + 1)
      if (user !== '') {
        uid = users.userId(user)
        if (uid === undefined) t.fail(t.busybox ? `unknown user ${user}` : `invalid user: ${t.quoted(spec)}`)
      }
      if (group === '' && user !== '') gid = users.primaryGroup(user)
      else if (group !== undefined && group !== '') {
        gid = users.groupId(group)
        if (gid === undefined)
          t.fail(t.busybox ? `unknown group ${group}` : `invalid group: ${t.quoted(spec)}`)
      }
    }
  } else {
    if (operands.length === 0) t.missingOperand()
    try {
      const stat = t.files.stat(t.call.path(like))
      uid = groupOnly ? undefined : stat.uid
      gid = stat.gid
    } catch (error) {
      t.fail(`failed to get attributes of ${t.always(like)}: ${reasonOf(error)}`)
    }
  }
  const how = { uid, gid, recursive: o.has('R'), quiet: o.has('f'), link: o.has('h'), groupOnly }
  for (const name of operands) await apply(t, name, how, 0)
  return t.status
})

interface How {
  readonly uid: number | undefined
  readonly gid: number | undefined
  readonly recursive: boolean
  readonly quiet: boolean
  readonly link: boolean
  readonly groupOnly: boolean
}

const maxDepth = 200

async function apply(t: Tool, name: string, how: How, depth: number): Promise<void> {
  await t.call.spend()
  const path = t.call.path(name)
  let stat: Stat
  const follow = depth === 0 && !how.link
  try {
    stat = follow ? t.files.stat(path) : t.files.lstat(path)
  } catch (error) {
    t.status = 1
    if (!how.quiet)
      await t.error(
        t.busybox ? `${name}: ${reasonOf(error)}` : `cannot access ${t.always(name)}: ${reasonOf(error)}`,
      )
    return
  }
  if (how.recursive && stat.type === 'directory' && depth <= maxDepth)
    try {
      for (const child of t.files.list(path)) await apply(t, joined(name, child), how, depth + 1)
    } catch (error) {
      t.status = 1
      if (!how.quiet) await t.error(`cannot read directory ${t.always(name)}: ${reasonOf(error)}`)
    }
  try {
    t.files.chown(path, how.uid ?? stat.uid, how.gid ?? stat.gid, follow)
  } catch (error) {
    t.status = 1
    if (how.quiet) return
    const what = how.groupOnly || how.uid === undefined ? 'changing group of' : 'changing ownership of'
    await t.error(t.busybox ? `${name}: ${reasonOf(error)}` : `${what} ${t.always(name)}: ${reasonOf(error)}`)
  }
}
