import assert from 'node:assert/strict'
import {
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
  constants as c,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FileError, type FileSystem, type OpenFlags } from '../../../src/machine/files/file-system.ts'
import { treeOf } from '../../../src/machine/files/literal.ts'

/** The same step on both sides: what it gives, or its error's name. */
interface Step {
  readonly say: string
  readonly real: (root: string) => unknown
  readonly ours: (files: FileSystem, root: string) => unknown
}

// Few names, so that they meet.
const name = fc.constantFrom('a', 'b', 'c')
const tail = fc.constantFrom('', '', '', '', '/', '/.', '/..')
const path = fc
  .tuple(
    fc.array(fc.oneof({ weight: 8, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom('..', '.') }), {
      minLength: 1,
      maxLength: 4,
    }),
    tail,
  )
  .map(([names, end]) => names.join('/') + end)
  // Outside of the folder the two differ.
  .filter((p) => depth(p))
const target = fc.oneof(
  path,
  fc.array(name, { minLength: 1, maxLength: 3 }).map((n) => n.join('/')),
  fc.constant('nowhere'),
)

/** Never above the folder, whatever its links are: fewer `..` than would lead out, and links only downwards. */
function depth(p: string): boolean {
  let at = 0
  for (const part of p.split('/')) {
    if (part === '..') at--
    else if (part !== '.' && part !== '') at++
    if (at < 0) return false
  }
  return true
}

type Path = string
const at = (root: string, p: Path) => `${root}/${p}`

const kind = (s: { isDirectory(): boolean; isSymbolicLink(): boolean }) =>
  s.isDirectory() ? 'directory' : s.isSymbolicLink() ? 'link' : 'file'

const flagSets: readonly OpenFlags[] = [
  { read: true },
  { write: true },
  { write: true, create: true },
  { write: true, create: true, exclusive: true },
  { write: true, create: true, truncate: true },
  { append: true, create: true },
  { read: true, write: true },
]

function realFlags(flags: OpenFlags): number {
  const write = flags.write === true || flags.append === true
  return (
    (write ? (flags.read === true ? c.O_RDWR : c.O_WRONLY) : c.O_RDONLY) |
    (flags.append === true ? c.O_APPEND : 0) |
    (flags.create === true ? c.O_CREAT : 0) |
    (flags.exclusive === true ? c.O_EXCL : 0) |
    (flags.truncate === true ? c.O_TRUNC : 0)
  )
}

const step: fc.Arbitrary<Step> = fc.oneof(
  path.map((p): Step => ({
    say: `mkdir ${p}`,
    real: (r) => mkdirSync(at(r, p), 0o755),
    ours: (f, r) => f.makeDirectory(at(r, p)),
  })),
  path.map((p): Step => ({
    say: `rmdir ${p}`,
    real: (r) => rmdirSync(at(r, p)),
    ours: (f, r) => f.removeDirectory(at(r, p)),
  })),
  path.map((p): Step => ({
    say: `unlink ${p}`,
    real: (r) => unlinkSync(at(r, p)),
    ours: (f, r) => f.unlink(at(r, p)),
  })),
  fc.tuple(path, path).map(([p, q]): Step => ({
    say: `rename ${p} ${q}`,
    real: (r) => renameSync(at(r, p), at(r, q)),
    ours: (f, r) => f.rename(at(r, p), at(r, q)),
  })),
  fc.tuple(path, path).map(([p, q]): Step => ({
    say: `link ${p} ${q}`,
    real: (r) => linkSync(at(r, p), at(r, q)),
    ours: (f, r) => f.link(at(r, p), at(r, q)),
  })),
  fc.tuple(target, path).map(([t, p]): Step => ({
    say: `symlink ${t} ${p}`,
    real: (r) => symlinkSync(t, at(r, p)),
    ours: (f, r) => f.symlink(t, at(r, p)),
  })),
  path.map((p): Step => ({
    say: `readlink ${p}`,
    real: (r) => readlinkSync(at(r, p)),
    ours: (f, r) => f.readLink(at(r, p)),
  })),
  path.map((p): Step => ({
    say: `realpath ${p}`,
    real: (r) => realpathSync.native(at(r, p)).slice(r.length),
    ours: (f, r) => f.realPath(at(r, p)).slice(r.length),
  })),
  path.map((p): Step => ({
    say: `list ${p}`,
    real: (r) => readdirSync(at(r, p)).sort(),
    ours: (f, r) => f.list(at(r, p)).sort(),
  })),
  path.map((p): Step => ({
    say: `stat ${p}`,
    real: (r) => {
      const s = statSync(at(r, p))
      return [kind(s), s.nlink, s.isFile() ? s.size : 0, s.mode & 0o7777]
    },
    ours: (f, r) => {
      const s = f.stat(at(r, p))
      return [s.type, s.nlink, s.type === 'file' ? s.size : 0, s.mode]
    },
  })),
  path.map((p): Step => ({
    say: `lstat ${p}`,
    real: (r) => {
      const s = lstatSync(at(r, p))
      return [kind(s), s.nlink, s.isDirectory() ? 0 : s.size]
    },
    ours: (f, r) => {
      const s = f.lstat(at(r, p))
      return [s.type, s.nlink, s.type === 'directory' ? 0 : s.size]
    },
  })),
  fc
    .tuple(
      path,
      fc.constantFrom(...flagSets),
      fc.nat(200_000),
      fc.integer({ min: 1, max: 70_000 }),
      fc.option(fc.nat(150_000)),
    )
    .map(([p, flags, seek, length, cut]): Step => ({
      say: `open ${p} ${JSON.stringify(flags)} seek ${seek} write ${length} cut ${cut}`,
      real: (r) => {
        const fd = openSync(at(r, p), realFlags(flags), 0o644)
        try {
          if (flags.read === true) {
            const buffer = Buffer.alloc(length)
            return buffer.subarray(0, readSync(fd, buffer, 0, length, seek)).toString('latin1')
          }
          writeSync(fd, Buffer.alloc(length, p), 0, length, flags.append === true ? null : seek)
          if (cut !== null) ftruncateSync(fd, cut)
        } finally {
          closeSync(fd)
        }
        return readFileSync(at(r, p), 'latin1')
      },
      ours: (f, r) => {
        const file = f.open(at(r, p), flags)
        try {
          file.seek(seek)
          if (flags.read === true) return Buffer.from(file.read(length)).toString('latin1')
          file.write(Buffer.alloc(length, p))
          if (cut !== null) file.truncate(cut)
        } finally {
          file.close()
        }
        return Buffer.from(f.read(at(r, p))).toString('latin1')
      },
    })),
)

