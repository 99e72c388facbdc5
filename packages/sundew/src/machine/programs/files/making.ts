import { randomBytes } from 'node:crypto'
import { FileError } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import { codeOf, Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { modeChange } from './modes.ts'
import { parseSize } from './sizes.ts'

export const truncate = tool('truncate', async (t: Tool) => {
  const o = options(t, 'cor:s:', 'no-create=c io-blocks=o reference:=r size:=s')
  if (o.has('version')) return versionOf(t, 'coreutils', 'Padraig Brady')
  const text = o.value('s')
  const like = o.value('r')
  if (text === undefined && like === undefined)
    t.usage(`you must specify either ${t.quoted('--size')} or ${t.quoted('--reference')}`)
  const match = /^\s*([-+<>/%]?)(\d.*)$/.exec(text ?? '0')
  const size = match === null ? undefined : parseSize(match[2]!)
  if (match === null || size === undefined) t.fail(`Invalid number: ${t.quoted(text!)}`)
  if (o.operands.length === 0) t.usage('missing file operand')
  const base = like === undefined ? size : t.files.stat(t.call.path(like)).size
  for (const name of o.operands)
    try {
      const path = t.call.path(name)
      if (o.has('c') && !t.files.exists(path)) continue
      const file = t.files.open(path, { write: true, create: true, mode: 0o666 & ~t.call.umask })
      try {
        const old = file.stat().size
        const sign = match[1]!
        file.truncate(
          sign === '+'
            ? old + base
            : sign === '-'
              ? Math.max(0, old - base)
              : sign === '<'
                ? Math.min(old, base)
                : sign === '>'
                  ? Math.max(old, base)
                  : sign === '/'
                    ? Math.floor(old / base) * base
                    : sign === '%'
                      ? Math.ceil(old / base) * base
                      : base,
        )
      } finally {
        file.close()
      }
    } catch (error) {
      const code = codeOf(error)
      await t.error(
        code === 'EFBIG' || code === 'ENOSPC'
          ? `failed to truncate ${t.always(name)} at ${base} bytes: ${reasonOf(error)}`
          : `cannot open ${t.always(name)} for writing: ${reasonOf(error)}`,
      )
    }
  return t.status
})

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

export const mktemp = tool('mktemp', async (t: Tool) => {
  const o = options(t, 'dqtup:V', 'directory=d dry-run=u quiet=q suffix: tmpdir?=p')
  if (o.has('version', 'V')) return versionOf(t, 'coreutils', 'Jim Meyering and Eric Blake')
  if (o.operands.length > 1) t.usage('too many templates')
  let template = o.operands[0] ?? 'tmp.XXXXXXXXXX'
  const folder =
    o.operands.length === 0 || o.has('t') || o.has('p')
      ? o.value('p') || t.call.environment.get('TMPDIR') || '/tmp'
      : ''
  const match = /^(.*?)(X{3,})([^X/]*)$/.exec(template)
  const wrong = (text: string): never => {
    if (o.has('q')) throw new Exit(1)
    return t.fail(text)
  }
  if (match === null) return wrong(`too few X's in template ${t.quoted(template)}`)
  template =
    (folder === '' ? '' : `${folder}/`) +
    match[1]! +
    [...randomBytes(match[2]!.length)].map((b) => letters[b % letters.length]).join('') +
    match[3]! +
    (o.value('suffix') ?? '')
  const path = t.call.path(template)
  try {
    if (!o.has('u')) {
      if (o.has('d')) t.files.makeDirectory(path, 0o700)
      else t.files.open(path, { write: true, create: true, exclusive: true, mode: 0o600 }).close()
    }
  } catch (error) {
    const shown = (folder === '' ? '' : `${folder}/`) + (o.operands[0] ?? 'tmp.XXXXXXXXXX')
    wrong(
      `failed to create ${o.has('d') ? 'directory' : 'file'} via template ${t.quoted(shown)}: ${reasonOf(error)}`,
    )
  }
  t.put(`${template}\n`)
  return 0
})

export const mkfifo = tool('mkfifo', async (t: Tool) => {
  const o = options(t, 'm:Z', 'mode:=m context?')
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie')
  if (o.operands.length === 0) t.missingOperand()
  const change = modeChange(o.value('m') ?? '666')
  if (change === undefined) t.fail('invalid mode')
  for (const name of o.operands)
    try {
      t.files.makeNode(
        t.call.path(name),
        'fifo',
        o.has('m') ? change(0o666, false, 0) : 0o666 & ~t.call.umask,
      )
    } catch (error) {
      await t.error(
        t.busybox
          ? `${name}: ${reasonOf(error)}`
          : `cannot create fifo ${t.always(name)}: ${reasonOf(error)}`,
      )
    }
  return t.status
})

export const mknod = tool('mknod', async (t: Tool) => {
  const o = options(t, 'm:Z', 'mode:=m context?')
  if (o.has('version')) return versionOf(t, 'coreutils', 'David MacKenzie')
  const [name, type, major, minor, extra] = o.operands
  if (name === undefined) t.missingOperand()
  if (type === undefined) {
    if (t.busybox) t.usage()
    t.usage(`missing operand after ${t.quoted(name)}`)
  }
  if (type !== 'p' && minor === undefined)
    throw new Exit(
      1,
      `${t.name}: missing operand after ${t.quoted(o.operands.at(-1)!)}\nSpecial files require major and minor device numbers.\nTry '${t.name} --help' for more information.\n`,
    )
  if (type === 'p' && major !== undefined)
    throw new Exit(
      1,
      `${t.name}: extra operand ${t.quoted(major)}\nFifos do not have major and minor device numbers.\nTry '${t.name} --help' for more information.\n`,
    )
  if (extra !== undefined) t.usage(`extra operand ${t.quoted(extra)}`)
  if (!/^[bcup]/.test(type)) t.usage(`invalid device type ${t.quoted(type)}`)
  const change = modeChange(o.value('m') ?? '666')
  if (change === undefined) t.fail('invalid mode')
  const mode = o.has('m') ? change(0o666, false, 0) : 0o666 & ~t.call.umask
  try {
    const number = (text: string): number => {
      if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) t.fail(`invalid major device number ${t.quoted(text)}`)
      return Number(text)
    }
    if (type === 'p') t.files.makeNode(t.call.path(name), 'fifo', mode)
    else
      t.files.makeNode(
        t.call.path(name),
        type === 'b' ? 'block' : 'character',
        mode,
        number(major!),
        number(minor!),
      )
  } catch (error) {
    await t.error(
      error instanceof FileError
        ? `${t.busybox ? name : t.named(name)}: ${reasonOf(error)}`
        : reasonOf(error),
    )
  }
  return t.status
})

export const sync = tool('sync', async (t: Tool) => {
  const o = options(t, 'df', 'data=d file-system=f')
  if (o.has('version')) return versionOf(t, 'coreutils', 'Jim Meyering and Giuseppe Scrivano')
  for (const name of o.operands)
    try {
      t.files.stat(t.call.path(name))
    } catch (error) {
      await t.error(`error opening ${t.always(name)}: ${reasonOf(error)}`)
    }
  return t.status
})
