import { FileError } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

export const readlink = tool('readlink', async (t: Tool) => {
  const o = options(
    t,
    'efmnqsvz',
    'canonicalize=f canonicalize-existing=e canonicalize-missing=m no-newline=n quiet=q silent=s verbose=v zero=z',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Dmitry V. Levin')
  if (o.operands.length === 0) t.missingOperand()
  const end = o.has('z') ? '\0' : o.has('n') && o.operands.length === 1 ? '' : '\n'
  for (const name of o.operands)
    try {
      const path = t.call.path(name)
      if (o.has('e', 'f', 'm'))
        t.put(canonical(t, path, o.has('e') ? 'all' : o.has('m') ? 'none' : 'folder') + end)
      else t.put(t.files.readLink(path) + end)
    } catch (error) {
      if (o.has('v')) await t.error(`${t.named(name)}: ${reasonOf(error)}`)
      t.status = reasonOf(error) === '' ? 0 : 1
    }
  return t.status
})

export const realpath = tool('realpath', async (t: Tool) => {
  const o = options(
    t,
    'eLmPqsz',
    'canonicalize-existing=e canonicalize-missing=m relative-to: relative-base: quiet=q strip=s no-symlinks=s zero=z logical=L physical=P',
  )
  if (o.has('version')) return versionOf(t, 'coreutils', 'Padraig Brady')
  if (o.operands.length === 0) t.missingOperand()
  for (const name of o.operands)
    try {
      if (name === '') throw new FileError('ENOENT', '')
      t.put(
        canonical(t, t.call.path(name), o.has('e') ? 'all' : o.has('m') ? 'none' : 'folder') +
          (o.has('z') ? '\0' : '\n'),
      )
    } catch (error) {
      t.status = 1
      if (!o.has('q')) await t.error(`${t.named(name)}: ${reasonOf(error)}`)
    }
  return t.status
})

/** A path without links; `must` says how much of it has to be there. @throws FileError */
function canonical(t: Tool, path: string, must: 'all' | 'folder' | 'none'): string {
  try {
    return t.files.realPath(path)
  } catch (error) {
    if (must === 'all' || !(error instanceof FileError) || (error.code !== 'ENOENT' && must !== 'none'))
      throw error
    const bare = path.replace(/\/+$/, '')
    const slash = bare.lastIndexOf('/')
    let name = bare.slice(slash + 1)
    let folder = bare.slice(0, slash) || '/'
    try {
      // A link that leads nowhere is followed as far as it goes.
      const target = t.files.readLink(bare)
      const whole = target.startsWith('/') ? target : `${folder}/${target}`
      name = whole.slice(whole.lastIndexOf('/') + 1)
      folder = whole.slice(0, whole.lastIndexOf('/')) || '/'
    } catch (inner) {
      if (!(inner instanceof FileError)) throw inner
    }
    const above = must === 'none' ? canonical(t, folder, 'none') : t.files.realPath(folder)
    return name === '.' ? above : above === '/' ? `/${name}` : `${above}/${name}`
  }
}

/** `basename` and `dirname`: words only. */
export const basename = tool('basename', async (t: Tool) => {
  const o = options(t, 'as:z', 'multiple=a suffix:=s zero=z', { stop: true })
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie')
  if (o.operands.length === 0) t.missingOperand()
  const many = o.has('a', 's')
  if (!many && o.operands.length > 2) t.usage(`extra operand ${t.quoted(o.operands[2]!)}`)
  const suffix = o.value('s') ?? (many ? '' : (o.operands[1] ?? ''))
  for (const name of many ? o.operands : o.operands.slice(0, 1)) {
    const bare = name.replace(/\/+$/, '')
    let base = bare === '' ? (name === '' ? '' : '/') : bare.slice(bare.lastIndexOf('/') + 1)
    if (suffix !== '' && base !== suffix && base.endsWith(suffix)) base = base.slice(0, -suffix.length)
    t.put(base + (o.has('z') ? '\0' : '\n'))
  }
})

export const dirname = tool('dirname', async (t: Tool) => {
  const o = options(t, 'z', 'zero=z')
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie and Jim Meyering')
  if (o.operands.length === 0) t.missingOperand()
  for (const name of o.operands) {
    const bare = name.replace(/\/+$/, '')
    const folder =
      bare === ''
        ? name === ''
          ? '.'
          : '/'
        : bare.includes('/')
          ? bare.slice(0, bare.lastIndexOf('/')).replace(/\/+$/, '') || '/'
          : '.'
    t.put(folder + (o.has('z') ? '\0' : '\n'))
  }
})

export const pwd = tool('pwd', async (t: Tool) => {
  const o = options(t, 'LP', 'logical=L physical=P')
  const logical = t.call.environment.get('PWD')
  if (
    o.list.findLast(([k]) => k === 'L' || k === 'P')?.[0] === 'L' &&
    logical?.startsWith('/') &&
    t.files.exists(logical)
  )
    t.put(`${logical}\n`)
  else
    try {
      t.put(`${t.files.realPath(t.call.directory)}\n`)
    } catch (error) {
      throw new Exit(
        1,
        `${t.name}: couldn't find directory entry in '..' with matching i-node\n${reasonOf(error) === '' ? '' : ''}`,
      )
    }
})