/** A step that fast-check prints in short. */
function shown(s: Step): Step {
  return Object.defineProperty({ ...s }, fc.toStringMethod, { value: () => s.say })
}

function outcome(run: () => unknown): unknown {
  try {
    return run() ?? 'done'
  } catch (error) {
    if (error instanceof FileError) return error.code
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return code
  }
}

/** All there is below, with what it holds. */
function everything(root: string, list: (p: string) => string[], of: (p: string) => unknown): unknown[] {
  return list(root)
    .sort()
    .flatMap((child) => {
      const p = `${root}/${child}`
      const is = of(p)
      return is === 'directory' ? [child, ...everything(p, list, of)] : [[child, is]]
    })
}

describe(
  'the tree, step by step beside the kernel of this machine',
  { skip: process.getuid?.() !== 0 || process.platform !== 'linux' },
  () => {
    it('answers as it does', () => {
      fc.assert(
        fc.property(fc.array(step.map(shown), { minLength: 20, maxLength: 60, size: 'max' }), (steps) => {
          const folder = mkdtempSync(join(tmpdir(), 'sundew-tree-'))
          // Below four folders, so that no `..` behind a link leads out.
          const root = `${folder}/r/r/r/r`
          try {
            mkdirSync(root, { recursive: true })
            const made = treeOf({ [root]: { directory: true } })
            const { files } = made
            for (const d of ['a', 'a/a', 'a/b', 'b']) {
              mkdirSync(`${root}/${d}`)
              files.makeDirectory(`${root}/${d}`)
            }
            for (const s of steps) {
              assert.deepEqual(
                outcome(() => s.ours(files, root)),
                outcome(() => s.real(root)),
                s.say,
              )
            }
            assert.deepEqual(
              everything(
                root,
                (p) => files.list(p),
                (p) =>
                  files.lstat(p).type === 'file'
                    ? Buffer.from(files.read(p)).toString('latin1')
                    : files.lstat(p).type === 'link'
                      ? files.readLink(p)
                      : 'directory',
              ),
              everything(
                root,
                (p) => readdirSync(p),
                (p) =>
                  lstatSync(p).isFile()
                    ? readFileSync(p, 'latin1')
                    : lstatSync(p).isSymbolicLink()
                      ? readlinkSync(p)
                      : 'directory',
              ),
            )
            // By links and `..` some is made above the folder.
            for (const child of files.list('/')) remove(files, `/${child}`)
            assert.deepEqual(made.used, { bytes: made.used.files === 0 ? made.used.bytes : -1, files: 0 })
            assert.ok(made.used.bytes < 100, `${made.used.bytes} bytes are left`)
          } finally {
            rmSync(folder, { recursive: true })
          }
        }),
        { numRuns: 250 },
      )
    })
  },
)

function remove(files: FileSystem, p: string): void {
  if (files.lstat(p).type !== 'directory') return files.unlink(p)
  for (const child of files.list(p)) remove(files, `${p}/${child}`)
  files.removeDirectory(p)
}
