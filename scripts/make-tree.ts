// node scripts/make-tree.ts CHROOT: packs a freshly installed Debian 12 (see docs/decisions/013-the-tree.md) as the tree of the make-believe machine.
// Names, kinds, sizes and times of all files; contents only of small configuration; of the rest the first bytes. Needs root, to read all.
import { createHash } from 'node:crypto'
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { assetMagic } from '../packages/sundew/src/machine/files/asset.ts'
import type { FileType } from '../packages/sundew/src/machine/files/file-system.ts'
import {
  packTree,
  restKinds,
  unpackTree,
  type FileToPack,
} from '../packages/sundew/src/machine/files/packed-tree.ts'
import { shortened } from './tree/shorten.ts'
import { dropped, kernel, made, templates, withUser, type OwnFile } from './tree/own-files.ts'

const chroot = process.argv[2]
if (chroot === undefined) throw new Error('node scripts/make-tree.ts CHROOT')

/** Configuration beyond this is not kept. */
const mostKept = 8 * 1024
const emptied = new Set([
  '/dev',
  '/proc',
  '/run',
  '/sys',
  '/tmp',
  '/var/tmp',
  '/var/cache/apt/archives',
  '/var/cache/man',
  '/var/lib/apt/lists/partial',
])
const userHome = '/home/{{user}}'
/** Beside /etc. */
const alsoKept =
  /^\/(root|home)\/|^\/usr\/lib\/os-release$|^\/usr\/share\/(base-files|base-passwd)\/|^\/var\/www\/|^\/var\/spool\/cron\//

/** When the first file of the installation was made: times from there on are counted from it. */
const began = Math.floor(lstatSync(join(chroot, 'var/log/bootstrap.log')).birthtimeMs / 1000) - 60
const seen = new Map<number, FileToPack>()
let count = 0

const root = pack('/', lstatSync(chroot), '')
const packed = packTree(root)
if (unpackTree(packed).count !== count) throw new Error('The tree does not read back.')
const compressed = brotliCompressSync(packed, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: packed.length,
  },
})
const out = join(import.meta.dirname, '../packages/sundew/assets/machine/debian-12.tree')
mkdirSync(dirname(out), { recursive: true })
writeFileSync(
  out,
  Buffer.concat([Buffer.from(assetMagic), createHash('sha256').update(compressed).digest(), compressed]),
)
console.log(`${count} files, ${packed.length} bytes, ${compressed.length} packed`)

function pack(path: string, stat: Stats, name: string): FileToPack {
  count++
  const type = typeOf(stat)
  const seconds = Math.floor(stat.mtimeMs / 1000)
  const isInstalled = seconds >= began
  const first = stat.nlink > 1 && type === 'file' ? seen.get(stat.ino) : undefined
  const content = type === 'file' ? contentOf(path, stat) : { kept: Buffer.alloc(0), rest: restKinds.none }
  const file: FileToPack = {
    name: renamed(name),
    kind: { type, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid },
    size:
      type === 'link'
        ? 0
        : type === 'file' && content.rest === restKinds.none
          ? content.kept.length
          : stat.size,
    time: isInstalled ? seconds - began : isKernel(path) ? Math.min(seconds, kernel.builtSeconds) : seconds,
    installed: isInstalled,
    kept:
      type === 'link'
        ? Buffer.from(renamed(readlinkSync(inChroot(path), 'buffer').toString('latin1')), 'latin1')
        : content.kept,
    rest: content.rest,
    children: type === 'directory' ? children(path) : [],
    sameAs: first,
  }
  if (first === undefined && type === 'file') seen.set(stat.ino, file)
  return file
}

function children(path: string): FileToPack[] {
  const folder = inChroot(path)
  const found =
    emptied.has(path) || made.has(path)
      ? []
      : readdirSync(folder, { encoding: 'buffer' })
          .map((name) => name.toString('latin1'))
          .filter((name) => !dropped.has(join(path, name)) && !made.has(join(path, name)))
          .map((name) =>
            pack(
              join(path, name),
              lstatSync(Buffer.concat([folder, Buffer.from(`/${name}`, 'latin1')])),
              name,
            ),
          )
  const own = [...made].filter(([own]) => dirname(own) === path).map(([p, file]) => ownFile(p, file))
  return [...found, ...own]
}

