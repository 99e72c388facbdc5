import { gzipSync } from 'node:zlib'
import type { Stat } from '../../files/file-system.ts'
import { latin1, whole } from '../common/lines.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { Users } from '../common/users.ts'
import { gunzip } from './gzip.ts'
import { makeFolders } from './mkdir.ts'
import { modeText } from './modes.ts'
import { isoTime } from './times.ts'

const maxArchiveBytes = 32 * 1024 * 1024
const maxEntries = 20_000
const maxDepth = 200

/** `tar`: creates, lists and extracts; with gzip. */
export const tar = tool('tar', async (t: Tool) => {
  const args = [...t.args]
  // The old way: `tar xzf`.
  if (args[0] !== undefined && /^[a-zA-Z]+$/.test(args[0])) args[0] = `-${args[0]}`
  const flags = new Set<string>()
  const names: string[] = []
  let archive: string | undefined
  let directory = t.call.directory
  let strip = 0
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg.startsWith('--')) {
      const [name, value] = arg.slice(2).split('=', 2)
      if (name === 'version') {
        t.put(
          'tar (GNU tar) 1.34\nCopyright (C) 2021 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\nThis is free software: you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n\nWritten by John Gilmore and Jay Fenlason.\n',
        )
        return 0
      }
      const short = {
        create: 'c',
        extract: 'x',
        get: 'x',
        list: 't',
        file: 'f',
        gzip: 'z',
        gunzip: 'z',
        verbose: 'v',
        directory: 'C',
        bzip2: 'j',
        xz: 'J',
      }[name!]
      if (name === 'strip-components') strip = Number(value ?? args[++i] ?? 0) || 0
      else if (short === 'f') archive = value ?? args[++i]
      else if (short === 'C') directory = t.call.path(value ?? args[++i] ?? '.')
      else if (short !== undefined) flags.add(short)
      continue
    }
    if (!arg.startsWith('-') || arg === '-') {
      names.push(arg)
      continue
    }
    for (let j = 1; j < arg.length; j++) {
      const c = arg[j]!
      if (c === 'f' || c === 'C') {
        const value = arg.slice(j + 1) || args[++i]
        if (value === undefined)
          throw new Exit(
            t.busybox ? 1 : 2,
            `${t.name}: option requires an argument -- '${c}'\nTry '${t.name} --help' or '${t.name} --usage' for more information.\n`,
          )
        if (c === 'f') archive = value
        else directory = t.call.path(value)
        break
      }
      flags.add(c)
    }
  }
  const modes = ['c', 'x', 't'].filter((c) => flags.has(c))
  if (modes.length === 0) {
    if (t.busybox) t.usage()
    throw new Exit(
      2,
      `${t.name}: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry '${t.name} --help' or '${t.name} --usage' for more information.\n`,
    )
  }
  if (flags.has('c')) return create(t, archive, names, directory, flags)
  let bytes: Buffer
  if (archive === undefined || archive === '-') {
    if (t.call.stdin.terminal !== undefined)
      throw new Exit(
        2,
        `${t.name}: Refusing to read archive contents from terminal (missing -f option?)\n${t.name}: Error is not recoverable: exiting now\n`,
      )
    bytes = await whole(t, t.stdin(), maxArchiveBytes)
  } else
    try {
      bytes = Buffer.from(t.files.read(t.call.path(archive)))
    } catch (error) {
      if (t.busybox) t.fail(`can't open '${archive}': ${reasonOf(error)}`)
      throw new Exit(
        2,
        `${t.name}: ${archive}: Cannot open: ${reasonOf(error)}\n${t.name}: Error is not recoverable: exiting now\n`,
      )
    }
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  if (flags.has('z') && !packed)
    throw new Exit(
      t.busybox ? 1 : 2,
      t.busybox
        ? 'tar: invalid magic\ntar: short read\n'
        : `\ngzip: stdin: not in gzip format\n${t.name}: Child returned status 1\n${t.name}: Error is not recoverable: exiting now\n`,
    )
  if (packed) {
    const made = await gunzip(bytes)
    if (made === undefined)
      throw new Exit(
        2,
        `\ngzip: stdin: unexpected end of file\n${t.name}: Child returned status 1\n${t.name}: Error is not recoverable: exiting now\n`,
      )
    bytes = made
  }
  if (bytes.length < 512 || !validHeader(bytes, 0)) {
    if (bytes.length >= 1024 && bytes.subarray(0, 1024).every((b) => b === 0)) return 0
    throw new Exit(
      t.busybox ? 1 : 2,
      t.busybox
        ? 'tar: invalid tar magic\n'
        : `${t.name}: This does not look like a tar archive\n${bytes.length > 512 ? `${t.name}: Skipping to next header\n` : ''}${t.name}: Exiting with failure status due to previous errors\n`,
    )
  }
  return read(t, bytes, flags, names, directory, strip)
})

