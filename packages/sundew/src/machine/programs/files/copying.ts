import { reason } from '../../files/file-system.ts'
import type { Stat } from '../../files/file-system.ts'
import { codeOf, reasonOf } from '../common/tool.ts'
import type { Tool } from '../common/tool.ts'
import { answer } from '../common/answer.ts'

export interface Copying {
  readonly recursive: boolean
  /** Links are copied as what they point to. */
  readonly follow: boolean
  readonly mode: boolean
  readonly owner: boolean
  readonly times: boolean
  readonly force: boolean
  readonly noClobber: boolean
  readonly update: boolean
  readonly ask: boolean
  readonly verbose: boolean
  readonly link: 'hard' | 'symbolic' | undefined
  /** `mv` copies across mounts with its own words. */
  readonly move: boolean
}

const maxDepth = 200

/** The last part of a name, as where it goes in a folder. */
export function lastPart(name: string): string {
  const bare = name.replace(/\/+$/, '')
  return bare === '' ? '/' : bare.slice(bare.lastIndexOf('/') + 1)
}

export function joined(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

/** Copies one thing to a name that is no folder to put it into. True once it is done. */
export async function copyOne(
  t: Tool,
  from: string,
  to: string,
  how: Copying,
  depth = 0,
  root = '',
): Promise<boolean> {
  await t.call.spend()
  const { files, call } = t
  const source = call.path(from)
  const target = call.path(to)
  let stat: Stat
  try {
    stat = how.follow ? files.stat(source) : files.lstat(source)
  } catch (error) {
    if (t.busybox) await t.error(`can't stat '${from}': ${reasonOf(error)}`)
    else await t.error(`cannot stat ${t.always(from)}: ${reasonOf(error)}`)
    return false
  }
  if (stat.type === 'directory' && !how.recursive) {
    if (t.busybox) await t.error(`omitting directory '${from}'`)
    else await t.error(`-r not specified; omitting directory ${t.always(from)}`)
    return false
  }
  let old: Stat | undefined
  try {
    old =
      stat.type === 'directory' || how.follow || stat.type === 'file'
        ? files.stat(target)
        : files.lstat(target)
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'ENOENT') {
      await t.error(`failed to access ${t.always(to)}: ${reason(code)}`)
      return false
    }
  }
  if (old !== undefined && old.dev === stat.dev && old.ino === stat.ino && how.link === undefined) {
    await t.error(`${t.always(from)} and ${t.always(to)} are the same file`)
    return false
  }
  if (stat.type === 'directory') return copyFolder(t, from, to, source, target, stat, old, how, depth, root)
  if (old?.type === 'directory') {
    await t.error(`cannot overwrite directory ${t.always(to)} with non-directory`)
    return false
  }
  if (old !== undefined) {
    if (how.noClobber) return true
    if (how.update && old.mtimeMs >= stat.mtimeMs) return true
    if (how.ask && !(await answer(t, `${t.name}: overwrite ${t.always(to)}? `))) return false
  } else if (stat.type === 'file' && isLink(t, target)) {
    await t.error(`not writing through dangling symlink ${t.always(to)}`)
    return false
  } else if (to.endsWith('/')) {
    await t.error(`cannot create regular file ${t.always(to)}: Not a directory`)
    return false
  }
  try {
    if (how.link === 'symbolic') files.symlink(from, target)
    else if (how.link === 'hard') files.link(source, target)
    else if (stat.type === 'link') {
      const link = files.readLink(source)
      if (old !== undefined) files.unlink(target)
      files.symlink(link, target)
      if (how.owner) tryQuietly(() => files.chown(target, stat.uid, stat.gid, false))
    } else if (stat.type === 'file' || !how.recursive) {
      if (!(await copyBytes(t, from, to, source, target, stat, old, how))) return false
    } else {
      if (old !== undefined) files.unlink(target)
      files.makeNode(
        target,
        stat.type === 'socket' ? 'fifo' : stat.type,
        stat.mode & ~call.umask,
        stat.major,
        stat.minor,
      )
    }
  } catch (error) {
    const what =
      stat.type === 'link' || how.link === 'symbolic'
        ? `cannot create symbolic link ${t.always(to)}`
        : how.link === 'hard'
          ? `cannot create hard link ${t.always(to)} to ${t.always(from)}`
          : `cannot create special file ${t.always(to)}`
    await t.error(`${what}: ${reasonOf(error)}`)
    return false
  }
  if (stat.type !== 'link' && how.link === undefined) keep(t, target, stat, how)
  if (how.verbose) t.put(`${t.always(from)} -> ${t.always(to)}\n`)
  await t.room()
  return true
}

