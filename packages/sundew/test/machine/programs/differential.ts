import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { treeOf, type LiteralFile } from '../../../src/machine/files/literal.ts'
import type { FileSystem } from '../../../src/machine/files/file-system.ts'
import type { Program } from '../../../src/machine/program.ts'
import { programs } from '../../../src/machine/programs/index.ts'
import { runProgram } from '../call.ts'

/** The tree that each case begins with, below its folder: text, or a link's target, or a folder. */
const tree: Readonly<Record<string, string | { link?: string; mode?: number; directory?: true }>> = {
  'a.txt': 'one\ntwo\nthree\n',
  'b.txt': 'two\nthree\nfour',
  empty: '',
  words: 'banana 3 x\napple 10 y\ncherry 2 z\napple 1 y\n\nBanana 3 x\n',
  tabs: 'a\tb\tc\nd\te\tf\n\tx\t\n',
  bin: Buffer.from(Array.from({ length: 700 }, (_, i) => (i * 7) % 256)).toString('latin1'),
  num: '10\n9\n-3\n2.5\n1e3\n 7\n10\n0x1f\n1K\n2M\n',
  colons:
    'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\nbin:x:2:2:bin:/bin:/bin/sh\n',
  'script.sh': { mode: 0o755 },
  dir: { directory: true },
  'dir/x': 'x\n',
  'dir/sub': { directory: true },
  'dir/sub/deep': 'deep\n',
  'dir/.hidden': 'h\n',
  link: { link: 'a.txt' },
  dirlink: { link: 'dir' },
  broken: { link: 'nowhere' },
  'sp ace': 'space\n',
  '.dot': 'dot\n',
  hollow: { directory: true },
}
const madeMs = Date.UTC(2026, 0, 2, 3, 4, 5)

const folder = mkdtempSync(join(tmpdir(), 'sundew-programs-'))
after(() => rmSync(folder, { recursive: true, force: true }))

interface Case {
  readonly command: string
  readonly stdin?: string
  readonly environment?: Record<string, string>
}

/** Runs each command here for real and on a machine: what it says and leaves behind must be the same. */
export function sameAsReal(name: string, commands: readonly (string | Case)[]): void {
  for (const one of commands) {
    const it_ = typeof one === 'string' ? { command: one } : one
    it(`${name}: ${JSON.stringify(it_.command)}`, async () => {
      const [real, ours] = await both(it_)
      assert.deepEqual(ours, real)
    })
  }
}

/** What the real program and ours gave. */
export async function both(one: Case): Promise<[Outcome, Outcome]> {
  const argv = words(one.command)
  const environment = {
    LC_ALL: 'C',
    PATH: '/usr/bin:/bin:/usr/sbin',
    HOME: '/root',
    TZ: 'UTC0',
    ...one.environment,
  }
  makeReal()
  const real = spawnSync(argv[0]!, argv.slice(1), {
    cwd: folder,
    input: Buffer.from(one.stdin ?? '', 'latin1'),
    env: environment,
    argv0: argv[0]!,
    timeout: 20_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  const files = makeOurs()
  const program = programNamed(argv[0]!)
  const ours = await runProgram(program, files, {
    args: argv.slice(1).map((arg) => Buffer.from(arg).toString('latin1')),
    argv0: argv[0]!,
    stdin: one.stdin ?? '',
    environment,
    directory: folder,
    run: async () => 127,
  })
  return [
    {
      status: real.status ?? -1,
      stdout: real.stdout.toString('latin1'),
      stderr: real.stderr.toString('latin1'),
      left: leftReal(),
    },
    { status: ours.status, stdout: ours.stdout, stderr: ours.stderr, left: leftOurs(files) },
  ]
}

interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  readonly left: readonly string[]
}

export function programNamed(name: string): Program {
  const base = name.slice(name.lastIndexOf('/') + 1)
  const program = programs.find((p) => p.names.includes(base))
  assert.ok(program, `a program named ${base}`)
  return program
}

function makeReal(): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
  for (const [name, file] of Object.entries(tree)) {
    const path = join(folder, name)
    if (typeof file === 'string') writeFileSync(path, file, { encoding: 'latin1', mode: 0o644 })
    else if (file.link !== undefined) symlinkSync(file.link, path)
    else if (file.directory === true) mkdirSync(path, 0o755)
    else writeFileSync(path, '#!/bin/sh\necho hi\n', { mode: 0o755 })
    if (typeof file !== 'string' && file.mode !== undefined) chmodSync(path, file.mode)
  }
  for (const name of ['', ...Object.keys(tree)]) lutimesSync(join(folder, name), madeMs / 1000, madeMs / 1000)
}