function ownFile(path: string, file: OwnFile): FileToPack {
  count++
  const isDirectory = file.type === 'directory'
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    kind: { type: file.type ?? 'file', mode: file.mode, uid: file.uid ?? 0, gid: file.gid ?? 0 },
    size: isDirectory ? 4096 : 0,
    time: file.afterSeconds ?? 900,
    installed: true,
    kept: Buffer.from(file.content ?? (isDirectory ? '' : path), 'latin1'),
    rest: isDirectory ? restKinds.none : file.content === undefined ? restKinds.made : restKinds.template,
    children: isDirectory ? [...children(path), ...(path === userHome ? skeleton() : [])] : [],
  }
}

/** What `adduser` puts into a home. */
function skeleton(): FileToPack[] {
  return readdirSync(inChroot('/etc/skel')).map((name) => {
    const path = `/etc/skel/${name}`
    const file = pack(path, lstatSync(inChroot(path)), name)
    return { ...file, kind: { ...file.kind, uid: 1000, gid: 1000 }, time: 900, installed: true }
  })
}

function contentOf(path: string, stat: Stats): { kept: Buffer; rest: number } {
  const template = templates.get(path)
  if (template !== undefined) return { kept: Buffer.from(template, 'latin1'), rest: restKinds.template }
  // Both names of the kernel are as long.
  const bytes = Buffer.from(renamed(readFileSync(inChroot(path)).toString('latin1')), 'latin1')
  if (path === '/var/lib/dpkg/status')
    return { kept: Buffer.from(status(bytes.toString('latin1')), 'latin1'), rest: restKinds.template }
  if (path === '/etc/group' || path === '/etc/gshadow') {
    return { kept: Buffer.from(withUser(bytes.toString('latin1')), 'latin1'), rest: restKinds.template }
  }
  if (stat.size === 0) return { kept: bytes, rest: restKinds.none }
  if (
    (path.startsWith('/etc/') || alsoKept.test(path)) &&
    stat.size <= mostKept &&
    !bytes.includes(0) &&
    !path.startsWith('/etc/apparmor.d/')
  ) {
    const { kept, all } = shortened(path, bytes.toString('latin1'))
    return { kept: Buffer.from(kept, 'latin1'), rest: all ? restKinds.none : restKinds.text }
  }
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF') {
    // Of programs the table of segments too, and the loader's name; of the rest the header.
    return { kept: bytes.subarray(0, /^\/usr\/s?bin\//.test(path) ? 1024 : 64), rest: restKinds.binary }
  }
  if (bytes.subarray(0, 512).includes(0) || bytes[0] === 0x1f)
    return { kept: bytes.subarray(0, 10), rest: restKinds.binary }
  const line = bytes.indexOf(0x0a)
  return { kept: bytes.subarray(0, Math.min(line < 0 ? 80 : line + 1, 80)), rest: restKinds.text }
}

/** What `dpkg -l` and `dpkg -s` need of each package. */
function status(text: string): string {
  const wanted =
    /^(Package|Status|Priority|Section|Installed-Size|Maintainer|Architecture|Multi-Arch|Version|Description|Essential):/
  return text
    .split('\n\n')
    .filter((p) => p !== '')
    .map((p) =>
      renamed(
        p
          .split('\n')
          .filter((line) => wanted.test(line))
          .join('\n'),
      ),
    )
    .map(
      (p) =>
        `${p.includes(`Package: linux-image-`) ? p.replace(/^Version: .*$/m, `Version: ${kernel.version}`) : p}\n`,
    )
    .join('\n')
}

function inChroot(path: string): Buffer {
  return Buffer.from(join(chroot!, path), 'latin1')
}

function isKernel(path: string): boolean {
  return path.includes(kernel.found)
}

function renamed(name: string): string {
  return name.replaceAll(kernel.found, kernel.release)
}

function typeOf(stat: Stats): FileType {
  if (stat.isDirectory()) return 'directory'
  if (stat.isSymbolicLink()) return 'link'
  if (stat.isCharacterDevice()) return 'character'
  if (stat.isBlockDevice()) return 'block'
  if (stat.isFIFO()) return 'fifo'
  return stat.isSocket() ? 'socket' : 'file'
}