async function copyFolder(
  t: Tool,
  from: string,
  to: string,
  source: string,
  target: string,
  stat: Stat,
  old: Stat | undefined,
  how: Copying,
  depth: number,
  root: string,
): Promise<boolean> {
  const { files } = t
  if (old !== undefined && old.type !== 'directory') {
    await t.error(`cannot overwrite non-directory ${t.always(to)} with directory ${t.always(from)}`)
    return false
  }
  if (depth === 0 && within(t, source, target)) {
    await t.error(`cannot copy a directory, ${t.always(from)}, into itself, ${t.always(to)}`)
    return false
  }
  if (depth >= maxDepth) {
    await t.error(`cannot access ${t.always(from)}: File name too long`)
    return false
  }
  if (old === undefined) {
    try {
      files.makeDirectory(target, (stat.mode & 0o777 & ~t.call.umask) | 0o700)
      if (how.verbose) t.put(`${t.always(from)} -> ${t.always(to)}\n`)
    } catch (error) {
      await t.error(`cannot create directory ${t.always(to)}: ${reasonOf(error)}`)
      return false
    }
  }
  let names: string[]
  try {
    names = files.list(source)
  } catch (error) {
    await t.error(`cannot access ${t.always(from)}: ${reasonOf(error)}`)
    return false
  }
  let all = true
  const top = root === '' ? target : root
  for (const name of names)
    if (
      !(await copyOne(
        t,
        joined(from, name),
        joined(to, name),
        { ...how, follow: how.follow && depth < 0 ? true : how.follow },
        depth + 1,
        top,
      ))
    )
      all = false
  if (old === undefined || how.mode) {
    tryQuietly(() => files.chmod(target, how.mode ? stat.mode : stat.mode & ~t.call.umask & 0o777))
  }
  keep(t, target, stat, how)
  return all
}

function isLink(t: Tool, path: string): boolean {
  try {
    return t.files.lstat(path).type === 'link'
  } catch {
    return false
  }
}

function within(t: Tool, source: string, target: string): boolean {
  try {
    const real = t.files.realPath(source)
    const parent = t.files.realPath(target.slice(0, target.lastIndexOf('/')) || '/')
    return real === '/' || parent === real || parent.startsWith(`${real}/`)
  } catch {
    return false
  }
}

async function copyBytes(
  t: Tool,
  from: string,
  to: string,
  source: string,
  target: string,
  stat: Stat,
  old: Stat | undefined,
  how: Copying,
): Promise<boolean> {
  const { files, call } = t
  let reading
  try {
    reading = files.open(source, { read: true })
  } catch (error) {
    if (t.busybox) await t.error(`can't open '${from}': ${reasonOf(error)}`)
    else await t.error(`cannot open ${t.always(from)} for reading: ${reasonOf(error)}`)
    return false
  }
  try {
    const mode = (how.mode ? stat.mode : stat.mode & ~call.umask) & 0o777
    let writing
    try {
      writing = files.open(target, { write: true, create: true, truncate: true, mode })
    } catch (first) {
      if (!how.force || old === undefined) {
        const regular = t.busybox ? `can't create '${to}'` : `cannot create regular file ${t.always(to)}`
        await t.error(`${regular}: ${reasonOf(first)}`)
        return false
      }
      try {
        files.unlink(target)
        writing = files.open(target, { write: true, create: true, exclusive: true, mode })
      } catch (error) {
        await t.error(`cannot remove ${t.always(to)}: ${reasonOf(error)}`)
        return false
      }
    }
    try {
      for (;;) {
        const bytes = reading.read(65536)
        if (bytes.length === 0) return true
        writing.write(bytes)
        await call.spend()
      }
    } catch (error) {
      await t.error(`error writing ${t.always(to)}: ${reasonOf(error)}`)
      return false
    } finally {
      writing.close()
    }
  } finally {
    reading.close()
  }
}

function keep(t: Tool, target: string, stat: Stat, how: Copying): void {
  const { files } = t
  if (how.owner) tryQuietly(() => files.chown(target, stat.uid, stat.gid))
  if (how.mode) tryQuietly(() => files.chmod(target, stat.mode))
  if (how.times) tryQuietly(() => files.setTimes(target, stat.atimeMs, stat.mtimeMs))
}

function tryQuietly(run: () => void): void {
  try {
    run()
  } catch (error) {
    codeOf(error)
  }
}