function makeOurs(): FileSystem {
  const literal: Record<string, LiteralFile> = {
    '/etc/passwd': readFileSync('/etc/passwd', 'latin1'),
    '/etc/group': readFileSync('/etc/group', 'latin1'),
    '/dev/null': { device: ['c', 1, 3], mode: 0o666 },
    '/dev/zero': { device: ['c', 1, 5], mode: 0o666 },
    '/dev/full': { device: ['c', 1, 7], mode: 0o666 },
    '/usr/bin/ls': { content: '\x7fELF', mode: 0o755 },
    '/usr/bin/cat': { content: '\x7fELF', mode: 0o755 },
    '/bin': { link: 'usr/bin' },
    '/tmp': { directory: true, mode: 0o1777 },
    [folder]: { directory: true, mode: 0o700, timeMs: madeMs },
  }
  for (const [name, file] of Object.entries(tree)) {
    const path = join(folder, name)
    if (typeof file === 'string') literal[path] = { content: file, timeMs: madeMs, mode: 0o644 }
    else if (file.link !== undefined) literal[path] = { link: file.link, timeMs: madeMs }
    else if (file.directory === true) literal[path] = { directory: true, timeMs: madeMs, mode: 0o755 }
    else literal[path] = { content: '#!/bin/sh\necho hi\n', mode: 0o755, timeMs: madeMs }
  }
  return treeOf(literal).files.as({ uid: 0, gid: 0, groups: [0] })
}

function leftReal(): string[] {
  const lines: string[] = []
  const walk = (path: string, shown: string): void => {
    if (!existsSync(path) && !lstatSync(path).isSymbolicLink()) return
    for (const name of readdirSync(path).toSorted()) {
      const full = join(path, name)
      const stat = lstatSync(full)
      const mode = (stat.mode & 0o7777).toString(8)
      const row = `${shown}${name} ${stat.isSymbolicLink() ? '' : mode} ${stat.uid} ${stat.gid}`
      if (stat.isDirectory()) {
        lines.push(`${row}/`)
        walk(full, `${shown}${name}/`)
      } else if (stat.isSymbolicLink()) lines.push(`${row} -> ${readlinkSync(full)}`)
      else if (stat.isFile()) lines.push(`${row} ${stat.nlink} ${readFileSync(full, 'latin1')}`)
      else lines.push(row)
    }
  }
  walk(folder, '')
  return lines
}

function leftOurs(files: FileSystem): string[] {
  const lines: string[] = []
  const walk = (path: string, shown: string): void => {
    for (const name of files.list(path).toSorted()) {
      const full = `${path}/${name}`
      const stat = files.lstat(full)
      const row = `${shown}${name} ${stat.type === 'link' ? '' : stat.mode.toString(8)} ${stat.uid} ${stat.gid}`
      if (stat.type === 'directory') {
        lines.push(`${row}/`)
        walk(full, `${shown}${name}/`)
      } else if (stat.type === 'link') lines.push(`${row} -> ${files.readLink(full)}`)
      else if (stat.type === 'file')
        lines.push(`${row} ${stat.nlink} ${Buffer.from(files.read(full)).toString('latin1')}`)
      else lines.push(row)
    }
  }
  walk(folder, '')
  return lines
}

/** As a shell would split it: blanks, 'marks' and $'escapes'. */
function words(command: string): string[] {
  const result: string[] = []
  for (const match of command.matchAll(/(?:\$'(?:\\.|[^'])*'|'[^']*'|[^\s'])+/g))
    result.push(
      match[0].replaceAll(
        /\$'((?:\\.|[^'])*)'|'([^']*)'/g,
        (_, escaped: string | undefined, plain: string | undefined) =>
          escaped === undefined
            ? plain!
            : escaped.replaceAll(/\\(.)/g, (_m, c: string) => ({ n: '\n', t: '\t', 0: '\0' })[c] ?? c),
      ),
    )
  return result
}