function octal(bytes: Buffer, at: number, length: number): number {
  return (
    Number.parseInt(
      latin1(bytes.subarray(at, at + length))
        .replace(/[\0 ]+$/, '')
        .trim() || '0',
      8,
    ) || 0
  )
}

function text(bytes: Buffer, at: number, length: number): string {
  return latin1(bytes.subarray(at, at + length)).replace(/\0[\s\S]*$/, '')
}

function validHeader(bytes: Buffer, at: number): boolean {
  let sum = 0
  for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : bytes[at + i]!
  return sum === octal(bytes, at + 148, 8)
}

async function read(
  t: Tool,
  bytes: Buffer,
  flags: ReadonlySet<string>,
  wanted: readonly string[],
  directory: string,
  strip: number,
): Promise<number> {
  const users = new Users(t.files)
  let long: string | undefined
  let entries = 0
  let failed = false
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    await t.call.spend()
    if (!validHeader(bytes, at) || ++entries > maxEntries) {
      await t.error('Skipping to next header', 2)
      break
    }
    const size = octal(bytes, at + 124, 12)
    const type = String.fromCharCode(bytes[at + 156]!)
    const body = bytes.subarray(at + 512, at + 512 + size)
    const header = at
    at += 512 + Math.ceil(size / 512) * 512
    if (type === 'L') {
      long = text(body, 0, body.length)
      continue
    }
    if (type === 'x' || type === 'g') {
      long = / path=([^\n]*)\n/.exec(latin1(body))?.[1] ?? long
      continue
    }
    const prefix =
      text(bytes, header + 257, 5) === 'ustar' && bytes[header + 262] === 0
        ? text(bytes, header + 345, 155)
        : ''
    const name = long ?? (prefix === '' ? '' : `${prefix}/`) + text(bytes, header, 100)
    long = undefined
    if (
      wanted.length > 0 &&
      !wanted.some((w) => name === w || name.startsWith(`${w.replace(/\/$/, '')}/`) || name === `${w}/`)
    )
      continue
    const mode = octal(bytes, header + 100, 8)
    const timeMs = octal(bytes, header + 136, 12) * 1000
    const link = text(bytes, header + 157, 100)
    if (flags.has('t') || flags.has('v')) {
      const kind = type === '5' ? 'directory' : type === '2' ? 'link' : 'file'
      const user = text(bytes, header + 265, 32) || users.user(octal(bytes, header + 108, 8))
      const group = text(bytes, header + 297, 32) || users.group(octal(bytes, header + 116, 8))
      const who = `${user}/${group}`
      if (flags.has('t') && flags.has('v'))
        t.put(
          `${modeText({ type: kind, mode })} ${who} ${String(size).padStart(Math.max(1, 18 - who.length))} ${isoTime(timeMs)} ${name}${kind === 'link' ? ` -> ${link}` : ''}\n`,
        )
      else t.put(`${name}\n`)
      await t.room()
      if (flags.has('t')) continue
    }
    // As the real one: no way out of the folder.
    let safe = name.replace(/^(\/|\.\.\/)+/, '')
    if (safe.split('/').includes('..')) {
      await t.error(`${name}: Member name contains '..'`, 2)
      failed = true
      continue
    }
    if (strip > 0) safe = safe.split('/').slice(strip).join('/')
    if (safe === '') continue
    const path = `${directory}/${safe}`
    try {
      const folder = safe.replace(/\/+$/, '').replace(/\/?[^/]*$/, '')
      if (flags.has('O')) {
        await t.write(body)
        continue
      }
      if (folder !== '') await makeFolders(t, `${directory}/${folder}`)
      if (type === '5') {
        await makeFolders(t, path)
        t.files.chmod(path, mode & ~t.call.umask)
      } else if (type === '2') {
        if (t.files.exists(path)) t.files.unlink(path)
        t.files.symlink(link, path)
      } else if (type === '1') t.files.link(`${directory}/${link}`, path)
      else if (type === '0' || type === '\0') {
        t.files.write(path, Buffer.from(body), mode & 0o777 & ~t.call.umask)
        t.files.chmod(path, mode & 0o777 & ~t.call.umask)
        t.files.setTimes(path, t.call.machine.now(), timeMs)
      }
    } catch (error) {
      await t.error(`${name}: Cannot open: ${reasonOf(error)}`, 2)
      failed = true
    }
  }
  if (failed) await t.call.stderr.write(`${t.name}: Exiting with failure status due to previous errors\n`)
  return failed ? 2 : t.status
}

