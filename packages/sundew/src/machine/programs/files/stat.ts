import type { Stat } from '../../files/file-system.ts'
import { options } from '../common/options.ts'
import { quoteAlways } from '../common/quoting.ts'
import { reasonOf, tool, type Tool } from '../common/tool.ts'
import { Users } from '../common/users.ts'
import { versionOf } from '../common/version.ts'
import { modeText } from './modes.ts'
import { fullTime } from './times.ts'

export const stat = tool('stat', async (t: Tool) => {
  const o = options(t, 'c:fLt', 'dereference=L file-system=f format:=c printf:=printf terse=t cached:')
  if (o.has('version')) return versionOf(t, 'coreutils', 'Michael Meskes')
  if (o.operands.length === 0) t.missingOperand()
  const users = new Users(t.files)
  const format = o.list.findLast(([k]) => k === 'c' || k === 'printf')
  for (const name of o.operands) {
    await t.call.spend()
    const path = t.call.path(name)
    try {
      if (o.has('f')) {
        t.files.stat(path)
        const m = t.files.mountOf(path)
        const blocks = Math.floor(m.totalBytes / 4096)
        const free = Math.floor(m.freeBytes / 4096)
        t.put(
          `  File: ${t.named(name) === name ? `"${name}"` : `"${name}"`}\n    ID: ${(0x5e1f00d + blocks).toString(16)} Namelen: 255     Type: ${m.type === 'ext4' ? 'ext2/ext3' : m.type}\nBlock size: 4096       Fundamental block size: 4096\nBlocks: Total: ${String(blocks).padEnd(10)} Free: ${String(free).padEnd(10)} Available: ${free}\nInodes: Total: ${String(m.totalFiles).padEnd(10)} Free: ${m.freeFiles}\n`,
        )
        continue
      }
      const s = o.has('L') ? t.files.stat(path) : t.files.lstat(path)
      const link = s.type === 'link' ? t.files.readLink(path) : undefined
      if (format !== undefined) {
        const text = format[0] === 'printf' ? unescaped(format[1]) : `${format[1]}\n`
        t.put(
          text.replaceAll(
            /%([#0-]*)(\d*)(\.\d+)?([HL]?[a-zA-Z%])/g,
            (_, flags: string, width: string, _p, letter: string) => {
              const value = directive(letter, name, s, link, users)
              if (value === undefined) return '?'
              const shown = flags.includes('#') && letter === 'a' ? `0${value}` : value
              return flags.includes('-')
                ? shown.padEnd(Number(width || 0))
                : shown.padStart(Math.min(Number(width || 0), 1000), flags.includes('0') ? '0' : ' ')
            },
          ),
        )
      } else if (o.has('t'))
        t.put(
          `${name} ${s.size} ${s.blocks} ${((s.mode | (typeBits[s.type] ?? 0)) >>> 0).toString(16)} ${s.uid} ${s.gid} ${s.dev.toString(16)} ${s.ino} ${s.nlink} ${s.major.toString(16)} ${s.minor.toString(16)} ${Math.floor(s.atimeMs / 1000)} ${Math.floor(s.mtimeMs / 1000)} ${Math.floor(s.ctimeMs / 1000)} 0 4096\n`,
        )
      else t.put(t.busybox ? busyboxShown(name, s, link, users) : shown(name, s, link, users))
    } catch (error) {
      const verb = t.busybox
        ? "can't stat"
        : o.has('f')
          ? 'cannot read file system information for'
          : 'cannot statx'
      await t.error(`${verb} ${t.always(name)}: ${reasonOf(error)}`)
    }
    await t.room()
  }
  return t.status
})

function shown(name: string, s: Stat, link: string | undefined, users: Users): string {
  const device = s.type === 'character' || s.type === 'block'
  const dev = `${s.dev >> 8},${s.dev & 0xff}`
  const id = (n: number, text: string): string => `(${String(n).padStart(5)}/${text.padStart(8)})`
  return (
    `  File: ${link === undefined ? name : `${name} -> ${link}`}\n` +
    `  Size: ${String(s.size).padEnd(10)}\tBlocks: ${String(s.blocks).padEnd(10)} IO Block: 4096   ${kindOf(s)}\n` +
    (device
      ? `Device: ${dev}\tInode: ${String(s.ino).padEnd(11)} Links: ${String(s.nlink).padEnd(5)} Device type: ${s.major},${s.minor}\n`
      : `Device: ${dev}\tInode: ${String(s.ino).padEnd(11)} Links: ${s.nlink}\n`) +
    `Access: (${s.mode.toString(8).padStart(4, '0')}/${modeText(s)})  Uid: ${id(s.uid, users.user(s.uid))}   Gid: ${id(s.gid, users.group(s.gid))}\n` +
    `Access: ${fullTime(s.atimeMs)}\nModify: ${fullTime(s.mtimeMs)}\nChange: ${fullTime(s.ctimeMs)}\n Birth: ${fullTime(s.ctimeMs)}\n`
  )
}

/** The same without the time of birth, and with the device as one number. */
function busyboxShown(name: string, s: Stat, link: string | undefined, users: Users): string {
  return shown(link === undefined ? name : `'${name}' -> '${link}'`, s, undefined, users)
    .replace(/\n Birth: .*/, '')
    .replace(/Device: \S+/, `Device: ${s.dev.toString(16)}h/${s.dev}d`)
}

function kindOf(s: Stat): string {
  if (s.type === 'file') return s.size === 0 ? 'regular empty file' : 'regular file'
  return {
    directory: 'directory',
    link: 'symbolic link',
    character: 'character special file',
    block: 'block special file',
    fifo: 'fifo',
    socket: 'socket',
  }[s.type]
}

const typeBits: Partial<Record<Stat['type'], number>> = {
  file: 0o100000,
  directory: 0o40000,
  link: 0o120000,
  character: 0o20000,
  block: 0o60000,
  fifo: 0o10000,
  socket: 0o140000,
}

function directive(
  letter: string,
  name: string,
  s: Stat,
  link: string | undefined,
  users: Users,
): string | undefined {
  const values: Record<string, () => string> = {
    a: () => s.mode.toString(8),
    A: () => modeText(s),
    b: () => String(s.blocks),
    B: () => '512',
    d: () => String(s.dev),
    D: () => s.dev.toString(16),
    f: () => (s.mode | (typeBits[s.type] ?? 0)).toString(16),
    F: () => kindOf(s),
    g: () => String(s.gid),
    G: () => users.group(s.gid),
    h: () => String(s.nlink),
    i: () => String(s.ino),
    m: () => '/',
    n: () => name,
    N: () => quoteAlways(name) + (link === undefined ? '' : ` -> ${quoteAlways(link)}`),
    o: () => '4096',
    s: () => String(s.size),
    t: () => s.major.toString(16),
    T: () => s.minor.toString(16),
    u: () => String(s.uid),
    U: () => users.user(s.uid),
    w: () => fullTime(s.ctimeMs),
    W: () => String(Math.floor(s.ctimeMs / 1000)),
    x: () => fullTime(s.atimeMs),
    X: () => String(Math.floor(s.atimeMs / 1000)),
    y: () => fullTime(s.mtimeMs),
    Y: () => String(Math.floor(s.mtimeMs / 1000)),
    z: () => fullTime(s.ctimeMs),
    Z: () => String(Math.floor(s.ctimeMs / 1000)),
    '%': () => '%',
  }
  return values[letter]?.()
}

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(n|t|r|\\|a|b|0[0-7]{0,3})/g,
    (_, c: string) =>
      ({ n: '\n', t: '\t', r: '\r', '\\': '\\', a: '\x07', b: '\b' })[c] ??
      String.fromCharCode(Number.parseInt(c, 8) & 255),
  )
}
