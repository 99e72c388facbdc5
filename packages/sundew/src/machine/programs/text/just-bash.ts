import { Bash, latin1FromBytes, stdoutAsBytes, type BashOptions, type IFileSystem } from 'just-bash'
import { FileError, reason } from '../../files/file-system.ts'
import type { FileSystem } from '../../files/file-system.ts'
import { bytesOf, whole } from '../common/lines.ts'
import type { Tool } from '../common/tool.ts'

/** What one run may use: a program of the library answers at once or not at all. */
const limits: NonNullable<BashOptions['executionLimits']> = {
  maxCommandCount: 20,
  maxCallDepth: 10,
  maxLoopIterations: 20_000,
  maxAwkIterations: 200_000,
  maxSedIterations: 100_000,
  maxExecutionTimeMs: 2000,
  maxStringLength: 4 * 1024 * 1024,
  maxArrayElements: 100_000,
  maxOutputSize: 8 * 1024 * 1024,
  maxInputBytes: 8 * 1024 * 1024,
  maxTraversalEntries: 20_000,
}
/** Input that is read before it starts. */
const maxInputBytes = 8 * 1024 * 1024

/** Runs a text tool of just-bash on the call's files: the rarer tools, and what ours have no own way for. */
export async function libraryTool(
  t: Tool,
  name: string,
  args: readonly string[] = t.args,
  reads = true,
): Promise<number> {
  const stdin =
    reads && t.call.stdin.terminal === undefined ? await whole(t, t.stdin(), maxInputBytes) : Buffer.alloc(0)
  // Its own guards change globals of the whole process, while other sessions run; no tool here runs code.
  const bash = new Bash({
    fs: adapted(t, name),
    cwd: t.call.directory,
    executionLimits: limits,
    defenseInDepth: false,
    commands: [name as never],
    env: { PATH: folder },
  })
  const result = await bash.exec(name, {
    args: args.map((arg) => asText(arg)),
    stdin: stdin.toString('latin1'),
    stdinKind: 'bytes',
    cwd: t.call.directory,
    rawScript: true,
    signal: t.call.signal,
  })
  await t.call.spend(10)
  await t.write(latin1FromBytes(stdoutAsBytes(result)))
  if (result.stderr !== '') await t.call.stderr.write(Buffer.from(result.stderr, 'utf8'))
  return result.exitCode
}

/** Arguments are text to the library. */
function asText(arg: string): string {
  return bytesOf(arg).toString('utf8')
}

/** Where the library believes its program to lie. */
const folder = '/usr/bin'

function adapted(t: Tool, name: string): IFileSystem {
  const { files } = t
  const own = `${folder}/${name}`
  const itself = {
    isFile: true,
    isDirectory: false,
    isSymbolicLink: false,
    mode: 0o755,
    size: 0,
    mtime: new Date(0),
  }
  const path = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
  const stat = (s: ReturnType<FileSystem['stat']>) => ({
    isFile: s.type === 'file',
    isDirectory: s.type === 'directory',
    isSymbolicLink: s.type === 'link',
    mode: s.mode,
    size: s.size,
    mtime: new Date(s.mtimeMs),
    dev: s.dev,
    ino: s.ino,
  })
  const content = (bytes: string | Uint8Array): Uint8Array =>
    typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes
  return {
    readFile: async (p) => Buffer.from(read(p)).toString('utf8'),
    readFileBuffer: async (p) => read(p),
    writeFile: async (p, bytes) => told(() => files.write(path(p), content(bytes), 0o666 & ~t.call.umask)),
    appendFile: async (p, bytes) => told(() => files.append(path(p), content(bytes), 0o666 & ~t.call.umask)),
    exists: async (p) => p === own || files.exists(path(p)),
    stat: async (p) => (p === own ? itself : told(() => stat(files.stat(path(p))))),
    lstat: async (p) => (p === own ? itself : told(() => stat(files.lstat(path(p))))),
    mkdir: async (p) => told(() => files.makeDirectory(path(p), 0o777 & ~t.call.umask)),
    readdir: async (p) => told(() => files.list(path(p)).map(asText)),
    rm: async (p) => told(() => files.unlink(path(p))),
    cp: async (from, to) => told(() => files.write(path(to), files.read(path(from)))),
    mv: async (from, to) => told(() => files.rename(path(from), path(to))),
    resolvePath: (base, p) => resolved(base, p),
    getAllPaths: () => [],
    chmod: async (p, mode) => told(() => files.chmod(path(p), mode)),
    symlink: async (target, p) => told(() => files.symlink(path(target), path(p))),
    link: async (from, to) => told(() => files.link(path(from), path(to))),
    readlink: async (p) => told(() => asText(files.readLink(path(p)))),
    realpath: async (p) => (p === own ? own : told(() => asText(files.realPath(path(p))))),
    utimes: async (p, atime, mtime) => told(() => files.setTimes(path(p), atime.getTime(), mtime.getTime())),
  }
  function read(p: string): Uint8Array {
    return told(() => files.read(path(p)))
  }
}

/** The library looks for `ENOENT: no such file or directory` in messages. */
function told<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw new Error(`${error.code}: ${reason(error.code).toLowerCase()}, '${error.path}'`, { cause: error })
  }
}

function resolved(base: string, p: string): string {
  const parts: string[] = []
  for (const part of (p.startsWith('/') ? p : `${base}/${p}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
