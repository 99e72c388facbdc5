import { FileError } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import { codeOf, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { parseTime } from './times.ts'

export const touch = tool('touch', async (t: Tool) => {
  const o = options(t, 'acd:fhmr:t:', 'time: no-create=c date:=d reference:=r no-dereference=h')
  if (o.has('version'))
    return versionOf(
      t,
      'coreutils',
      'Paul Rubin, Arnold Robbins, Jim Kingdon,\nDavid MacKenzie, and Randy Smith',
    )
  const now = t.call.machine.now()
  let atime = now
  let mtime = now
  const date = o.value('d')
  const stamp = o.value('t')
  const like = o.value('r')
  if (like !== undefined) {
    try {
      const stat = t.files.stat(t.call.path(like))
      atime = stat.atimeMs
      mtime = stat.mtimeMs
    } catch (error) {
      t.fail(`failed to get attributes of ${t.always(like)}: ${reasonOf(error)}`)
    }
  }
  if (date !== undefined) {
    const parsed = parseTime(date, now)
    if (parsed === undefined) t.fail(`invalid date format ${t.quoted(date)}`)
    atime = mtime = parsed
  }
  if (stamp !== undefined) {
    const match = /^(?:(\d{2})?(\d{2}))?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(stamp)
    if (match === null) t.fail(`invalid date format ${t.quoted(stamp)}`)
    const [, century, yy, mo, d, h, mi, s] = match
    const year =
      yy === undefined
        ? new Date(now).getUTCFullYear()
        : Number(century ?? (Number(yy) < 69 ? 20 : 19)) * 100 + Number(yy)
    if (
      Number(mo) < 1 ||
      Number(mo) > 12 ||
      Number(d) < 1 ||
      Number(d) > 31 ||
      Number(h) > 23 ||
      Number(mi) > 59
    )
      t.fail(`invalid date format ${t.quoted(stamp)}`)
    atime = mtime = Date.UTC(year, Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s ?? 0))
  }
  if (o.operands.length === 0) {
    if (t.busybox) t.usage()
    t.usage('missing file operand')
  }
  const timeWord = o.value('time')
  const onlyAccess = o.has('a') || timeWord === 'atime' || timeWord === 'access' || timeWord === 'use'
  const onlyModified = o.has('m') || timeWord === 'mtime' || timeWord === 'modify'
  for (const name of o.operands) {
    await t.call.spend()
    if (name === '-') continue
    const path = t.call.path(name)
    try {
      if (name === '') throw new FileError('ENOENT', name)
      try {
        t.files.stat(path)
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' || o.has('h')) throw error
        if (o.has('c')) continue
        t.files.open(path, { write: true, create: true, mode: 0o666 & ~t.call.umask }).close()
      }
      const stat = t.files.stat(path)
      t.files.setTimes(
        path,
        onlyModified && !onlyAccess ? stat.atimeMs : atime,
        onlyAccess && !onlyModified ? stat.mtimeMs : mtime,
      )
    } catch (error) {
      const code = codeOf(error)
      const what = t.busybox
        ? name
        : `${code === 'EPERM' ? 'setting times of' : 'cannot touch'} ${t.always(name)}`
      await t.error(`${what}: ${reasonOf(error)}`)
    }
  }
  return t.status
})