async function create(
  t: Tool,
  archive: string | undefined,
  names: readonly string[],
  directory: string,
  flags: ReadonlySet<string>,
): Promise<number> {
  if (names.length === 0)
    throw new Exit(
      2,
      `${t.name}: Cowardly refusing to create an empty archive\nTry '${t.name} --help' or '${t.name} --usage' for more information.\n`,
    )
  const blocks: Buffer[] = []
  const users = new Users(t.files)
  let total = 0
  let stripped = false
  const add = async (name: string, depth: number): Promise<void> => {
    await t.call.spend()
    const path = name.startsWith('/') ? name : `${directory}/${name}`
    let stat: Stat
    try {
      stat = t.files.lstat(path)
    } catch (error) {
      await t.error(`${name}: Cannot stat: ${reasonOf(error)}`, 2)
      return
    }
    if (name.startsWith('/') && !stripped) {
      stripped = true
      await t.call.stderr.write(`${t.name}: Removing leading \`/' from member names\n`)
    }
    const shown = name.replace(/^\/+/, '') + (stat.type === 'directory' && !name.endsWith('/') ? '/' : '')
    const body = stat.type === 'file' ? Buffer.from(t.files.read(path)) : Buffer.alloc(0)
    blocks.push(
      headerOf(shown, stat, body.length, stat.type === 'link' ? t.files.readLink(path) : '', users),
      body,
      Buffer.alloc((512 - (body.length % 512)) % 512),
    )
    total += body.length + 1024
    if (total > maxArchiveBytes) t.fail('memory exhausted', 2)
    if (flags.has('v'))
      await (archive === undefined || archive === '-' ? t.call.stderr : t.call.stdout).write(`${shown}\n`)
    if (stat.type === 'directory' && depth < maxDepth)
      for (const child of t.files.list(path)) await add(`${name.replace(/\/$/, '')}/${child}`, depth + 1)
  }
  for (const name of names) await add(name, 0)
  blocks.push(Buffer.alloc(1024))
  let bytes = Buffer.concat(blocks)
  bytes = Buffer.concat([bytes, Buffer.alloc((10240 - (bytes.length % 10240)) % 10240)])
  if (flags.has('z')) bytes = gzipSync(bytes)
  if (archive === undefined || archive === '-') await t.write(bytes)
  else
    try {
      const out = t.output(archive)
      await out.write(bytes)
      out.close()
    } catch (error) {
      throw new Exit(
        2,
        `${t.name}: ${archive}: Cannot open: ${reasonOf(error)}\n${t.name}: Error is not recoverable: exiting now\n`,
      )
    }
  if (t.status !== 0)
    await t.call.stderr.write(`${t.name}: Exiting with failure status due to previous errors\n`)
  return t.status
}

function headerOf(name: string, stat: Stat, size: number, link: string, users: Users): Buffer {
  const header = Buffer.alloc(512)
  const put = (value: string, at: number, length: number): void =>
    void header.write(value.slice(0, length), at, 'latin1')
  const number = (n: number, at: number, length: number): void =>
    put(`${n.toString(8).padStart(length - 1, '0')}\0`, at, length)
  put(name, 0, 100)
  number(stat.mode & 0o7777, 100, 8)
  number(stat.uid, 108, 8)
  number(stat.gid, 116, 8)
  number(size, 124, 12)
  number(Math.floor(stat.mtimeMs / 1000), 136, 12)
  put('        ', 148, 8)
  put(stat.type === 'directory' ? '5' : stat.type === 'link' ? '2' : '0', 156, 1)
  put(link, 157, 100)
  put('ustar  \0', 257, 8)
  put(users.user(stat.uid), 265, 32)
  put(users.group(stat.gid), 297, 32)
  const sum = header.reduce((a, b) => a + b, 0)
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8)
  return header
}
