import { assign } from './assign.ts'
import { dial } from './dial.ts'
import { expandText, expandWords } from './expand/words.ts'
import { FileError, reason, type OpenFlags } from '../files/file-system.ts'
import { absolute } from './paths.ts'
import type { Shell } from './shell.ts'
import { fileStream, terminalStream, textStream, type Stream } from './stream.ts'
import type { Redirection } from './syntax/ast.ts'
import { ShellFailure } from './unwinding.ts'

/** Descriptors: what `ulimit -n` allows. */
const maxDescriptor = 1023

/** Runs `work` with redirections, and takes them back. False where one failed, which is said. */
export async function redirected(
  shell: Shell,
  redirections: readonly Redirection[],
  work: () => Promise<void>,
): Promise<boolean> {
  const undo: [number, Stream | undefined][] = []
  const opened = await redirect(shell, redirections, undo)
  try {
    if (opened) await work()
  } finally {
    takeBack(shell, undo)
  }
  return opened
}

/** Redirections for good: `exec >file`. False where one failed. */
export async function redirectForGood(shell: Shell, redirections: readonly Redirection[]): Promise<boolean> {
  const undo: [number, Stream | undefined][] = []
  const opened = await redirect(shell, redirections, undo)
  if (opened) for (const [, before] of undo) before?.release()
  else takeBack(shell, undo)
  return opened
}

/** Opens; `undo` gets what was there before. False where one failed, which is said. */
export async function redirect(
  shell: Shell,
  redirections: readonly Redirection[],
  undo: [number, Stream | undefined][],
): Promise<boolean> {
  for (const redirection of redirections) {
    try {
      await one(shell, redirection, undo)
    } catch (error) {
      if (!(error instanceof ShellFailure) || error.fatal) throw error
      if (error.message !== '') await shell.complain(error.message)
      return false
    }
  }
  return true
}

export function takeBack(shell: Shell, undo: [number, Stream | undefined][]): void {
  for (const [fd, before] of undo.toReversed()) {
    shell.descriptors.get(fd)?.release()
    if (before === undefined) shell.descriptors.delete(fd)
    else shell.descriptors.set(fd, before)
  }
}

function put(
  shell: Shell,
  fd: number,
  stream: Stream | undefined,
  undo: [number, Stream | undefined][],
): void {
  if (fd > maxDescriptor) {
    stream?.release()
    throw new ShellFailure(`${fd}: ${reason('EBADF')}`)
  }
  undo.push([fd, shell.descriptors.get(fd)])
  if (stream === undefined) shell.descriptors.delete(fd)
  else shell.descriptors.set(fd, stream)
}

async function one(
  shell: Shell,
  redirection: Redirection,
  undo: [number, Stream | undefined][],
): Promise<void> {
  const { operator } = redirection
  let fd = redirection.fd ?? (operator.startsWith('<') ? 0 : 1)
  if (redirection.variable !== undefined) {
    if ((operator === '>&' || operator === '<&') && redirection.target.plain === '-') {
      fd = Number(shell.variables.text(redirection.variable))
      put(shell, fd, undefined, [])
      return
    }
    fd = 10
    while (shell.descriptors.has(fd)) fd++
    assign(shell, redirection.variable, String(fd))
    // Stays open after the command.
    undo = []
  }
  if (operator === '<<' || operator === '<<-') {
    put(
      shell,
      fd,
      textStream(redirection.document === undefined ? '' : await expandText(shell, redirection.document)),
      undo,
    )
    return
  }
  if (operator === '<<<') {
    put(shell, fd, textStream(`${await expandText(shell, redirection.target)}\n`), undo)
    return
  }
  const name = await targetOf(shell, redirection)
  if (operator === '>&' || operator === '<&') {
    if (/^[0-9]+-?$|^-$/.test(name)) {
      duplicate(shell, fd, name, undo)
      return
    }
    if (operator === '<&' || redirection.fd !== undefined)
      throw new ShellFailure(`${redirection.target.text}: ambiguous redirect`)
  }
  const both = operator === '&>' || operator === '&>>' || operator === '>&'
  const stream = await open(shell, name, operator)
  put(shell, fd, stream, undo)
  if (both) put(shell, 2, stream.hold(), undo)
}

async function targetOf(shell: Shell, redirection: Redirection): Promise<string> {
  const names = await expandWords(shell, [redirection.target])
  if (names.length !== 1) throw new ShellFailure(`${redirection.target.text}: ambiguous redirect`)
  return names[0]!
}

function duplicate(shell: Shell, fd: number, from: string, undo: [number, Stream | undefined][]): void {
  if (from === '-') {
    put(shell, fd, undefined, undo)
    return
  }
  const number = Number.parseInt(from, 10)
  const stream = shell.descriptors.get(number)
  if (stream === undefined) throw new ShellFailure(`${number}: ${reason('EBADF')}`)
  put(shell, fd, stream.hold(), undo)
  if (from.endsWith('-') && number !== fd) put(shell, number, undefined, undo)
}

const flags: Readonly<Record<string, OpenFlags>> = {
  '<': { read: true },
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
  '<>': { read: true, write: true, create: true },
}

async function open(shell: Shell, name: string, operator: string): Promise<Stream> {
  const kind = operator === '&>' || operator === '>&' ? '>' : operator === '&>>' ? '>>' : operator
  const special = await openSpecial(shell, name)
  if (special !== undefined) return special
  const wanted = flags[kind]!
  const path = absolute(name, shell.directory)
  const write = wanted.write === true
  try {
    if (name === '') throw new FileError('ENOENT', name)
    if (kind === '>' && shell.options.has('noclobber') && isFile(shell, path))
      throw new ShellFailure(`${name}: cannot overwrite existing file`)
    const file = shell.files.open(path, write ? { ...wanted, mode: 0o666 & ~shell.umask } : wanted)
    return fileStream(file, wanted.read === true, write)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw new ShellFailure(shell.words.cannotOpen(name, reason(error.code), write))
  }
}

function isFile(shell: Shell, path: string): boolean {
  try {
    return shell.files.stat(path).type === 'file'
  } catch {
    return false
  }
}

/** What bash opens itself, or what stands for an open descriptor. */
async function openSpecial(shell: Shell, name: string): Promise<Stream | undefined> {
  if (!name.startsWith('/dev/')) return undefined
  const network = /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/.exec(name)
  if (network !== null && shell.dialect === 'bash')
    return dial(shell, network[1] as 'tcp' | 'udp', network[2]!, network[3]!, name)
  const number = /^\/dev\/fd\/([0-9]+)$/.exec(name)?.[1]
  const fd =
    number !== undefined
      ? Number(number)
      : name === '/dev/stdin'
        ? 0
        : name === '/dev/stdout'
          ? 1
          : name === '/dev/stderr'
            ? 2
            : undefined
  if (fd !== undefined) {
    const stream = shell.descriptors.get(fd)
    if (stream === undefined) throw new ShellFailure(`${name}: ${reason('ENOENT')}`)
    return stream.hold()
  }
  if (name === '/dev/tty') {
    const { terminal } = shell.session
    if (terminal === undefined) throw new ShellFailure(`${name}: ${reason('ENXIO')}`)
    return terminalStream(terminal, (bytes) => shell.budget.output(bytes))
  }
  return undefined
}
